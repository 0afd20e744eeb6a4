/** Orders the ids of one vulnerability, best name first: CVE, GHSA, others; then by text, never by locale. */
export function byName(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rank(id: string): number {
  if (id.startsWith('CVE-')) return 0;
  if (id.startsWith('GHSA-')) return 1;
  return 2;
}
