import { Diagnostics } from '../../model/diagnostic.ts';
import type { DocumentInput } from '../format.ts';
import { Lines } from './places.ts';
import type { Parsed } from './read.ts';
import { relationship, type Section, TAGS, type Tag } from './tags.ts';
import { quoted } from './values.ts';

/** A tree being built; its shape is that of SPDX 2.3 JSON. */
type Draft = Record<string, unknown>;

/**
 * Parses tag-value text line by line into the shape of the JSON encoding. `withFields` notes the line of every field.
 * An odd line gets a diagnostic and the next one goes on.
 */
export function parseTagValue(input: DocumentInput, withFields = false): Parsed {
  return new TagValueParser(withFields).parse(input.text());
}

class TagValueParser {
  readonly #diagnostics = new Diagnostics();
  readonly #lines: Lines;
  readonly #root: Draft = {};
  /** The entry that each section's tags go to; a section without one has not begun. */
  readonly #open = new Map<Section, Draft>();
  /** Files with the package they follow: in tag-value, that is how a package holds files (clause 8). */
  readonly #held = new Map<Draft, Draft>();
  #line = 0;

  constructor(withFields: boolean) {
    this.#lines = new Lines(withFields);
  }

  parse(stated: string): Parsed {
    // Line ends of old Macintosh tools: only where no other kind is, so that a stray one inside a value stays what it is.
    const text = stated.includes('\n') ? stated : stated.replaceAll('\r', '\n');
    this.#lines.entry(this.#root, 1);
    this.#open.set('document', this.#root);
    const lines = withLineFeeds(text);
    for (let start = 0; start < lines.length; ) {
      this.#line++;
      start = this.#takeLine(lines, start);
    }
    this.#joinFiles();
    this.#joinAnnotations();
    return {
      root: this.#root,
      encoding: 'tag-value',
      diagnostics: this.#diagnostics,
      place: this.#lines.place,
    };
  }

