import { usedLicenceRefs } from './checks.ts';
import type { Judge } from './judge.ts';
import { type Entry, isEntry, quoted } from './values.ts';

/** Judges what one part of a document says of another: ids that are unique, and names that lead somewhere. */
export class ReferenceJudge {
  readonly #judge: Judge;
  readonly #root: Entry;
  readonly #ids = new Map<string, string>();
  readonly #documents = new Set<string>();
  readonly #licences = new Set<string>();
  #describes = false;

  constructor(judge: Judge, root: Entry) {
    this.#judge = judge;
    this.#root = root;
  }

  run(): void {
    const id = this.#root['SPDXID'];
    if (typeof id === 'string') this.#ids.set(id, 'document');
    for (const kind of ['packages', 'files', 'snippets']) {
      for (const { entry, pointer } of this.#entries(kind)) this.#name(entry, kind, pointer);
    }
    for (const { entry } of this.#entries('externalDocumentRefs'))
      addText(this.#documents, entry['externalDocumentId']);
    this.#collectLicences();
    this.#followLists();
    for (const { entry, pointer } of this.#entries('relationships')) this.#relationship(entry, pointer);
    this.#judgeSubject();
    for (const kind of ['packages', 'files', 'snippets']) {
      for (const { entry, pointer } of this.#entries(kind)) this.#useLicences(entry, pointer);
    }
  }

  *#entries(name: string): Generator<{ entry: Entry; pointer: string }> {
    const items = this.#root[name];
    if (!Array.isArray(items)) return;
    for (let index = 0; index < items.length; index++) {
      const entry: unknown = items[index];
      if (isEntry(entry)) yield { entry, pointer: `/${name}/${index}` };
    }
  }

  #name(entry: Entry, kind: string, pointer: string): void {
    const id = entry['SPDXID'];
    if (typeof id !== 'string') return;
    if (!this.#ids.has(id)) this.#ids.set(id, kind);
    else
      this.#judge.fault(
        'duplicate-id',
        `The SPDXID ${quoted(id)} is given twice.`,
        entry,
        `${pointer}/SPDXID`,
      );
  }

  #collectLicences(): void {
    for (const { entry, pointer } of this.#entries('hasExtractedLicensingInfos')) {
      const id = entry['licenseId'];
      if (typeof id !== 'string') continue;
      if (this.#licences.has(id)) {
        this.#judge.fault(
          'duplicate-id',
          `The licence ${quoted(id)} is defined twice.`,
          entry,
          `${pointer}/licenseId`,
        );
      }
      this.#licences.add(id);
    }
  }

  #followLists(): void {
    const described = this.#root['documentDescribes'];
    if (Array.isArray(described)) {
      if (described.length > 0) this.#describes = true;
      for (const [index, id] of described.entries())
        this.#follow(id, null, this.#root, `/documentDescribes/${index}`);
    }
    for (const { entry, pointer } of this.#entries('packages')) {
      const files = entry['hasFiles'];
      if (!Array.isArray(files)) continue;
      for (const [index, id] of files.entries())
        this.#follow(id, 'files', entry, `${pointer}/hasFiles/${index}`);
    }
    for (const { entry, pointer } of this.#entries('snippets')) {
      this.#follow(entry['snippetFromFile'], 'files', entry, `${pointer}/snippetFromFile`);
    }
  }

  #relationship(entry: Entry, pointer: string): void {
    const { spdxElementId: from, relatedSpdxElement: to, relationshipType: type } = entry;
    if (type === 'DESCRIBES' && from === 'SPDXRef-DOCUMENT') this.#describes = true;
    if (type === 'DESCRIBED_BY' && to === 'SPDXRef-DOCUMENT') this.#describes = true;
    this.#follow(from, null, entry, `${pointer}/spdxElementId`);
    if (to !== 'NONE' && to !== 'NOASSERTION') this.#follow(to, null, entry, `${pointer}/relatedSpdxElement`);
  }

  #follow(id: unknown, kind: string | null, entry: Entry, pointer: string): void {
    if (typeof id !== 'string') return;
    const colon = id.startsWith('DocumentRef-') ? id.indexOf(':') : -1;
    if (colon !== -1) {
      if (this.#documents.has(id.slice(0, colon))) return;
      const message = `${quoted(id)} is of a document that "externalDocumentRefs" does not name.`;
      this.#judge.fault('dangling-reference', message, entry, pointer);
      return;
    }
    const known = this.#ids.get(id);
    if (known === undefined)
      this.#judge.fault('dangling-reference', `The document has no element ${quoted(id)}.`, entry, pointer);
    else if (kind !== null && known !== kind) {
      this.#judge.fault('dangling-reference', `${quoted(id)} must be a file but is not.`, entry, pointer);
    }
  }

  /** With one package, that is what the document describes; otherwise it must say (clause 11.1, DESCRIBES). */
  #judgeSubject(): void {
    const packages = this.#root['packages'];
    if (this.#describes || (Array.isArray(packages) && packages.length === 1)) return;
    this.#judge.fault('no-subject', 'The document does not say what it describes.', this.#root, '');
  }

  #useLicences(entry: Entry, pointer: string): void {
    for (const name of LICENCE_FIELDS) {
      const value = entry[name];
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const expression of values) {
        if (typeof expression !== 'string' || !expression.includes('LicenseRef-')) continue;
        for (const id of usedLicenceRefs(expression)) {
          if (this.#licences.has(id)) continue;
          const message = `The licence ${quoted(id)} is not defined in "hasExtractedLicensingInfos".`;
          this.#judge.fault('undefined-licence', message, entry, `${pointer}/${name}`);
        }
      }
    }
  }
}

const LICENCE_FIELDS = [
  'licenseConcluded',
  'licenseDeclared',
  'licenseInfoFromFiles',
  'licenseInfoInFiles',
  'licenseInfoInSnippets',
];

function addText(set: Set<string>, value: unknown): void {
  if (typeof value === 'string') set.add(value);
}
