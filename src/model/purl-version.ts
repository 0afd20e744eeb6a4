import { type Purl, qualifier } from './purl.ts';

/** The version to compare: an rpm's epoch stands in a qualifier of its own. */
export function versionOf(purl: Purl): string | null {
  return withEpoch(purl, purl.version);
}

/** The packages of one source rpm share its epoch, which the file name of the source does not have. */
export function withEpoch(purl: Purl, version: string | null): string | null {
  const epoch = purl.type === 'rpm' ? qualifier(purl, 'epoch') : null;
  if (version === null || epoch === null || epoch === '0' || version.includes(':')) return version;
  return `${epoch}:${version}`;
}
