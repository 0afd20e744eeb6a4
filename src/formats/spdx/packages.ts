import type { Component, ComponentType, Licences, Party } from '../../model/facts.ts';
import { digestsOf } from './digests.ts';
import { currentSpelling, NAMES } from './names.ts';
import { party } from './parties.ts';
import { referencesOf } from './references.ts';
import { term } from './terms.ts';
import { type Context, type Entry, isEntry, own, ownList, quoted, stated, text, texts } from './values.ts';

const NOTHING: readonly never[] = [];
const NO_LICENCES: Licences = { declared: NOTHING, concluded: NOTHING };

/** The component that one package entry states (SPDX 2.3 clause 7). */
export function packageComponent(context: Context, written: Entry, pointer: string): Component {
  const entry = currentSpelling(written);
  const name = own(context, entry, entry['name'], 'name', pointer);
  if (name === null || name === '') missing(context, 'name', entry, pointer);
  const references = referencesOf(context, entry, pointer);
  return {
    ref: own(context, entry, entry['SPDXID'], 'SPDXID', pointer),
    role: 'listed',
    type: typeOf(context, entry, pointer),
    group: null,
    name: name ?? '',
    version: stated(own(context, entry, entry['versionInfo'], 'versionInfo', pointer)),
    purls: references.purls,
    cpes: references.cpes,
    digests: digestsOf(context, entry, () => pointer),
    swids: references.swids,
    gitoids: references.gitoids,
    licences: licencesOf(context, entry, pointer),
    supplier: partyOf(context, entry, entry['supplier'], 'supplier', pointer),
    originators: originators(context, entry, pointer),
    scope: null,
    ownership: null,
    parent: null,
    references: references.links,
    properties: propertiesOf(context, entry, pointer),
    dates: datesOf(context, entry, pointer),
    description:
      own(context, entry, entry['description'], 'description', pointer) ??
      own(context, entry, entry['summary'], 'summary', pointer),
    locations: NOTHING,
    resolves: NOTHING,
    at: context.place(written, pointer),
  };
}

/** The graph node of a file that a relation needs; it has what a file entry states (clause 8). */
export function fileComponent(context: Context, entry: Entry, pointer: string): Component {
  return {
    ref: text(context, entry, NAMES.id, pointer),
    role: 'file',
    type: 'file',
    group: null,
    name: text(context, entry, NAMES.fileName, pointer) ?? '',
    version: null,
    purls: NOTHING,
    cpes: NOTHING,
    digests: digestsOf(context, entry, () => pointer),
    swids: NOTHING,
    gitoids: NOTHING,
    licences: licencesOf(context, entry, pointer),
    supplier: null,
    originators: NOTHING,
    scope: null,
    ownership: null,
    parent: null,
    references: NOTHING,
    properties: NOTHING,
    dates: null,
    description: null,
    locations: NOTHING,
    resolves: NOTHING,
    at: context.place(entry, pointer),
  };
}

/** SPDX purposes (clause 7.24) in the model's words. */
const PURPOSES = new Map<string, ComponentType>([
  ['APPLICATION', 'application'],
  ['FRAMEWORK', 'framework'],
  ['LIBRARY', 'library'],
  ['CONTAINER', 'container'],
  ['OPERATING_SYSTEM', 'operating-system'],
  ['DEVICE', 'device'],
  ['FIRMWARE', 'firmware'],
  ['SOURCE', 'source'],
  ['ARCHIVE', 'archive'],
  ['FILE', 'file'],
  ['INSTALL', 'install'],
  ['OTHER', 'unknown'],
]);

function typeOf(context: Context, entry: Entry, pointer: string): ComponentType {
  const stated = own(context, entry, entry['primaryPackagePurpose'], 'primaryPackagePurpose', pointer);
  if (stated === null) return 'unknown';
  const type =
    PURPOSES.get(stated.toUpperCase().replaceAll('-', '_')) ??
    PURPOSES.get(term(stated).replaceAll('-', '_'));
  if (type !== undefined) return type;
  const message = `The purpose ${quoted(stated)} is none that SPDX knows.`;
  context.diagnostics.warning(
    'unknown-purpose',
    message,
    context.place(entry, `${pointer}/primaryPackagePurpose`),
  );
  return 'unknown';
}

