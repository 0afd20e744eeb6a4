/** The ecosystem's own spelling of format names. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['cyclonedx', 'CycloneDX'],
  ['spdx', 'SPDX'],
  ['spdx3', 'SPDX'],
  ['openvex', 'OpenVEX'],
  ['csaf', 'CSAF'],
  ['osv', 'OSV'],
  ['cve', 'CVE'],
  ['kev', 'KEV'],
  ['epss', 'EPSS'],
  ['dsse', 'DSSE'],
  ['sigstore', 'Sigstore'],
  ['in-toto', 'in-toto'],
  ['container', 'archives and compressed files'],
  ['larder-assertion', 'assertions of users'],
]);

/** `CycloneDX 1.2-1.7`; what documents claim that is no version of any format is left to `documents`. */
export function formatText(format: string, versions: readonly string[]): string {
  const known = [...new Set(versions)]
    .filter(version => /^\d{1,2}(?:\.\d{1,2}){1,2}$/.test(version))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const [first, last] = [known[0], known.at(-1)];
  const title = TITLES.get(format) ?? format;
  if (first === undefined) return title;
  return first === last ? `${title} ${first}` : `${title} ${first}-${last}`;
}
