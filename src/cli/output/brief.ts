// A digest is known by its first digits; whole ones fill a narrow table and are in every other format.
const LONG_DIGEST = /\b(sha\d+[:-])([0-9a-f]{12})[0-9a-f]{20,116}\b/gi;

/** Text for a table cell, with long digests cut to twelve digits. */
export function briefly(text: string): string {
  return text.replaceAll(LONG_DIGEST, '$1$2…');
}

/** A name beside numbers: on a narrow screen a long one loses its middle, so that the numbers stay. Other formats have it whole. */
export function fitted(text: string, screenWidth: number, narrow = 26, wide = 48): string {
  const room = screenWidth < 110 ? narrow : wide;
  return text.length <= room ? text : `${text.slice(0, room - 12)}…${text.slice(-11)}`;
}
