import { RELATIONS, type RelationName } from '../model/relation.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { componentsOf } from './details.ts';
import { nodesOf, rowsOf } from './hits.ts';
import type { Join, JoinRule } from './joins.ts';
import { type Naming, nodeNames } from './naming.ts';
import { PATH_BOUNDS, type PathBounds, simplePaths } from './paths.ts';
import { type Identity, type Resolved, resolve, type VersionTest } from './resolve.ts';
import { ambiguous, bomsOf, candidatesFor, type Thing, thingOf } from './things.ts';
import { heldWithoutPath, type UnreachedNode } from './unreached.ts';
import { distances, type Roots, relationBetween, rootsFor } from './walk.ts';
import { MAX_ENDS, memberOf, type World, worldOfOne, worldsOf } from './world.ts';

export interface WhyRequest {
  readonly thing: Thing;
  /** A package name, purl, CPE or digest. */
  readonly words: string;
  readonly wants: VersionTest | null;
  readonly bounds?: PathBounds;
  /** Also cross documents by equal versioned purl. */
  readonly joinByPurl: boolean;
  readonly scope: Scope;
}

/** One step of a path. The first has neither relation nor join. */
export interface Hop {
  readonly naming: Naming;
  /** What the document itself calls the component: bom-ref, SPDXID or place. Filled by `withRefs`; null before. */
  readonly ref: string | null;
  readonly ordinal: number;
  /** SHA-256 and name of the document that states the hop. */
  readonly document: string;
  readonly documentName: string;
  /** The relation as stated, which leads from the component before to this one; null at the root, and for a join that says both are one thing. */
  readonly relation: RelationName | null;
  /** The rule by which the path came from another document. */
  readonly join: { readonly rule: JoinRule; readonly because: string } | null;
}

export interface Path {
  /** `entry`: it begins at a component that nothing in the document needs, because no subject leads here. */
  readonly root: Roots['rule'];
  readonly hops: readonly Hop[];
}

/** A component that was asked for and to which no path is stated. */
export interface Unreached {
  readonly naming: Naming;
  readonly ref: string | null;
  readonly ordinal: number;
  readonly document: string;
  readonly documentName: string;
  /** The rule by which its document came in; null for a document of the thing itself. */
  readonly join: Hop['join'];
}

export interface WhyAnswer {
  readonly thing: Thing;
  readonly resolved: Resolved;
  /** Documents of the thing that were looked at. */
  readonly documents: number;
  /** Shortest first. */
  readonly paths: readonly Path[];
  /** How many paths there are; at least so many when not `exact`. */
  readonly total: number;
  readonly exact: boolean;
  readonly truncated: boolean;
  readonly unreached: readonly Unreached[];
}

/** By which paths a thing comes to hold what the words name, each hop with the document that states it. */
export async function why(store: Store, request: WhyRequest): Promise<WhyAnswer> {
  const { thing, bounds = PATH_BOUNDS } = request;
  // A document named by its digest is asked about as it is, replaced by a later one or not.
  const scope = thing.kind === 'document' ? { ...request.scope, includeSuperseded: true } : request.scope;
  const boms = await bomsOf(store, thing, scope);
  const resolved = await resolve(store, request.words, request.wants, scope);
  const targets = await targetsByBom(store, resolved, scope);
  const own = new Set(boms.map(bom => bom.id));
  const worlds = await worldsWithTargets(store, boms, targets, request.joinByPurl, scope);
  const found: WorldResult[] = [];
  for (const world of worlds) {
    const nodes = await targetNodes(store, world, targets, scope);
    found.push(searchWorld(world, own, nodes, bounds));
  }
  const paths = (await Promise.all(found.map((result, at) => describe(store, worlds[at] as World, result))))
    .flat()
    .sort((a, b) => a.hops.length - b.hops.length);
  const total = found.reduce((sum, result) => sum + result.total, 0);
  return {
    thing,
    resolved,
    documents: boms.length,
    paths: paths.slice(0, bounds.limit),
    total,
    exact: found.every(result => result.exact),
    truncated:
      found.some(result => result.truncated) ||
      paths.length > bounds.limit ||
      worlds.some(world => world.cut),
    unreached: (
      await Promise.all(found.map((result, at) => unreachedOf(store, worlds[at] as World, result)))
    ).flat(),
  };
}

