import type { ProductSelector } from '../model/advisory.ts';
import type { Containment } from './range.ts';

export function cpeKey(_cpe: string): string | null {
  return null;
}
export function cpeSelects(
  _selector: ProductSelector,
  _cpe: string,
): { readonly exact: boolean; readonly containment: Containment } | null {
  return null;
}
