import type { Head } from './format.ts';

/** What other tools write that is no evidence Larder reads: known by its top-level fields, so that the answer can say what to do instead. */
interface Stranger {
  readonly what: string;
  readonly keys: readonly string[];
  readonly remedy: string;
}

const STRANGERS: readonly Stranger[] = [
  {
    what: "Syft's own JSON",
    keys: ['artifacts', 'descriptor', 'source'],
    remedy: 'make a BOM of it with syft convert FILE -o cyclonedx-json',
  },
  {
    what: 'a report of Trivy',
    keys: ['SchemaVersion', 'ArtifactName', 'Results'],
    remedy: 'make a BOM of it with trivy convert --format cyclonedx FILE',
  },
  {
    what: 'a report of Grype',
    keys: ['matches', 'descriptor'],
    remedy: 'have Grype write -o cyclonedx-json instead',
  },
  {
    what: 'a result of ScanCode',
    keys: ['headers', 'files'],
    remedy: 'have ScanCode write --cyclonedx or --spdx-tv too',
  },
  {
    what: 'a lockfile of npm',
    keys: ['lockfileVersion'],
    remedy: 'larder scan reads lockfiles; larder scan FOLDER --add keeps what they say',
  },
  {
    what: 'a dependency snapshot for GitHub',
    keys: ['manifests', 'detector', 'job'],
    remedy: "export the repository's SBOM instead",
  },
  {
    what: 'a report of OWASP Dependency-Check',
    keys: ['reportSchema', 'scanInfo'],
    remedy: 'add a BOM of the project instead',
  },
  {
    what: 'SARIF, findings without a bill of materials',
    keys: ['runs', 'version'],
    remedy: 'add the BOM that they are about',
  },
];

/** One sentence on JSON that another tool is known to write; null for all else. */
export function strangerIn(head: Head): string | null {
  if (head.looksLike !== 'json') return null;
  const present = new Set(head.topLevelKeys());
  const stranger = STRANGERS.find(({ keys }) => keys.every(key => present.has(key)));
  return stranger === undefined ? null : `This is ${stranger.what}, kept as it is; ${stranger.remedy}.`;
}