/**
 * The same for words that several apps fit: the one of them that holds what is asked for, so that a name that is not unique does as long as the
 * answer is.
 * @throws GraphError `ambiguous-thing` when several hold it, `unknown-thing` when the words name nothing
 */
export async function whyNamed(
  store: Store,
  words: string,
  request: Omit<WhyRequest, 'thing'>,
): Promise<WhyAnswer> {
  const things = await candidatesFor(store, words, request.scope);
  const [only] = things;
  if (only === undefined || things.length === 1) {
    return why(store, { ...request, thing: only ?? (await thingOf(store, words, request.scope)) });
  }
  const holding: WhyAnswer[] = [];
  for (const thing of things) {
    const answer = await why(store, { ...request, thing });
    if (answer.paths.length > 0 || answer.unreached.length > 0) holding.push(answer);
  }
  const [answer] = holding;
  if (answer === undefined || holding.length > 1)
    throw ambiguous(words, holding.length > 1 ? holding.map(one => one.thing) : things);
  return answer;
}

/** The identities that each BOM has. */
type Targets = ReadonlyMap<number, readonly Identity[]>;

async function targetsByBom(store: Store, resolved: Resolved, scope: Scope): Promise<Targets> {
  const targets = new Map<number, Identity[]>();
  const add = (bom: number, target: Identity): void => {
    const known = targets.get(bom);
    if (known === undefined) targets.set(bom, [target]);
    else known.push(target);
  };
  const rows = await rowsOf(store, resolved.identities, scope);
  for (let i = 0; i < rows.length; i++) {
    const identity = resolved.identities[rows.identity[i] ?? 0];
    if (identity !== undefined) add(rows.bom[i] ?? 0, identity);
  }
  return targets;
}

/** Joins are looked for only when documents that are not the thing's own hold a target: no other path can cross a border. */
async function worldsWithTargets(
  store: Store,
  boms: readonly BomRecord[],
  targets: Targets,
  byPurl: boolean,
  scope: Scope,
): Promise<World[]> {
  const own = new Set(boms.map(bom => bom.id));
  const elsewhere = [...targets.keys()].filter(bom => !own.has(bom));
  if (elsewhere.length > 0) {
    const ends = await store.documents.boms(elsewhere.slice(0, MAX_ENDS), scope);
    const more = elsewhere.length > MAX_ENDS;
    const worlds = await worldsOf(store, boms, { boms: ends, more }, { byPurl }, scope);
    return worlds.filter(world => world.members.some(member => targets.has(member.bom.id)));
  }
  const worlds: World[] = [];
  for (const bom of boms) {
    if (!targets.has(bom.id)) continue;
    const graph = await store.graphs.graph(bom.id, scope);
    if (graph !== null) worlds.push(worldOfOne(bom, graph));
  }
  return worlds;
}

interface WorldResult {
  readonly rule: Roots['rule'];
  readonly paths: readonly (readonly number[])[];
  readonly total: number;
  readonly exact: boolean;
  readonly truncated: boolean;
  readonly unreached: readonly UnreachedNode[];
}

function searchWorld(
  world: World,
  own: ReadonlySet<number>,
  nodes: readonly number[],
  bounds: PathBounds,
): WorldResult {
  const subjects = world.members.flatMap(member =>
    own.has(member.bom.id) ? Array.from(member.graph.subjects, subject => member.offset + subject) : [],
  );
  const roots = rootsFor(world.arcs, subjects, nodes);
  if (roots === null) {
    return {
      rule: 'entry',
      paths: [],
      total: 0,
      exact: true,
      truncated: false,
      unreached: heldWithoutPath(world, own, nodes),
    };
  }
  const starts = roots.rule === 'subject' ? roots.nodes : ownNodes(world, own, roots.nodes);
  const reached = distances(world.arcs, starts, 'down');
  const without = nodes.filter(node => reached[node] === -1);
  const unreached = heldWithoutPath(world, own, without);
  return { rule: roots.rule, ...simplePaths(world.arcs, starts, nodes, bounds), unreached };
}