/** NONE and NOASSERTION are answers here, and kept; the empty text is none. */
function licencesOf(context: Context, entry: Entry, pointer: string): Licences {
  const declared = own(context, entry, entry['licenseDeclared'], 'licenseDeclared', pointer) || null;
  const concluded = own(context, entry, entry['licenseConcluded'], 'licenseConcluded', pointer) || null;
  if (declared === null && concluded === null) return NO_LICENCES;
  return {
    declared: declared === null ? NOTHING : [declared],
    concluded: concluded === null ? NOTHING : [concluded],
  };
}

function partyOf(
  context: Context,
  entry: Entry,
  value: unknown,
  name: string,
  pointer: string,
): Party | null {
  const stated = own(context, entry, value, name, pointer);
  return stated === null ? null : party(stated);
}

function originators(context: Context, entry: Entry, pointer: string): readonly Party[] {
  const found = partyOf(context, entry, entry['originator'], 'originator', pointer);
  return found === null ? NOTHING : [found];
}

function datesOf(context: Context, entry: Entry, pointer: string): Component['dates'] {
  const released = own(context, entry, entry['releaseDate'], 'releaseDate', pointer);
  const built = own(context, entry, entry['builtDate'], 'builtDate', pointer);
  const validUntil = own(context, entry, entry['validUntilDate'], 'validUntilDate', pointer);
  if (released === null && built === null && validUntil === null) return null;
  return {
    ...(released === null ? {} : { released }),
    ...(built === null ? {} : { built }),
    ...(validUntil === null ? {} : { validUntil }),
  };
}

type Property = readonly [string, string];

/**
 * What else changes a package's meaning: the source package it was built from (`sourceInfo`), its file name and verification
 * code, licences found in its files, and what tools put into attribution texts and annotations for want of a field.
 */
function propertiesOf(context: Context, entry: Entry, pointer: string): readonly Property[] {
  const found: Property[] = [];
  add(found, 'sourceInfo', own(context, entry, entry['sourceInfo'], 'sourceInfo', pointer));
  add(found, 'packageFileName', own(context, entry, entry['packageFileName'], 'packageFileName', pointer));
  add(found, 'packageVerificationCode', verificationCode(context, entry, pointer));
  if (entry['licenseInfoFromFiles'] !== undefined)
    addAll(found, 'licenseInfoFromFiles', texts(context, entry, FROM_FILES, pointer));
  if (entry['attributionTexts'] !== undefined)
    addAll(found, 'attributionText', texts(context, entry, NAMES.attributionTexts, pointer));
  if (entry['annotations'] !== undefined) addAnnotations(context, found, entry, pointer);
  return found.length === 0 ? NOTHING : found;
}

function addAll(found: Property[], name: string, values: readonly string[]): void {
  for (let at = 0; at < values.length; at++) add(found, name, values[at] ?? null);
}

function addAnnotations(context: Context, found: Property[], entry: Entry, pointer: string): void {
  for (const note of ownList(context, entry, entry['annotations'], 'annotations', pointer)) {
    if (isEntry(note)) found.push(...annotation(context, note, pointer));
  }
}

const FROM_FILES = ['licenseInfoFromFiles'];

function add(found: Property[], name: string, value: string | null): void {
  if (value !== null && value !== '' && value !== 'NOASSERTION') found.push([name, value]);
}

function verificationCode(context: Context, entry: Entry, pointer: string): string | null {
  const stated = entry['packageVerificationCode'];
  if (typeof stated === 'string') return stated;
  return isEntry(stated)
    ? text(context, stated, ['packageVerificationCodeValue', 'value'], `${pointer}/packageVerificationCode`)
    : null;
}

function annotation(context: Context, note: Entry, pointer: string): readonly Property[] {
  return annotated(text(context, note, ['comment'], `${pointer}/annotations`));
}

/** What the text of an annotation amounts to. Build systems write `{"name": ..., "value": ...}` into it; such a one is a property of that name. */
export function annotated(comment: string | null): readonly Property[] {
  if (comment === null || comment === '') return NOTHING;
  return [named(comment) ?? ['annotation', comment]];
}

function named(comment: string): Property | null {
  if (!comment.startsWith('{') || comment.length > 10_000) return null;
  try {
    const value: unknown = JSON.parse(comment);
    if (!isEntry(value)) return null;
    const { name, value: stated } = value;
    return typeof name === 'string' && typeof stated === 'string' ? [name, stated] : null;
  } catch {
    return null;
  }
}

function missing(context: Context, field: string, entry: Entry, pointer: string): void {
  context.diagnostics.warning('missing-field', `A package has no ${field}.`, context.place(entry, pointer));
}
