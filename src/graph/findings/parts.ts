import type { AdvisoryBase } from '../../advisories/base.ts';
import { entryRef } from '../../advisories/bom-statements.ts';
import { type Target, targetOf } from '../../advisories/select.ts';
import type { BomGraph } from '../../store/graph.ts';
import type { BomRecord, Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import { componentsOf } from '../details.ts';
import { purlsOf } from '../naming.ts';
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

/** The identified parts of a BOM; null when it is outside the scope. */
export async function partsOf(
  store: Store,
  base: AdvisoryBase,
  bom: BomRecord,
  said: Said,
  scope: Scope,
): Promise<Parts | null> {
  const graph = await store.graphs.graph(bom.id, scope);
  if (graph === null) return null;
  const named = await namesOf(store, graph);
  const refs = await refsOf(store, base, bom);
  const groups = new Map<string, Part>();
  const unidentified: number[] = [];
  for (let ordinal = 0; ordinal < graph.size; ordinal++) {
    const { role } = graph.node(ordinal);
    const identities = identitiesOf(graph, named, ordinal, saidOf(said, bom, ordinal, graph, named));
    const ref = refs === null ? [] : refs(ordinal);
    if (identities.purls.length + identities.cpes.length === 0) {
      if (role === 'listed') unidentified.push(ordinal);
      if (ref.length === 0) continue;
    }
    // Without a purl its name says what a finding is about.
    const label = identities.purls.length > 0 ? null : graph.node(ordinal).label;
    const key = JSON.stringify([identities.purls, identities.cpes, ref, label]);
    const group = groups.get(key);
    if (group) group.ordinals.push(ordinal);
    else
      groups.set(key, {
        ordinals: [ordinal],
        purl: identities.purls[0] ?? null,
        target: targetOf({ ...identities, refs: ref }),
      });
  }
  return { bom, graph, parts: [...groups.values()], subjects: subjectsOf(bom, graph, groups), unidentified };
}

/** Dictionary numbers of a graph as texts. */
export interface GraphNames {
  readonly purls: ReadonlyMap<number, string>;
  readonly cpes: ReadonlyMap<number, string>;
  /** Identifier and further package numbers of each ordinal that has any. */
  readonly others: ReadonlyMap<number, ReturnType<BomGraph['others']>>;
}

async function namesOf(store: Store, graph: BomGraph): Promise<GraphNames> {
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
  const rows = identifiers.size === 0 ? [] : await store.dictionary.identifiers([...identifiers]);
  const cpes = new Map(rows.filter(row => row.kind === 'cpe').map(row => [row.id, row.value]));
  return { purls: await purlsOf(store.dictionary, packages), cpes, others };
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
  for (const { kind, id } of named.others.get(ordinal) ?? []) {
    const text =
      kind === 'package' ? named.purls.get(id) : kind === 'identifier' ? named.cpes.get(id) : undefined;
    if (text !== undefined) (kind === 'package' ? purls : cpes).push(text);
  }
  return { purls: [...purls, ...said.purls], cpes: [...cpes, ...said.cpes], version: null };
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
  const refs = [appRef(bom.app, null), ...(bom.release === null ? [] : [appRef(bom.app, bom.release)])];
  return [...stated, targetOf({ purls: [], refs, version: bom.release })];
}
