import { createHash } from 'node:crypto';
import { type BomDocument, type BomEntry, SUBJECT } from '../bom-document.ts';

/** Ids of a document's entries that depend on what each is, not on where it stands, so that adding one leaves the others as they were. */
export class EntryIds {
  readonly #ids: readonly string[];
  readonly subject: string;

  constructor(document: BomDocument) {
    const taken = new Map<string, number>();
    this.subject = unique(entryId(document.subject), taken);
    this.#ids = document.components.map(entry => unique(entryId(entry), taken));
  }

  /** The id of an ordinal, SUBJECT included; undefined for one that is none. */
  of(ordinal: number): string | undefined {
    return ordinal === SUBJECT ? this.subject : this.#ids[ordinal];
  }
}

/** What an entry is called where a format has no group: `@scope/name`, and `group:name` as Maven says it. */
export function fullName(entry: BomEntry): string {
  const name = entry.name === '' ? 'unnamed' : entry.name;
  if (entry.group === null || entry.group === '') return name;
  return `${entry.group}${entry.purl?.startsWith('pkg:maven/') ? ':' : '/'}${name}`;
}

/** A UUID out of content: version 8 of RFC 9562, whose bits are the maker's own. */
export function contentUuid(content: string): string {
  const hash = createHash('sha256').update(content).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** What a text leaves of the letters an id may have. */
export function idText(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
}

/** The time in the form SPDX demands, to the second; the epoch where the caller has none, since SPDX leaves it no choice. */
export function creationTime(created: string | null): string {
  const time = created === null ? new Date(0) : new Date(created);
  return `${(Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString().slice(0, 19)}Z`;
}

function entryId(entry: BomEntry): string {
  const locations = entry.locations.map(({ file }) => file);
  const told = [
    entry.type,
    entry.group,
    entry.name,
    entry.version,
    entry.range,
    entry.purl,
    entry.parent === null,
    locations,
  ];
  const hash = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 12);
  const name = idText(entry.name);
  return name === '' ? hash : `${name}-${hash}`;
}

function unique(id: string, taken: Map<string, number>): string {
  const times = (taken.get(id) ?? 0) + 1;
  taken.set(id, times);
  return times === 1 ? id : unique(`${id}-${times}`, taken);
}
