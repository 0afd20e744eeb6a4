import { parseDate } from '../../../model/date.ts';
import type { CsafDocument } from './document.ts';
import { objects, textAt } from './document.ts';
import { VERSION } from './schema.ts';
import { type CsafTest, quote, repeated, type TestFault } from './test.ts';

/** CSAF 2.0, sections 6.1.14, 6.1.16 to 6.1.22 and 6.1.30: versions and the revision history. */
export const REVISION_TESTS: readonly CsafTest[] = [
  { section: '6.1.14', title: 'Sorted Revision History', check: sorted },
  { section: '6.1.16', title: 'Latest Document Version', check: latest },
  { section: '6.1.17', title: 'Document Status Draft', check: statusDraft },
  { section: '6.1.18', title: 'Released Revision History', check: released },
  { section: '6.1.19', title: 'Revision History Entries for Pre-release Versions', check: preReleases },
  { section: '6.1.20', title: 'Non-draft Document Version', check: nonDraft },
  { section: '6.1.21', title: 'Missing Item in Revision History', check: missingItem },
  { section: '6.1.22', title: 'Multiple Definition in Revision History', check: repeatedItem },
  { section: '6.1.30', title: 'Mixed Integer and Semantic Versioning', check: mixed },
];

const VERSION_PLACE = '/document/tracking/version';
const HISTORY = '/document/tracking/revision_history';

interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];
  readonly semantic: boolean;
}

export interface Revision {
  readonly number: string;
  readonly version: Version;
  readonly date: string;
  readonly at: string;
}

/** The revisions that state a date and a version. */
export function revisionsOf(document: CsafDocument): Revision[] {
  return objects(document.find(`${HISTORY}/*`)).flatMap(place => {
    const number = textAt(place, '/number');
    const date = textAt(place, '/date');
    const version = number === null ? null : readVersion(number);
    return number === null || date === null || version === null
      ? []
      : [{ number, version, date, at: place.at }];
  });
}

/** By date and, at one instant, by version. */
export function byDate(revisions: readonly Revision[]): Revision[] {
  return revisions.toSorted((a, b) => compareInstants(a.date, b.date) || compare(a.version, b.version));
}

/** Instants are compared to their last stated digit; parseDate keeps milliseconds. */
export function compareInstants(a: string, b: string): number {
  return (parseDate(a) ?? 0) - (parseDate(b) ?? 0) || beyondMilliseconds(a) - beyondMilliseconds(b);
}

function beyondMilliseconds(text: string): number {
  return Number(`0.${/\.\d{3}(\d+)/.exec(text)?.[1] ?? '0'}`);
}

function* sorted(document: CsafDocument): Generator<TestFault> {
  const revisions = byDate(revisionsOf(document));
  for (const [index, revision] of revisions.entries()) {
    const before = revisions[index - 1];
    if (before && compare(before.version, revision.version) > 0)
      yield {
        at: `${revision.at}/number`,
        message: `The version ${revision.number} of ${revision.date} is lower than ${before.number}, which is older.`,
      };
  }
}

/** Build metadata never counts, and of a draft the pre-release part does not either. */
function* latest(document: CsafDocument): Generator<TestFault> {
  const stated = document.text(VERSION_PLACE);
  const last = byDate(revisionsOf(document)).at(-1);
  if (stated === null || last === undefined) return;
  const draft = document.text('/document/tracking/status') === 'draft';
  const bare = (version: string) => version.replace(/\+.*$/, '').replace(draft ? /-.*$/ : /$^/, '');
  if (bare(stated) !== bare(last.number))
    yield {
      at: VERSION_PLACE,
      message: `The document's version is ${quote(stated)}, but the latest revision is ${quote(last.number)}.`,
    };
}

function* statusDraft(document: CsafDocument): Generator<TestFault> {
  const version = versionOf(document);
  const status = document.text('/document/tracking/status');
  if (version !== null && status !== 'draft' && (version.numbers[0] === 0n || version.pre.length > 0))
    yield {
      at: '/document/tracking/status',
      message: `The version ${quote(document.text(VERSION_PLACE))} is that of a draft, but the status is ${quote(status)}.`,
    };
}

