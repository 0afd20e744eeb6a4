/** What an IRI shares with its neighbours: all up to the last `/` or `#` before its end. Null where that is a host alone, which strangers share. */
export function iriFolder(iri: string): string | null {
  const end = Math.max(iri.lastIndexOf('/', iri.length - 2), iri.lastIndexOf('#', iri.length - 2)) + 1;
  const host = /^[a-z][a-z0-9+.-]*:\/\/[^/]*\/?/i.exec(iri)?.[0].length ?? 0;
  return end > host ? iri.slice(0, end) : null;
}
