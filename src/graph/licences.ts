import { loadLicenceReader } from '../model/licence.ts';
import type { LicenceRow, Page, PageRequest, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { type Naming, nodeNames, withVersion } from './naming.ts';

/** One document that ships components under a licence. */
export interface LicenceHolder {
  readonly app: string;
  readonly release: string | null;
  readonly document: string;
  readonly components: number;
  /** The first of them by name. */
  readonly some: readonly string[];
  /** The licence texts that it states, as stated. */
  readonly licences: readonly string[];
}

export interface LicenceAnswer {
  /** What was asked for. */
  readonly words: string;
  /** The stated texts that hold it. */
  readonly texts: readonly string[];
  readonly apps: number;
  readonly documents: number;
  readonly holders: readonly LicenceHolder[];
  readonly truncated: boolean;
}

const SOME_COMPONENTS = 5;

/** Every licence as stated, with how much ships under it. */
export function licenceList(store: Store, page: PageRequest, scope: Scope): Promise<Page<LicenceRow>> {
  return store.licences.list(page, scope);
}

/** Who ships what under a licence: its id wherever it stands in an expression, or a whole text as stated. */
export async function whoShips(
  store: Store,
  words: string,
  limit: number,
  scope: Scope,
): Promise<LicenceAnswer> {
  const { read } = await loadLicenceReader();
  const wanted = words.toLowerCase();
  const namesIn = (licence: string): string[] => {
    const { ids, exceptions } = read(licence);
    return [licence, ...ids, ...ids.map(id => id.replace(/\+$/, '')), ...exceptions];
  };
  const texts = (await store.licences.find(words, 'contains')).filter(({ licence }) =>
    namesIn(licence).some(name => name.toLowerCase() === wanted),
  );
  const names = new Map(texts.map(text => [text.id, text.licence]));
  const hits = await store.licences.boms([...names.keys()], scope);
  const boms = [...new Set(hits.bom)];
  const records = await store.documents.boms(boms, scope);
  const sorted = records.toSorted((a, b) =>
    a.appName < b.appName ? -1 : a.appName > b.appName ? 1 : a.document.sha256 < b.document.sha256 ? -1 : 1,
  );
  const holders: LicenceHolder[] = [];
  for (const record of sorted.slice(0, limit)) {
    const uses = (await store.licences.ofBom(record.id, scope)).filter(use => names.has(use.licence));
    const graph = await store.graphs.graph(record.id, scope);
    const ordinals = [...new Set(uses.map(use => use.ordinal))];
    const naming =
      graph === null ? new Map<number, Naming>() : await nodeNames(store.dictionary, graph, ordinals);
    holders.push({
      app: record.appName,
      release: record.release,
      document: record.document.sha256,
      components: ordinals.length,
      some: [...new Set([...naming.values()].map(withVersion))].sort().slice(0, SOME_COMPONENTS),
      licences: [...new Set(uses.map(use => names.get(use.licence) ?? ''))].sort(),
    });
  }
  return {
    words,
    texts: [...names.values()].sort(),
    apps: new Set(hits.app).size,
    documents: boms.length,
    holders,
    truncated: records.length > limit,
  };
}
