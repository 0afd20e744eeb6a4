import type { RangeEvent } from '../../src/model/advisory.ts';
import type { AnyScheme } from '../../src/versions/list.ts';

/** What a record says of a package. */
export interface Affected {
  readonly versions: readonly string[];
  readonly ranges: readonly (readonly RangeEvent[])[];
}

/**
 * The OSV evaluation algorithm once more, slow and literal, from the pseudocode of the schema's "Evaluation" section, sharing nothing with the matcher but the version order.
 * Each function carries the name it has there.
 */
export function isVulnerable(version: string, affected: Affected, order: Order): boolean {
  return includedInVersions(version, affected.versions) || includedInRanges(version, affected.ranges, order);
}

function includedInVersions(version: string, versions: readonly string[]): boolean {
  return versions.some(listed => listed === version);
}

function includedInRanges(
  version: string,
  ranges: readonly (readonly RangeEvent[])[],
  order: Order,
): boolean {
  for (const events of ranges) {
    if (!beforeLimits(version, events, order)) continue;
    let vulnerable = false;
    for (const event of sorted(events, order)) {
      if (event.kind === 'introduced' && order(version, event.version) >= 0) vulnerable = true;
      if (event.kind === 'fixed' && order(version, event.version) >= 0) vulnerable = false;
      if (event.kind === 'last_affected' && order(version, event.version) > 0) vulnerable = false;
    }
    if (vulnerable) return true;
  }
  return false;
}

function beforeLimits(version: string, events: readonly RangeEvent[], order: Order): boolean {
  const limits = events.filter(event => event.kind === 'limit');
  return (
    limits.length === 0 || limits.some(limit => limit.version === '*' || order(version, limit.version) < 0)
  );
}

/** Insertion sort, so that equal versions keep their places without relying on the engine. */
function sorted(events: readonly RangeEvent[], order: Order): RangeEvent[] {
  const list: RangeEvent[] = [];
  for (const event of events) {
    if (event.kind === 'limit') continue;
    let place = list.length;
    while (place > 0 && order(list[place - 1]?.version ?? '', event.version) > 0) place--;
    list.splice(place, 0, event);
  }
  return list;
}

export type Order = (a: string, b: string) => number;

/** `0` is before every version. */
export function orderOf(scheme: AnyScheme): Order {
  return (a, b) => {
    if (a === '0' || b === '0') return (a === '0' ? 0 : 1) - (b === '0' ? 0 : 1);
    return scheme.compare(scheme.parse(a) ?? raise(a), scheme.parse(b) ?? raise(b));
  };
}

function raise(version: string): never {
  throw new RangeError(version);
}
