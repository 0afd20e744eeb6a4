import type { TrustIntake } from '../store/intake.ts';

/** Documents that nobody signed, or whose signature is none of ours to check. */
export const UNSIGNED: TrustIntake = { state: 'unsigned', identity: null, reason: null };

const SIGNED_FORMATS: ReadonlySet<string> = new Set(['sigstore', 'dsse', 'in-toto']);

/** Whether documents of a format carry signatures at all. */
export function isSigned(format: string): boolean {
  return SIGNED_FORMATS.has(format);
}