/** Those nodes that stand in the thing's own documents. */
function ownNodes(world: World, own: ReadonlySet<number>, nodes: readonly number[]): number[] {
  return nodes.filter(node => own.has(memberOf(world, node).bom.id));
}

async function targetNodes(store: Store, world: World, targets: Targets, scope: Scope): Promise<number[]> {
  const nodes = new Set<number>();
  for (const { bom, graph, offset } of world.members) {
    for (const target of targets.get(bom.id) ?? []) {
      for (const ordinal of await nodesOf(store, target, bom.id, graph, scope)) nodes.add(offset + ordinal);
    }
  }
  return [...nodes].sort((a, b) => a - b);
}

async function describe(store: Store, world: World, result: WorldResult): Promise<Path[]> {
  const names = await namesIn(store, world, new Set(result.paths.flat()));
  return result.paths.map(path => ({
    root: result.rule,
    hops: path.map((node, at) => hopOf(world, names, at === 0 ? null : (path[at - 1] ?? 0), node)),
  }));
}

function hopOf(world: World, names: ReadonlyMap<number, Naming>, before: number | null, node: number): Hop {
  const { bom, offset } = memberOf(world, node);
  const join = before === null ? undefined : world.joins.get(`${before}:${node}`);
  const code =
    join !== undefined ? join.relation : before === null ? null : relationBetween(world.arcs, before, node);
  return {
    naming: names.get(node) ?? { short: '', name: '', version: null, purl: null },
    ref: null,
    ordinal: node - offset,
    document: bom.document.sha256,
    documentName: bom.document.name,
    relation: code === null ? null : (RELATIONS[code]?.name ?? null),
    join: joinOf(join ?? null),
  };
}

function joinOf(join: Join | null): Hop['join'] {
  return join === null ? null : { rule: join.rule, because: join.because };
}

async function namesIn(store: Store, world: World, nodes: ReadonlySet<number>): Promise<Map<number, Naming>> {
  const names = new Map<number, Naming>();
  for (const { graph, offset } of world.members) {
    const ordinals = [...nodes]
      .map(node => node - offset)
      .filter(ordinal => ordinal >= 0 && ordinal < graph.size);
    if (ordinals.length === 0) continue;
    for (const [ordinal, naming] of await nodeNames(store.dictionary, graph, ordinals))
      names.set(offset + ordinal, naming);
  }
  return names;
}

async function unreachedOf(store: Store, world: World, result: WorldResult): Promise<Unreached[]> {
  const names = await namesIn(store, world, new Set(result.unreached.map(one => one.node)));
  return result.unreached.map(({ node, join }) => {
    const { naming, ref, ordinal, document, documentName } = hopOf(world, names, null, node);
    return { naming, ref, ordinal, document, documentName, join: joinOf(join) };
  });
}

/** The same answer with each hop's own name in its document, read again from the documents that the paths go through. */
export async function withRefs(store: Store, answer: WhyAnswer, scope: Scope): Promise<WhyAnswer> {
  const shown = [...answer.paths.flatMap(path => path.hops), ...answer.unreached];
  const refs = new Map<string, readonly string[]>();
  for (const document of new Set(shown.map(hop => hop.document))) {
    const record = await store.documents.find(document, { ...scope, includeSuperseded: true });
    const components = record === null ? [] : await componentsOf(store, record);
    refs.set(
      document,
      components.map(component => component.ref ?? component.at),
    );
  }
  const named = <T extends { readonly document: string; readonly ordinal: number }>(
    hop: T,
  ): T & { ref: string | null } => {
    return { ...hop, ref: refs.get(hop.document)?.[hop.ordinal] ?? null };
  };
  return {
    ...answer,
    paths: answer.paths.map(path => ({ ...path, hops: path.hops.map(named) })),
    unreached: answer.unreached.map(named),
  };
}
