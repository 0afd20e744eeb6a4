const UUID = /^(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const NIL = '00000000-0000-0000-0000-000000000000';
const LINK = /^urn:cdx:[0-9a-f-]{36}(?=[/#]|$)/i;

/**
 * The serial number of a CycloneDX document as names compare: a UUID in lower case with its prefix (RFC 9562, section 4), which `uuidgen` on macOS does not write. Null for the nil UUID:
 * templates have it, and documents made from them would be one. Others stay as stated.
 */
export function serialName(stated: string | null): string | null {
  const uuid = stated === null ? undefined : UUID.exec(stated.trim())?.[1]?.toLowerCase();
  if (uuid === undefined) return stated;
  return uuid === NIL ? null : `urn:uuid:${uuid}`;
}

/** A BOM-Link with its serial number as `serialName` gives it; any other reference as it is. */
export function linkName(target: string): string {
  return target.replace(LINK, found => found.toLowerCase());
}
