import { compareDates } from './date.ts';
import { formatDigest, readDigest } from './digest.ts';
import type { Component } from './facts.ts';
import { formatPurl, type Purl, purlName, qualifier, tryPurl } from './purl.ts';

/** A thing the user ships. `id` never changes; aliases are further ids that mean the same app. */
export interface App {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

/** A version of an app; `version` null where nothing names one. */
export interface Release {
  readonly app: string;
  readonly version: string | null;
}

/** One stream of documents about one release, within which a later document supersedes an earlier one. */
export interface Line {
  readonly app: string;
  readonly release: string | null;
  /** The named branch a build without a version follows. */
  readonly branch: string | null;
  readonly phase: string | null;
  readonly tool: string | null;
}

/** What the user says, with `--app`, `--release`, a mapping file or `.larder/apps.toml`. */
export interface Stated {
  readonly app: string | null;
  readonly release: string | null;
}

/** Which statement decided, in the order they are asked. */
export type AppRule = 'stated' | 'purl' | 'digest' | 'name-and-supplier' | 'document';

export interface AppDecision {
  readonly id: string;
  readonly name: string;
  readonly release: string | null;
  readonly rule: AppRule;
}

export type Subject = Pick<Component, 'purls' | 'digests' | 'group' | 'name' | 'version' | 'supplier'>;

/**
 * The app and release a BOM is about (DESIGN §5): what the user says, the subject's purl, its digest, its name with supplier; else the
 * document, named by its own digest, stands as its own app. A name without supplier is not enough: too many subjects are called "app".
 */
export function decideApp(subject: Subject | null, stated: Stated, document: string): AppDecision {
  const found = fromSubject(subject) ?? fromDocument(subject, document);
  const release = stated.release ?? found.release;
  return stated.app === null
    ? { ...found, release }
    : { id: `app:${stated.app}`, name: stated.app, release, rule: 'stated' };
}

/** The key of a line: equal lines have equal keys. */
export function lineKey(line: Line): string {
  // A release needs no branch to tell it apart; only builds without one follow a branch.
  const branch = line.release === null ? line.branch : null;
  return JSON.stringify([line.app, line.release, branch, line.phase, line.tool]);
}

/** What decides between two documents of one line. */
export interface LineDocument {
  readonly serialNumber: string | null;
  readonly revision: number | null;
  readonly created: string | null;
}

/**
 * Whether the first document supersedes the second, both of one line: the same serial number with a higher version, else a later stated time.
 * Documents that state neither do not supersede each other.
 */
export function supersedes(newer: LineDocument, older: LineDocument): boolean {
  if (
    newer.serialNumber !== null &&
    newer.serialNumber === older.serialNumber &&
    newer.revision !== older.revision
  ) {
    return (newer.revision ?? 1) > (older.revision ?? 1);
  }
  return newer.created !== null && older.created !== null && compareDates(newer.created, older.created) > 0;
}

function fromSubject(subject: Subject | null): AppDecision | null {
  if (subject === null) return null;
  const name = fullName(subject);
  for (const text of subject.purls) {
    const purl = tryPurl(text);
    if (purl !== null)
      return {
        id: appPurl(purl),
        name: name || purl.name,
        release: releaseOf(purl, subject),
        rule: 'purl',
      };
  }
  for (const one of subject.digests) {
    const digest = readDigest(one.algorithm, one.value);
    if (typeof digest !== 'string')
      return {
        id: `digest:${formatDigest(digest)}`,
        name: name || formatDigest(digest),
        release: subject.version,
        rule: 'digest',
      };
  }
  const supplier = subject.supplier?.name.trim() ?? '';
  if (name === '' || supplier === '') return null;
  return {
    id: `name:${JSON.stringify([supplier, name])}`,
    name,
    release: subject.version,
    rule: 'name-and-supplier',
  };
}

/** Qualifiers without which a purl does not say which thing it names: an `oci` name is only the last segment of the image's path. */
const NAMING_QUALIFIERS: readonly string[] = ['repository_url', 'tag_id', 'uuid'];

function appPurl(purl: Purl): string {
  return formatPurl({
    ...purlName(purl),
    qualifiers: purl.qualifiers.filter(([key]) => NAMING_QUALIFIERS.includes(key)),
  });
}

/** The version in an image's purl is a digest; what people call the release is its tag. */
function releaseOf(purl: Purl, subject: Subject): string | null {
  return purl.type === 'oci'
    ? (subject.version ?? qualifier(purl, 'tag') ?? purl.version)
    : (purl.version ?? subject.version);
}

function fromDocument(subject: Subject | null, document: string): AppDecision {
  const name = subject === null ? '' : fullName(subject);
  return {
    id: `document:${document}`,
    name: name || document.slice(0, 12),
    release: subject?.version ?? null,
    rule: 'document',
  };
}

function fullName(subject: Subject): string {
  const name = subject.name.trim();
  return subject.group && name !== '' ? `${subject.group.trim()}/${name}` : name;
}
