import type { AssertionTarget } from '../model/assertion.ts';
import type { BomGraph } from '../store/graph.ts';
import { MEMBER } from '../store/intake.ts';
import type { BomRecord, LinkFrom, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { type Links, leadsOut, parseTarget } from './links.ts';

/**
 * By what right a path goes from one document into another. There are no others:
 * `digest`: a component here has a digest of what the other document is about; `bom-link`: a CycloneDX BOM-Link names it; `document-ref`: an SPDX
 * external document reference names it; `assertion`: a user said so (`larder link`); `purl`: the versioned purls are equal, only when asked for.
 */
export type JoinRule = 'digest' | 'bom-link' | 'document-ref' | 'assertion' | 'purl';

/** One way out of a document. */
export interface Join {
  readonly rule: JoinRule;
  /** Ordinal here; WHOLE for a document that names no subject. */
  readonly from: number;
  readonly to: BomRecord;
  /** Ordinal there; or WHOLE. */
  readonly entry: number;
  /** The digest, link, purl or assertion document that it rests on. */
  readonly because: string;
  /** Code of the relation that the link states; null where the two are one and the same thing. */
  readonly relation: number | null;
}

/** In place of an ordinal: the document as a whole, because it names no subject. No path leads over such a join, and yet the one holds the other. */
export const WHOLE = -1;

export interface JoinOptions {
  /** Also join by equal versioned purl. */
  readonly byPurl: boolean;
}

/** A join seen from the document it leads into. */
export interface JoinFrom extends Join {
  readonly by: BomRecord;
}

/** How many links into one BOM are followed; a library of a distribution may be named by all that it builds. */
const MOST_LINKS = 10_000;

/** The joins that lead into a BOM: by digest to what it is about, and by links to any entry of it; `cut` when there were too many links to follow all. */
export async function joinsInto(
  store: Store,
  links: Links,
  bom: BomRecord,
  scope: Scope,
): Promise<{ readonly joins: readonly JoinFrom[]; readonly cut: boolean }> {
  const naming = await store.documents.linksTo(bom, MOST_LINKS);
  const byLink = await linksInto(store, links, naming.filter(leadsOut), bom, scope);
  return { joins: [...(await digestsInto(store, bom, scope)), ...byLink], cut: naming.length === MOST_LINKS };
}

/** Whether anything but a user's word can join a BOM. */
export function canBeJoined(bom: BomRecord): boolean {
  return (
    bom.namespace !== null ||
    bom.serialNumber !== null ||
    bom.subjects.some(subject => subject.digests !== undefined)
  );
}

/** Components of other BOMs whose bytes are what this one is about. Only a subject is joined: two BOMs that list the same file do not share what stands around it. */
async function digestsInto(store: Store, bom: BomRecord, scope: Scope): Promise<JoinFrom[]> {
  const joins: JoinFrom[] = [];
  for (const subject of bom.subjects) {
    for (const value of subject.digests ?? []) {
      const hits = (await store.digests.find(value, scope)).filter(
        hit => hit.kind === 'component' && hit.bom !== bom.id,
      );
      const boms = await store.documents.boms([...new Set(hits.map(hit => hit.bom))], scope);
      const holders = new Map(boms.map(holder => [holder.id, holder]));
      for (const hit of hits) {
        const by = holders.get(hit.bom);
        const isSubject = by?.subjects.some(other => other.ordinal === hit.ordinal) === true;
        // Two documents about the same thing stand side by side; neither holds the other.
        if (by === undefined || isSubject) continue;
        joins.push({
          rule: 'digest',
          by,
          from: hit.ordinal,
          to: bom,
          entry: subject.ordinal,
          because: value,
          relation: null,
        });
      }
    }
  }
  return joins;
}

/** Components of other BOMs that a link says hold or need an entry of this one. */
async function linksInto(
  store: Store,
  links: Links,
  naming: readonly LinkFrom[],
  bom: BomRecord,
  scope: Scope,
): Promise<JoinFrom[]> {
  if (naming.length === 0) return [];
  const boms = await store.documents.boms([...new Set(naming.map(link => link.bom))], scope);
  const holders = new Map(boms.map(holder => [holder.id, holder]));
  const joins: JoinFrom[] = [];
  for (const link of naming) {
    const by = holders.get(link.bom);
    const target = parseTarget(link.target);
    if (by === undefined || target === null || link.from === null) continue;
    if (!(await links.named(link, target)).some(one => one.id === bom.id)) continue;
    for (const entry of await links.entries(bom, target)) {
      const { relation } = link;
      joins.push({ rule: target.rule, by, from: link.from, to: bom, entry, because: link.target, relation });
    }
  }
  return joins;
}

/** Every join but those by digest that leads from a BOM into others. */
export async function joinsFrom(
  store: Store,
  links: Links,
  bom: BomRecord,
  graph: BomGraph,
  options: JoinOptions,
  scope: Scope,
): Promise<Join[]> {
  const joins = [
    ...(await byLink(store, links, bom, graph)),
    ...(await byAssertion(store, links, bom, graph, scope)),
    ...(options.byPurl ? await byPurl(store, bom, graph, scope) : []),
  ];
  return joins.filter(join => join.to.id !== bom.id);
}

async function byLink(store: Store, links: Links, bom: BomRecord, graph: BomGraph): Promise<Join[]> {
  const joins: Join[] = [];
  for (const link of await store.documents.links(bom.id)) {
    const target = parseTarget(link.target);
    if (target === null || link.from === null || link.from >= graph.size || !leadsOut(link)) continue;
    for (const to of await links.named(link, target)) {
      for (const entry of await links.entries(to, target)) {
        joins.push({
          rule: target.rule,
          from: link.from,
          to,
          entry,
          because: link.target,
          relation: link.relation,
        });
      }
    }
  }
  return joins;
}

/** `larder link PRODUCT COMPONENT`, from the product's subjects (or the one entry named) to the component's; `larder identify COMPONENT --as APP`, from the entry to the app's. */
async function byAssertion(
  store: Store,
  links: Links,
  bom: BomRecord,
  graph: BomGraph,
  scope: Scope,
): Promise<Join[]> {
  const joins: Join[] = [];
  for (const { product, component, said } of await links.said()) {
    const from = productEntries(product, bom, graph);
    if (from.length === 0) continue;
    for (const [to, entries] of await componentEntries(store, component, scope)) {
      for (const one of from) {
        for (const entry of entries) {
          joins.push({ rule: 'assertion', from: one, to, entry, because: said.document, relation: null });
        }
      }
    }
  }
  return joins;
}

function subjectsOf(bom: BomRecord): readonly number[] {
  return bom.subjects.length === 0 ? [WHOLE] : bom.subjects.map(subject => subject.ordinal);
}

function productEntries(product: AssertionTarget, bom: BomRecord, graph: BomGraph): readonly number[] {
  const subjects = subjectsOf(bom);
  if (product.kind === 'app') {
    const release = product.release ?? null;
    return product.app === bom.app && (release === null || release === bom.release) ? subjects : [];
  }
  if (product.kind === 'document') return product.sha256 === bom.document.sha256 ? subjects : [];
  if (
    product.kind === 'component' &&
    product.sha256 === bom.document.sha256 &&
    product.ordinal < graph.size
  ) {
    return [product.ordinal];
  }
  return [];
}

async function componentEntries(
  store: Store,
  component: AssertionTarget,
  scope: Scope,
): Promise<(readonly [BomRecord, readonly number[]])[]> {
  if (component.kind === 'app') {
    const boms = await store.apps.boms(component.app, component.release ?? undefined, scope);
    return boms.map(bom => [bom, subjectsOf(bom)]);
  }
  if (component.kind !== 'document' && component.kind !== 'component') return [];
  const record = await store.documents.find(component.sha256, scope);
  if (record === null || record.bom === null) return [];
  const [bom] = await store.documents.boms([record.bom], scope);
  if (bom === undefined) return [];
  return [[bom, component.kind === 'component' ? [component.ordinal] : subjectsOf(bom)]];
}

/** From a component to the documents whose subject has the same purl with the same version. */
async function byPurl(store: Store, bom: BomRecord, graph: BomGraph, scope: Scope): Promise<Join[]> {
  const ids = [...new Set(graph.packages)].filter(id => id !== 0);
  const hits = await store.membership.ofPackages(ids, scope);
  const wanted: { id: number; bom: number }[] = [];
  for (let i = 0; i < hits.length; i++) {
    if (((hits.flags[i] ?? 0) & MEMBER.SUBJECT) === 0 || hits.bom[i] === bom.id) continue;
    wanted.push({ id: hits.identity[i] ?? 0, bom: hits.bom[i] ?? 0 });
  }
  const records = new Map(
    (await store.documents.boms([...new Set(wanted.map(hit => hit.bom))], scope)).map(to => [to.id, to]),
  );
  const purls = new Map(
    (await store.dictionary.packages([...new Set(wanted.map(hit => hit.id))])).map(one => [one.id, one]),
  );
  const joins: Join[] = [];
  for (const hit of wanted) {
    const to = records.get(hit.bom);
    const found = purls.get(hit.id);
    if (to === undefined || found === undefined || found.version === null) continue;
    const other = await store.graphs.graph(to.id, scope);
    const entries = Array.from(other?.subjects ?? []).filter(node => other?.packages[node] === hit.id);
    for (const from of graph.ordinalsOf('package', hit.id)) {
      for (const entry of entries)
        joins.push({ rule: 'purl', from, to, entry, because: found.purl, relation: null });
    }
  }
  return joins;
}
