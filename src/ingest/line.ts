import { identifies } from '../model/digest.ts';
import type { BomFacts, Component } from '../model/facts.ts';
import { formatPurl, type Purl, qualifier, tryPurl } from '../model/purl.ts';
import { saysNothing } from '../model/says-nothing.ts';
import { withoutVersion } from '../model/tool-name.ts';
import type { LineDecision } from '../store/intake.ts';
import { edgesOf, nodesBelow } from './reach.ts';

/** Qualifiers without which a purl does not say which thing it names; version, tag, platform and the tag of one SWID document tell releases apart, not apps. */
const NAMING_QUALIFIERS: ReadonlySet<string> = new Set(['repository_url', 'uuid']);

/** Names that generators give when they know none, beside the words that say nothing anywhere. */
const NO_NAME = /^(?:\.|\/|root|unnamed|none)$/i;

/** Names of folders that sources are mounted at or checked out to, which generators take for the app's (cdxgen: `/app`), and of Android's default module. */
const FOLDER = /^(?:app|code|source|sources|src|project|repo|repository|work|workdir|workspace|build|main)$/i;

/** Versions that every build of everything has: they tell no two strangers apart. */
const COMMON_RELEASE = /^(?:latest|v?0\.0\.0|dev|head|main|master)$/i;

/**
 * Which app, release and line a BOM belongs to as far as it says itself (DESIGN.md §5): its subject's purl, then its name with supplier, its digest, its
 * name alone; else it stands as its own app. What the user says comes on top (store/targets `assigned`).
 */
export function decideLine(bom: BomFacts, sha256: string, fileName: string): LineDecision {
  const rest = { branch: null, phase: bom.lifecycles[0] ?? null, tool: toolName(bom) };
  const subjects = leadingSubjects(bom);
  const decision = bySubjects(subjects, bom);
  if (decision !== null) return { ...decision, ...rest };
  // The predicate of a statement has no file name of its own.
  const file = fileName.replace(/!\/predicate(?:\/Data)?$/, '');
  const appName = usable(bom.name) ?? usable(baseName(file)) ?? sha256.slice(0, 12);
  return { app: `document:${sha256}`, appName, rule: 'document', release: null, standsAlone: true, ...rest };
}

type Decision = Omit<LineDecision, 'branch' | 'phase' | 'tool'>;

/** What the document is about: files only where there is nothing else, and not what it says to be part of another subject. */
function leadingSubjects(bom: BomFacts): readonly Component[] {
  const { components } = bom;
  const stated = bom.subjects.filter(ordinal => components[ordinal] !== undefined);
  const things = stated.filter(ordinal => components[ordinal]?.type !== 'file');
  const leading = things.length > 1 ? outermost(bom, things) : things.length === 1 ? things : stated;
  return leading.flatMap(ordinal => components[ordinal] ?? []);
}

/** So many subjects are looked at one by one. */
const FEW_SUBJECTS = 32;

/** The subjects that no other leads to; all of them where they need each other. */
function outermost(bom: BomFacts, subjects: readonly number[]): readonly number[] {
  const edges = edgesOf(bom);
  const below = (from: readonly number[]): ReadonlySet<number> =>
    nodesBelow(bom.components.length, from, edges);
  const reached = below(subjects);
  const outside = subjects.filter(
    one =>
      !reached.has(one) ||
      // What only leads to itself is inside nothing.
      (subjects.length <= FEW_SUBJECTS && !below(subjects.filter(other => other !== one)).has(one)),
  );
  return outside.length > 0 ? outside : subjects;
}

/**
 * The app that all subjects are, as the images of one index are; null where they are several or none. Tools that describe each package of a project as a subject, and projects that
 * REUSE describes by their files, are about none of these: the first of them would be taken for one app by all that ship it.
 */
function bySubjects(subjects: readonly Component[], bom: BomFacts): Decision | null {
  const [first] = subjects;
  if (first === undefined) return null;
  const isAboutFiles =
    first.type === 'file' && first.purls.length === 0 && (subjects.length > 1 || first.name.startsWith('./'));
  if (isAboutFiles) return null;
  const decision = bySubject(first, bom);
  const isOne = subjects.every(subject => bySubject(subject, bom)?.app === decision?.app);
  return isOne ? decision : null;
}

function bySubject(subject: Component, bom: BomFacts): Decision | null {
  const purl = subject.purls.map(tryPurl).find(one => one !== null && usable(one.name) !== null) ?? null;
  return purl === null ? byName(subject, bom) : byPurl(purl, subject);
}

function byPurl(purl: Purl, subject: Component): Decision {
  const qualifiers = purl.qualifiers.filter(([key]) => NAMING_QUALIFIERS.has(key));
  const app = formatPurl({ ...purl, version: null, subpath: null, qualifiers });
  const version = usable(purl.version);
  // An image's version in its purl is a digest; its tag is what people call the release.
  const release =
    purl.type === 'oci'
      ? (usable(subject.version) ?? qualifier(purl, 'tag') ?? tagOf(subject.name) ?? version)
      : (version ?? usable(subject.version));
  const standsAlone = purl.namespace === null && qualifiers.length === 0 && isAnybodys(purl.name, release);
  return { app, appName: purl.name, rule: 'purl', release, standsAlone };
}

/** The tag of an image's name as container tools write it (`registry:5000/acme/shop:1.2@sha256:...`); null without one. */
function tagOf(name: string): string | null {
  return /^[^\s@]+:([A-Za-z0-9_][\w.-]{0,127})(?:@sha\d+:[0-9a-f]+)?$/.exec(name)?.[1] ?? null;
}

/** An image by its name without the tag, which tells its releases apart: scanners of images write both in one and the digest as version. */
function imageParts({ name, version }: Component): { name: string; version: string | null } {
  const tag = tagOf(name);
  if (tag === null) return { name, version };
  const isDigest = version === null || /^sha\d+:[0-9a-f]+$/i.test(version);
  return { name: name.slice(0, name.lastIndexOf(`:${tag}`)), version: isDigest ? tag : version };
}

function byName(subject: Component, bom: BomFacts): Decision | null {
  const stated = subject.type === 'container' ? { ...subject, ...imageParts(subject) } : subject;
  const name = usable(fullName(stated));
  const supplier = subject.supplier?.name ?? bom.supplier?.name ?? bom.manufacturer?.name ?? null;
  const release = usable(stated.version);
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
  if (name === null) return null;
  // Two strangers may use one bare name: without a version one of their documents must not hide the other's.
  const standsAlone = release === null || isAnybodys(name, release);
  return { app: `name:${name}`, appName: name, rule: 'name', release, standsAlone };
}

/** Whether a bare name and release are such that strangers have them too. */
function isAnybodys(name: string, release: string | null): boolean {
  return FOLDER.test(name) && (release === null || COMMON_RELEASE.test(release));
}

/** Group and name as the document states them. */
export function fullName(component: Pick<Component, 'group' | 'name'>): string {
  return component.group === null || component.group === ''
    ? component.name
    : `${component.group}/${component.name}`;
}

function usable(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  return saysNothing(trimmed) || NO_NAME.test(trimmed) ? null : trimmed;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What a name that ends in a version has there: without a dot it may be a part of the name. */
const VERSION = /[\s-]v?\d+\.\d/;

/** The names of the tools, without versions: an updated scanner still writes the same line. */
function toolName(bom: BomFacts): string | null {
  const names = new Set(
    bom.tools
      .map(tool => withoutVersion(tool.name.trim(), VERSION).toLowerCase())
      .filter(name => name !== ''),
  );
  return names.size === 0 ? null : [...names].sort().join(' + ');
}
