import type { AdvisoryBase } from '../../advisories/base.ts';
import { entryRef } from '../../advisories/bom-statements.ts';
import { type Target, targetOf } from '../../advisories/select.ts';
import type { Digest } from '../../model/facts.ts';
import type { BomGraph } from '../../store/graph.ts';
import type { IdentifierKind } from '../../store/intake.ts';
import type { BomRecord, Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import { componentsOf } from '../details.ts';
import { purlsOf } from '../naming.ts';
import { type NamedDigests, namedByDigest } from './digests.ts';
import { type Said, saidOf } from './said.ts';

/** Components of one BOM that have the same identities, and so the same findings. */
export interface Part {
  readonly ordinals: number[];
  /** Primary purl; null where it has none. */
  readonly purl: string | null;
  readonly target: Target;
}

/** A BOM as the matcher sees it. */
export interface Parts {
  readonly bom: BomRecord;
  readonly graph: BomGraph;
  readonly parts: readonly Part[];
  /** What the document is about, also by the app's own name, so that a decision can name the app. */
  readonly subjects: readonly Target[];
  /** Ordinals of components that nothing identifies: no purl, no CPE, and nobody said what they are. */
  readonly unidentified: readonly number[];
}

/** How a VEX statement of Larder's own names an app, or one release of it: an IRI, as VEX formats demand, so that a space in a name is escaped. */
export function appRef(app: string, release: string | null): string {
  return encodeURI((release === null ? `larder:${app}` : `larder:${app}@${release}`).toWellFormed());
}

interface Identities {
  readonly purls: readonly string[];
  readonly refined: readonly string[];
  readonly cpes: readonly string[];
  readonly refs: readonly string[];
  readonly digests: readonly Digest[];
  /** As stated, where no purl tells it. */
  readonly version: string | null;
}

/** A part whose identities are taken apart when they are first asked for: most parts of a BOM are only counted. */
class StatedPart implements Part {
  readonly ordinals: number[];
  readonly purl: string | null;
  readonly #identities: Identities;
  #target: Target | null = null;

  constructor(ordinal: number, identities: Identities) {
    this.ordinals = [ordinal];
    this.purl = identities.purls[0] ?? null;
    this.#identities = identities;
  }

  get target(): Target {
    this.#target ??= targetOf(this.#identities);
    return this.#target;
  }
}

/** Reads BOMs as the matcher sees them. Names that were looked up for one are at hand for the next. */
export class PartsReader {
  readonly #store: Store;
  readonly #base: AdvisoryBase;
  readonly #said: Said;
  readonly #scope: Scope;
  readonly #names: NameReader;
  #digests: Promise<NamedDigests> | null = null;

  constructor(store: Store, base: AdvisoryBase, said: Said, scope: Scope) {
    this.#store = store;
    this.#base = base;
    this.#said = said;
    this.#scope = scope;
    this.#names = new NameReader(store);
  }

  /** The identified parts of a BOM; null when it is outside the scope. */
  async read(bom: BomRecord): Promise<Parts | null> {
    const graph = await this.#store.graphs.graph(bom.id, this.#scope);
    if (graph === null) return null;
    const named = await this.#names.of(graph);
    const refs = await refsOf(this.#store, this.#base, bom);
    const digests = await this.#digestsOf(bom);
    const groups = new Map<string, Part>();
    const unidentified: number[] = [];
    for (let ordinal = 0; ordinal < graph.size; ordinal++) {
      const said = saidOf(this.#said, bom, ordinal, graph, named);
      const stated = identitiesOf(graph, named, ordinal, said);
      const identities = {
        ...stated,
        refs: refs?.(ordinal) ?? [],
        digests: digests?.get(ordinal) ?? [],
        version: stated.purls.length > 0 ? null : (graph.node(ordinal).label?.version ?? null),
      };
      if (identities.purls.length + identities.cpes.length === 0) {
        if (graph.node(ordinal).role === 'listed') unidentified.push(ordinal);
        if (identities.refs.length + identities.digests.length === 0) continue;
      }
      const key = keyOf(identities, graph, ordinal);
      const group = groups.get(key);
      if (group) group.ordinals.push(ordinal);
      else groups.set(key, new StatedPart(ordinal, identities));
    }
    return {
      bom,
      graph,
      parts: [...groups.values()],
      subjects: subjectsOf(bom, graph, groups),
      unidentified,
    };
  }

  /** By ordinal, the digests by which some statement names entries of the BOM. */
  async #digestsOf(bom: BomRecord): Promise<ReadonlyMap<number, readonly Digest[]> | undefined> {
    this.#digests ??= namedByDigest(this.#store, this.#base.keysUnder('digest:'), this.#scope);
    return (await this.#digests).get(bom.id);
  }
}

function keyOf(
  { purls, refined, cpes, refs, digests }: Identities,
  graph: BomGraph,
  ordinal: number,
): string {
  if (purls.length === 1 && refined.length + cpes.length + refs.length + digests.length === 0)
    return purls[0] ?? '';
  // Without a purl its name says what a finding is about.
  const label = purls.length > 0 ? null : graph.node(ordinal).label;
  return JSON.stringify([purls, refined, cpes, refs, digests, label]);
}

/** Dictionary numbers of a graph as texts. */
export interface GraphNames {
  readonly purls: ReadonlyMap<number, string>;
  readonly cpes: ReadonlyMap<number, string>;
  readonly refined: ReadonlyMap<number, string>;
  /** Identifier and further package numbers of each ordinal that has any. */
  readonly others: ReadonlyMap<number, ReturnType<BomGraph['others']>>;
}

/** So many names are at hand at once. */
const MOST_NAMES = 100_000;

class NameReader {
  readonly #store: Store;
  readonly #purls = new Map<number, string>();

  constructor(store: Store) {
    this.#store = store;
  }

  async of(graph: BomGraph): Promise<GraphNames> {
    const others = new Map<number, ReturnType<BomGraph['others']>>();
    const packages = new Set<number>(graph.packages);
    const identifiers = new Set<number>();
    for (let ordinal = 0; ordinal < graph.size; ordinal++) {
      const more = graph.others(ordinal);
      if (more.length === 0) continue;
      others.set(ordinal, more);
      for (const one of more) {
        if (one.kind === 'package') packages.add(one.id);
        else if (one.kind === 'identifier') identifiers.add(one.id);
      }
    }
    const rows = identifiers.size === 0 ? [] : await this.#store.dictionary.identifiers([...identifiers]);
    const named = (wanted: IdentifierKind): Map<number, string> =>
      new Map(rows.filter(row => row.kind === wanted).map(row => [row.id, row.value]));
    await this.#learn(packages);
    return { purls: this.#purls, cpes: named('cpe'), refined: named('package'), others };
  }

  async #learn(packages: ReadonlySet<number>): Promise<void> {
    if (this.#purls.size > MOST_NAMES) this.#purls.clear();
    const missing = [...packages].filter(id => id !== 0 && !this.#purls.has(id));
    for (const [id, purl] of await purlsOf(this.#store.dictionary, missing)) this.#purls.set(id, purl);
  }
}

function identitiesOf(
  graph: BomGraph,
  named: GraphNames,
  ordinal: number,
  said: { readonly purls: readonly string[]; readonly cpes: readonly string[] },
) {
  const primary = named.purls.get(graph.packages[ordinal] ?? 0);
  const purls = primary === undefined ? [] : [primary];
  const cpes: string[] = [];
  const refined: string[] = [];
  for (const { kind, id } of named.others.get(ordinal) ?? []) {
    if (kind === 'package') purls.push(...present(named.purls.get(id)));
    if (kind !== 'identifier') continue;
    cpes.push(...present(named.cpes.get(id)));
    refined.push(...present(named.refined.get(id)));
  }
  // In an order of their own: the first names the finding, whichever was said or added first.
  return {
    purls: [...purls, ...said.purls.toSorted()],
    refined,
    cpes: [...cpes, ...said.cpes.toSorted()],
  };
}

function present(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

/** How VEX documents name the entries of this BOM: read from the document only when some statement names one of them. */
async function refsOf(
  store: Store,
  base: AdvisoryBase,
  bom: BomRecord,
): Promise<((ordinal: number) => string[]) | null> {
  const sha256 = bom.document.sha256;
  const named = [bom.serialNumber, `sha256:${sha256}`].some(
    name => name !== null && base.covers(`ref:${name}#`),
  );
  if (!named) return null;
  const components = await componentsOf(store, bom.document);
  return ordinal => {
    const ref = components[ordinal]?.ref ?? null;
    return ref === null ? [] : [entryRef(bom, sha256, ref)];
  };
}

function subjectsOf(bom: BomRecord, graph: BomGraph, groups: ReadonlyMap<string, Part>): Target[] {
  const wanted = new Set(graph.subjects);
  const stated = [...groups.values()]
    .filter(part => part.ordinals.some(ordinal => wanted.has(ordinal)))
    .map(part => part.target);
  return [...stated, productOf(bom)];
}

/** Digests of these lengths are of these algorithms, in hex digits; what a document is about is kept by value alone. */
const ALGORITHMS: Readonly<Record<number, Digest['algorithm']>> = {
  40: 'sha1',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/** What a document is about, by the app's own name and by digest. */
export function productOf(bom: BomRecord): Target {
  const refs = [appRef(bom.app, null), ...(bom.release === null ? [] : [appRef(bom.app, bom.release)])];
  const digests = bom.subjects.flatMap(subject =>
    (subject.digests ?? []).flatMap(value => {
      const algorithm = ALGORITHMS[value.length];
      return algorithm === undefined ? [] : [{ algorithm, value }];
    }),
  );
  return targetOf({ purls: [], refs, digests, version: bom.release });
}