function* released(document: CsafDocument): Generator<TestFault> {
  if (!isReleased(document)) return;
  for (const revision of revisionsOf(document)) {
    if (revision.version.numbers[0] === 0n)
      yield {
        at: `${revision.at}/number`,
        message: `A released document's history must not list the version ${quote(revision.number)}.`,
      };
  }
}

function* preReleases(document: CsafDocument): Generator<TestFault> {
  for (const revision of revisionsOf(document)) {
    if (revision.version.pre.length > 0)
      yield {
        at: `${revision.at}/number`,
        message: `The pre-release ${quote(revision.number)} must not be listed in the revision history.`,
      };
  }
}

function* nonDraft(document: CsafDocument): Generator<TestFault> {
  if (isReleased(document) && (versionOf(document)?.pre.length ?? 0) > 0)
    yield {
      at: VERSION_PLACE,
      message: `A released document must not have the pre-release version ${quote(document.text(VERSION_PLACE))}.`,
    };
}

/** Whole numbers, or major versions, begin with 0 or 1 and leave none out. */
function* missingItem(document: CsafDocument): Generator<TestFault> {
  const revisions = byDate(revisionsOf(document));
  const first = revisions[0];
  if (first && first.version.numbers[0] > 1n)
    yield { at: `${first.at}/number`, message: `The first revision is ${first.number}, neither 0 nor 1.` };
  for (const [index, revision] of revisions.entries()) {
    const before = revisions[index - 1];
    if (before && revision.version.numbers[0] > before.version.numbers[0] + 1n)
      yield {
        at: `${revision.at}/number`,
        message: `Between ${before.number} and ${revision.number} the history leaves out a version.`,
      };
  }
}

function* repeatedItem(document: CsafDocument): Generator<TestFault> {
  for (const { item, key } of repeated(document.texts(`${HISTORY}/*/number`), one => one.value))
    yield { at: item.at, message: `The version ${quote(key)} is in the revision history more than once.` };
}

function* mixed(document: CsafDocument): Generator<TestFault> {
  const stated = [...document.texts(VERSION_PLACE), ...document.texts(`${HISTORY}/*/number`)];
  const first = stated.find(one => readVersion(one.value) !== null);
  if (first === undefined) return;
  const semantic = readVersion(first.value)?.semantic;
  for (const { value, at } of stated) {
    const version = readVersion(value);
    if (version !== null && version.semantic !== semantic)
      yield {
        at,
        message: `${quote(value)} mixes whole numbers with semantic versions such as ${quote(first.value)}.`,
      };
  }
}

function isReleased(document: CsafDocument): boolean {
  const status = document.text('/document/tracking/status');
  return status === 'final' || status === 'interim';
}

function versionOf(document: CsafDocument): Version | null {
  const stated = document.text(VERSION_PLACE);
  return stated === null ? null : readVersion(stated);
}

function readVersion(text: string): Version | null {
  if (text.length > 256 || !VERSION.test(text)) return null;
  const [core = '', pre = ''] = /^([^-+]*)-?([^+]*)/.exec(text)?.slice(1) ?? [];
  const [major = '0', minor, patch = '0'] = core.split('.');
  return {
    numbers: [BigInt(major), BigInt(minor ?? '0'), BigInt(patch)],
    pre: pre === '' ? [] : pre.split('.'),
    semantic: minor !== undefined,
  };
}

/** Precedence of Semantic Versioning 2.0.0, section 11. */
function compare(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (const [index, part] of a.pre.entries()) {
    const other = b.pre[index];
    if (other === undefined) return 1;
    const sign = comparePart(part, other);
    if (sign !== 0) return sign;
  }
  return a.pre.length - b.pre.length;
}

function comparePart(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x && y) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (x !== y) return x ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
