const SHAPE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,18}))?)?\s?([Zz]|[+-]\d{2}:?\d{2})?)?$/;

/**
 * The instant a document states, in milliseconds since 1970, or null when it states none: RFC 3339, ISO 8601 and SPDX dates; a date alone is its
 * first moment; without a zone it is UTC. Days that no calendar has are refused.
 */
export function parseDate(stated: string): number | null {
  const match = SHAPE.exec(stated.trim());
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const fields = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  // A leap second (RFC 3339, 5.7) counts as the second after it.
  if (h > 23 || mi > 59 || s > 60) return null;
  const midnight = new Date(0);
  midnight.setUTCFullYear(y, mo - 1, d);
  if (midnight.getUTCFullYear() !== y || midnight.getUTCMonth() !== mo - 1 || midnight.getUTCDate() !== d)
    return null;
  const offset = zoneOffset(zone);
  if (offset === null) return null;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  return midnight.getTime() + ((h * 60 + mi - offset) * 60 + s) * 1000 + milliseconds;
}

function zoneOffset(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

// No SBOM format is older; earlier dates come from reproducible builds (1970) or are mistakes.
const FIRST_CREDIBLE = Date.UTC(2010, 0, 1);
const DAY = 86_400_000;

/** The moment from which a document's date is taken: what it states, where that can be believed, else when it was recorded. Milliseconds UTC. */
export function credibleDate(stated: number | null, recorded: number): number {
  return stated === null || stated < FIRST_CREDIBLE || stated > recorded + DAY ? recorded : stated;
}
