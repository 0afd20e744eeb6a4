import { canDigest, digestOf } from '../model/digest.ts';
import { iriFolder } from '../model/iri.ts';
import { Recent } from '../model/recent.ts';
import { RELATIONS } from '../model/relation.ts';
import type { LinkIntake } from '../store/intake.ts';
import type { BomId, BomRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { componentsOf } from './details.ts';
import { type SaidLink, saidLinks } from './said-links.ts';

/** What a reference out of a document names. */
export interface LinkTarget {
  readonly rule: 'bom-link' | 'document-ref';
  readonly document: {
    readonly serialNumber?: string;
    readonly revision?: number | null;
    readonly namespace?: string;
  };
  /** The element of it; null for the document itself. */
  readonly ref: string | null;
  /** The whole, which is what an SPDX 3 document calls the element. */
  readonly iri: string;
}

/** A BOM-Link (`urn:cdx:SERIAL/VERSION#REF`) or an SPDX namespace with the element's id behind `#`. */
export function parseTarget(target: string): LinkTarget | null {
  const hash = target.indexOf('#');
  const head = hash < 0 ? target : target.slice(0, hash);
  const ref = hash < 0 ? null : decode(target.slice(hash + 1));
  const link = /^urn:cdx:([0-9a-f-]{36})(?:\/(\d{1,9}))?$/i.exec(head);
  if (link !== null) {
    const revision = link[2] === undefined ? null : Number(link[2]);
    return {
      rule: 'bom-link',
      document: { serialNumber: `urn:uuid:${link[1]?.toLowerCase()}`, revision },
      ref,
      iri: target,
    };
  }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(head)) return null;
  return { rule: 'document-ref', document: { namespace: head }, ref, iri: target };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether a link leads from the component that has it to what it names. One of the document as a whole says that the other is related, not that a component holds it; and
 * what the other document's element needs of ours leads from there to here.
 */
export function leadsOut({ from, relation, inward }: LinkIntake): boolean {
  if (from === null) return false;
  return relation === null || RELATIONS[relation]?.walk === (inward ? 'up' : 'down');
}

/** So many documents that links lead to are at hand at once. */
const DOCUMENTS = 8;
/** Documents whose names begin alike are looked through so many at a time, and names shortened so often. */
const NEIGHBOURS = 8;
const FOLDERS = 4;
/** And so many of what was asked of them. */
const REMEMBERED = 1024;

interface Named {
  /** Also those that the question leaves out: that a label hides the document that is meant does not make another of its name the one. */
  readonly all: readonly BomRecord[];
  readonly inScope: readonly BomRecord[];
}

const NOBODY: Named = { all: [], inScope: [] };

/** Finds what links name: documents, and their entries by what the documents call them. Links to a document's elements come by the thousand, and it is read once for them all. */
export class Links {
  readonly #store: Store;
  readonly #scope: Scope;
  readonly #entries = new Recent<BomId, ReadonlyMap<string | null, readonly number[]>>(DOCUMENTS);
  readonly #named = new Recent<string, Named>(REMEMBERED);
  readonly #digests = new Recent<string, string | null>(REMEMBERED);
  #said: Promise<readonly SaidLink[]> | null = null;

  constructor(store: Store, scope: Scope) {
    this.#store = store;
    this.#scope = scope;
  }

  /**
   * The BOMs of the scope that a link names. A namespace or a serial number is to be of one document alone (SPDX 2.3, 6.5), but writers give one to all that they write, or to each
   * revision: where several have it, the digest that the reference states says which is meant.
   */
  async named(link: LinkIntake, target: LinkTarget): Promise<readonly BomRecord[]> {
    const { all, inScope } = await this.#ofName(target);
    if (all.length < 2) return inScope;
    const digests = link.digests.filter(one => canDigest(one.algorithm));
    if (digests.length > 0) return this.#withDigest(inScope, digests);
    // Without a digest nobody can say which of several apps' documents is meant.
    return all.every(bom => bom.app === all[0]?.app) ? inScope : [];
  }

  /** What users said is inside what. */
  said(): Promise<readonly SaidLink[]> {
    this.#said ??= saidLinks(this.#store, this.#scope);
    return this.#said;
  }

  async entries(bom: BomRecord, target: LinkTarget): Promise<readonly number[]> {
    const isIri = bom.document.format === 'spdx3' && target.rule === 'document-ref';
    const ref = !isIri ? target.ref : target.iri === bom.namespace ? null : target.iri;
    if (ref === null || ref === 'SPDXRef-DOCUMENT') return bom.subjects.map(subject => subject.ordinal);
    let byRef = this.#entries.get(bom.id);
    if (byRef === undefined) {
      const components = await componentsOf(this.#store, bom.document);
      byRef = Map.groupBy(components.keys(), ordinal => components[ordinal]?.ref ?? null);
      this.#entries.set(bom.id, byRef);
    }
    return byRef.get(ref) ?? [];
  }

  async #ofName(target: LinkTarget): Promise<Named> {
    const key = JSON.stringify(target.document);
    let found = this.#named.get(key);
    if (found === undefined) {
      const { documents } = this.#store;
      found = await this.#inBoth(scope => documents.linked(target.document, scope));
      this.#named.set(key, found);
    }
    if (found.all.length > 0 || target.rule === 'bom-link') return found;
    return this.#ofElement(target);
  }

  /**
   * SPDX 3 names elements, not documents (3.0, Core, ExternalMap): the document that has one is looked for among those whose own name begins as the element's does, as all writers do it. Where
   * too many do, nobody can say without reading them all.
   */
  async #ofElement(target: LinkTarget): Promise<Named> {
    for (let at = 0, folder = iriFolder(target.iri); folder !== null && at < FOLDERS; at++) {
      const near = await this.#under(folder);
      if (near.all.length > NEIGHBOURS) return NOBODY;
      const having: BomRecord[] = [];
      for (const bom of near.all)
        if (bom.document.format === 'spdx3' && (await this.entries(bom, target)).length > 0) having.push(bom);
      const seen = new Set(near.inScope.map(bom => bom.id));
      if (having.length > 0) return { all: having, inScope: having.filter(bom => seen.has(bom.id)) };
      folder = iriFolder(folder);
    }
    return NOBODY;
  }

  async #under(folder: string): Promise<Named> {
    const key = `under ${folder}`;
    let found = this.#named.get(key);
    if (found === undefined) {
      const { documents } = this.#store;
      found = await this.#inBoth(scope => documents.namedUnder(folder, NEIGHBOURS + 1, scope));
      this.#named.set(key, found);
    }
    return found;
  }

  async #inBoth(ask: (scope: Scope) => Promise<readonly BomRecord[]>): Promise<Named> {
    const anywhere = { ...this.#scope, labels: [], trust: null, buildLevel: null, includeRetired: true };
    return { all: await ask(anywhere), inScope: await ask(this.#scope) };
  }

  async #withDigest(boms: readonly BomRecord[], digests: LinkIntake['digests']): Promise<BomRecord[]> {
    const found: BomRecord[] = [];
    for (const bom of boms) {
      for (const { algorithm, value } of digests) {
        const own = await this.#digest(bom, algorithm);
        if (own !== value) continue;
        found.push(bom);
        break;
      }
    }
    return found;
  }

  async #digest({ document }: BomRecord, algorithm: string): Promise<string | null> {
    if (algorithm === 'sha256') return document.sha256;
    const key = `${algorithm} ${document.sha256}`;
    let digest = this.#digests.get(key);
    if (digest === undefined) {
      const bytes = await this.#store.bytes.read(document.sha256);
      digest = bytes === null ? null : digestOf(bytes, algorithm);
      this.#digests.set(key, digest);
    }
    return digest;
  }
}
