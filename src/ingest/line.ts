import { identifies } from '../model/digest.ts';
import type { BomFacts, Component } from '../model/facts.ts';
import { formatPurl, type Purl, qualifier, tryPurl } from '../model/purl.ts';
import type { LineDecision } from '../store/intake.ts';

/** Qualifiers without which a purl does not say which thing it names; version, tag, platform and the tag of one SWID document tell releases apart, not apps. */
const NAMING_QUALIFIERS: ReadonlySet<string> = new Set(['repository_url', 'uuid']);

/** Names that generators give when they know none. */
const NO_NAME = /^(?:|\.|\/|root|unknown|unnamed|noassertion|none|null|undefined|n\/a)$/i;

/**
 * Which app, release and line a BOM belongs to as far as it says itself (DESIGN.md §5): its subject's purl, then its name with supplier, its digest, its
 * name alone; else it stands as its own app. What the user says comes on top (store/targets `assigned`).
 */
export function decideLine(bom: BomFacts, sha256: string, fileName: string): LineDecision {
  const subjects = bom.subjects.flatMap(ordinal => bom.components[ordinal] ?? []);
  const rest = { branch: null, phase: bom.lifecycles[0] ?? null, tool: toolName(bom) };
  for (const subject of subjects) {
    const purl = subject.purls.map(tryPurl).find(one => one !== null) ?? null;
    if (purl !== null) return { ...byPurl(purl, subject), ...rest };
  }
  // Files of something that has no name here, as REUSE describes a project by: none of them is an app, the document is about them all.
  const aboutFiles =
    subjects.every(subject => subject.type === 'file') &&
    (subjects.length > 1 || subjects[0]?.name.startsWith('./') === true);
  for (const subject of aboutFiles ? [] : subjects) {
    const decision = byName(subject, bom);
    if (decision !== null) return { ...decision, ...rest };
  }
  // The predicate of a statement has no file name of its own.
  const file = fileName.replace(/!\/predicate(?:\/Data)?$/, '');
  const appName = usable(bom.name) ?? usable(baseName(file)) ?? sha256.slice(0, 12);
  return { app: `document:${sha256}`, appName, rule: 'document', release: null, standsAlone: true, ...rest };
}

type Decision = Omit<LineDecision, 'branch' | 'phase' | 'tool'>;

function byPurl(purl: Purl, subject: Component): Decision {
  const qualifiers = purl.qualifiers.filter(([key]) => NAMING_QUALIFIERS.has(key));
  const app = formatPurl({ ...purl, version: null, subpath: null, qualifiers });
  // An image's version in its purl is a digest; its tag is what people call the release.
  const release =
    purl.type === 'oci'
      ? (usable(subject.version) ?? qualifier(purl, 'tag') ?? tagOf(subject.name) ?? purl.version)
      : (purl.version ?? usable(subject.version));
  return { app, appName: purl.name, rule: 'purl', release, standsAlone: false };
}

/** The tag of an image's name as container tools write it (`registry:5000/acme/shop:1.2@sha256:...`); null without one. */
function tagOf(name: string): string | null {
  return /^[^\s@]+:([A-Za-z0-9_][\w.-]{0,127})(?:@sha\d+:[0-9a-f]+)?$/.exec(name)?.[1] ?? null;
}

function byName(subject: Component, bom: BomFacts): Decision | null {
  const name = usable(fullName(subject));
  const supplier = subject.supplier?.name ?? bom.supplier?.name ?? bom.manufacturer?.name ?? null;
  const release = usable(subject.version);
  const digests = subject.digests.filter(one => identifies(one.value));
  const digest = digests.find(one => one.algorithm === 'sha256') ?? digests[0];
  if (name !== null && usable(supplier) !== null) {
    return { app: `name:${supplier}/${name}`, appName: name, rule: 'name', release, standsAlone: false };
  }
  if (digest !== undefined && (name === null || release === null)) {
    return {
      app: `${digest.algorithm}:${digest.value}`,
      appName: name ?? digest.value.slice(0, 12),
      rule: 'digest',
      release,
      standsAlone: false,
    };
  }
  // Two strangers may use one bare name: without a version one of their documents must not hide the other's.
  return name === null
    ? null
    : { app: `name:${name}`, appName: name, rule: 'name', release, standsAlone: release === null };
}

/** Group and name as the document states them. */
export function fullName(component: Pick<Component, 'group' | 'name'>): string {
  return component.group === null || component.group === ''
    ? component.name
    : `${component.group}/${component.name}`;
}

function usable(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  return NO_NAME.test(trimmed) ? null : trimmed;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The names of the tools, without versions: an updated scanner still writes the same line. */
function toolName(bom: BomFacts): string | null {
  const names = new Set(
    bom.tools
      .map(tool =>
        tool.name
          .trim()
          .replace(/[\s-]+v?\d+(?:\.\d+)\S*$/, '')
          .toLowerCase(),
      )
      .filter(name => name !== ''),
  );
  return names.size === 0 ? null : [...names].sort().join(' + ');
}
