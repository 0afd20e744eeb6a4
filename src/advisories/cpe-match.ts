import type { ProductSelector } from '../model/advisory.ts';
import { CPE_ANY, CPE_NA, compareCpes, tryCpe } from '../model/cpe.ts';
import { intdot } from '../versions/numbers.ts';
import type { VersionScheme } from '../versions/scheme.ts';
import { type Containment, contains } from './range.ts';

/** How a CPE selector holds a component's CPE. `exact`: it names the very version. */
export interface CpeMatch {
  readonly exact: boolean;
  readonly containment: Containment;
}

/** Dotted numbers and nothing else: `1.1.1k` has an order of its vendor's own. */
const DOTTED: VersionScheme = {
  ...(intdot as VersionScheme),
  parse: text => (/^\d+(?:\.\d+)*$/.test(text) ? intdot.parse(text) : null),
};

/** The key by which a CPE is looked up: part, vendor and product; null when one of them is a wildcard, which names no product. */
export function cpeKey(text: string): string | null {
  const cpe = tryCpe(text);
  if (cpe === null) return null;
  const parts = [cpe.part, cpe.vendor, cpe.product];
  if (parts.some(part => part === CPE_ANY || part === CPE_NA || /(?:^|[^\\])[*?]/.test(part))) return null;
  return `cpe:${parts.join(':')}`;
}

/**
 * Whether a CPE selector names a component by its CPE: the selector's name must hold all that the component's name can mean (NISTIR 7696 superset or equal), so that a component's CPE
 * that is broader than the advisory's matches nothing. CPE defines no version order: bounds are compared only between dotted numbers, all else is unknown.
 */
export function cpeSelects(selector: ProductSelector, text: string): CpeMatch | null {
  const wanted = selector.cpe === null ? null : tryCpe(selector.cpe);
  const have = tryCpe(text);
  if (wanted === null || have === null) return null;
  const states = selector.ranges.length + selector.versions.length > 0;
  // Versions that stand beside the name are compared for themselves.
  const relation = compareCpes(states ? { ...wanted, version: CPE_ANY, update: CPE_ANY } : wanted, have);
  if (relation !== 'equal' && relation !== 'superset') return null;
  const version =
    have.version === CPE_ANY || have.version === CPE_NA ? null : have.version.replaceAll('\\', '');
  if (states) return { exact: false, containment: contains(selector, version, DOTTED) };
  if (wanted.version !== CPE_ANY)
    return {
      exact: true,
      containment: { inside: true, rule: 'listed', text: `it names version ${version ?? 'NA'}` },
    };
  return { exact: false, containment: contains(selector, version, null) };
}