  /** Reads the line at `start`, with the following ones where it opens a `<text>`; gives the start of the next. */
  #takeLine(text: string, start: number): number {
    const end = endOfLine(text, start);
    const line = text.slice(start, end).trim();
    if (line === '' || line.startsWith('#')) return end + 1;
    const colon = line.indexOf(':');
    const name = colon === -1 ? '' : line.slice(0, colon).trim();
    if (!TAG_NAME.test(name)) {
      this.#fault('odd-line', `Expected "Tag: value" but found ${quoted(line)}; the line is left out.`);
      return end + 1;
    }
    const value = line.slice(colon + 1).trim();
    if (value.startsWith('<text>')) return this.#takeText(text, name, start, end);
    this.#take(name, value);
    return end + 1;
  }

  #takeText(text: string, name: string, start: number, end: number): number {
    const open = text.indexOf('<text>', start) + '<text>'.length;
    const close = this.#textEnd(text, open);
    if (close === -1) {
      this.#fault('unclosed-text', `The <text> of ${name} is never closed; its first line is taken.`);
      this.#take(name, text.slice(open, end).trim());
      return end + 1;
    }
    const value = text.slice(open, close);
    this.#take(name, value);
    this.#line += countLines(value);
    return endOfLine(text, close) + 1;
  }

  /** Where `</text>` is; once there is no further one, the search is not made again, so that a file of openings stays linear. */
  #textEnd(text: string, open: number): number {
    if (this.#noMoreEnds) return -1;
    const close = text.indexOf('</text>', open);
    if (close === -1) this.#noMoreEnds = true;
    return close;
  }

  #noMoreEnds = false;

  #take(name: string, value: string): void {
    if (name === 'Relationship') {
      this.#takeRelationship(value);
      return;
    }
    const tag = TAGS.get(name);
    if (tag !== undefined) this.#put(name, tag, value);
    else {
      const message = `The tag ${quoted(name)} is none that SPDX knows; it is left out.`;
      this.#diagnostics.warning('unknown-tag', message, this.#place());
    }
  }

  #takeRelationship(value: string): void {
    const entry = relationship(value);
    if (entry === null)
      this.#fault('invalid-tag', `Expected "A TYPE B" after Relationship but found ${quoted(value)}.`);
    else this.#openEntry('relationship', entry);
  }

  #put(name: string, tag: Tag, value: string): void {
    const read = tag.read === undefined ? value : tag.read(value);
    if (read === null) {
      this.#fault('invalid-tag', `The value ${quoted(value)} is not what ${name} holds; it is left out.`);
      return;
    }
    const section = name === 'SPDXID' ? this.#identified() : tag.section;
    if (tag.opens) this.#openEntry(section, {});
    const entry = this.#open.get(section);
    if (entry === undefined)
      this.#fault(
        'misplaced-tag',
        `${name} stands before any ${section} it could belong to; it is left out.`,
      );
    else this.#set(entry, name, tag, read);
  }

  /** `SPDXID` belongs to what is open last: a file, a package, or the document. */
  #identified(): Section {
    if (this.#open.has('file')) return 'file';
    return this.#open.has('package') ? 'package' : 'document';
  }

  #set(entry: Draft, name: string, tag: Tag, value: unknown): void {
    const [field, inner] = tag.field;
    const target = inner === undefined ? entry : this.#nested(entry, field);
    const key = inner ?? field;
    this.#lines.field(target, key, this.#line);
    if (typeof value === 'object' && value !== null) this.#lines.entry(value, this.#line);
    if (name === 'ExternalRef') this.#open.set('reference', value as Draft);
    if (tag.many) push(target, key, value);
    else if (Object.hasOwn(target, key)) {
      const message = `${name} is given again where it may stand once; the first is kept.`;
      this.#diagnostics.warning('repeated-tag', message, this.#place());
    } else target[key] = value;
  }

  #nested(entry: Draft, field: string): Draft {
    const known = entry[field];
    if (typeof known === 'object' && known !== null) return known as Draft;
    const made: Draft = {};
    this.#lines.entry(made, this.#line);
    entry[field] = made;
    return made;
  }

  /** Starts an entry. A package ends the files before it; a snippet does not, it has its own tags. */
  #openEntry(section: Section, entry: Draft): void {
    this.#lines.entry(entry, this.#line);
    this.#open.set(section, entry);
    push(this.#root, LISTS[section], entry);
    if (section === 'package') {
      this.#open.delete('file');
      this.#open.delete('reference');
    }
    const holder = section === 'file' ? this.#open.get('package') : undefined;
    if (holder !== undefined && holder['filesAnalyzed'] !== false) this.#held.set(entry, holder);
  }

  #joinFiles(): void {
    for (const [file, holder] of this.#held)
      if (typeof file['SPDXID'] === 'string') push(holder, 'hasFiles', file['SPDXID']);
  }

  /** Annotations name what they are about; in JSON they stand inside it. */
  #joinAnnotations(): void {
    const notes = this.#root['annotations'];
    if (!Array.isArray(notes)) return;
    const packages = this.#root['packages'];
    const byId = new Map<unknown, Draft>(
      Array.isArray(packages) ? packages.map((entry: Draft) => [entry['SPDXID'], entry]) : [],
    );
    const rest: Draft[] = [];
    for (const note of notes as Draft[]) {
      const owner = byId.get(note['SPDXREF']);
      delete note['SPDXREF'];
      if (owner === undefined) rest.push(note);
      else push(owner, 'annotations', note);
    }
    this.#root['annotations'] = rest;
  }

  #fault(code: string, message: string): void {
    this.#diagnostics.error(code, message, this.#place());
  }

  #place(): string {
    return `line ${this.#line}`;
  }
}

const TAG_NAME = /^[A-Za-z]{1,64}$/;

/** Where the entries of a section go in the JSON shape. */
const LISTS: Readonly<Record<Section, string>> = {
  document: 'documents',
  package: 'packages',
  file: 'files',
  snippet: 'snippets',
  licence: 'hasExtractedLicensingInfos',
  relationship: 'relationships',
  annotation: 'annotations',
  review: 'revieweds',
  reference: 'externalRefs',
};

function push(target: Draft, key: string, value: unknown): void {
  const items = target[key];
  if (Array.isArray(items)) items.push(value);
  else target[key] = [value];
}

/** Lines end with LF, CR LF or, from old tools, CR alone. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
