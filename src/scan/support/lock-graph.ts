import { formatPurl, type PurlParts } from '../../model/purl.ts';
import {
  type ExtractContext,
  type IncompleteReason,
  type Project,
  type ProjectGap,
  type ProjectSubject,
  SCOPES,
  type ScannedComponent,
  type ScanScope,
  UNREAD_REASONS,
} from '../extractor.ts';
import { folderOf } from '../tree.ts';
import { stablePartition } from './partition.ts';

/** One package a lockfile lists. What is left out is absent or unknown. */
export interface LockNode {
  readonly name: string;
  readonly version?: string | null;
  readonly range?: string | null;
  /** Parts of its package URL; null where it comes from no registry or repository. */
  readonly purl?: PurlParts | null;
  /** As the lockfile flags it; used where no path from a project reaches the package. */
  readonly scopes?: readonly ScanScope[];
  /** As the lockfile flags it; used where no project's manifest is known. */
  readonly direct?: boolean | null;
  readonly line?: number | null;
  /** The file that names it, when not the lockfile itself. */
  readonly file?: string;
  readonly licences?: readonly string[];
  readonly digests?: readonly string[];
  readonly source?: string | null;
  /** Other entries of the file that say the same. */
  readonly copies?: readonly { readonly line?: number | null; readonly file?: string }[];
}

/** A project that a lockfile locks: the root or a workspace member. */
export interface Importer {
  readonly path: string;
  readonly subject: ProjectSubject;
  /** What its manifest names: package and when it is needed. Null when no manifest is known. */
  readonly direct: Map<number, ScanScope> | null;
  /** Whether the scopes in `direct` are stated; where not, components that only the walk reaches have none. */
  readonly knowsScopes: boolean;
  /** Folders of members it needs. */
  readonly links: Map<string, ScanScope>;
}

export const NO_SUBJECT: ProjectSubject = {
  name: null,
  version: null,
  purl: null,
  licences: [],
  contacts: [],
};

/** How many packages and edges one file may state before the rest is refused: ten times the largest lockfile known. */
const MAX_NODES = 500_000;
const MAX_EDGES = 5_000_000;

/**
 * What a lockfile says, as a graph: packages, edges with their scope, and the projects it locks. It is cut into one Project per importer, with the
 * packages that importer reaches; scopes follow the edges, so that a package needed by a development tool alone is `dev` and no more.
 */
export class LockGraph {
  readonly #file: string;
  readonly #ecosystem: string;
  readonly #context: ExtractContext;
  readonly #nodes: LockNode[] = [];
  readonly #edges: Map<number, ScanScope>[] = [];
  readonly #importers: Importer[] = [];
  readonly #gaps: ProjectGap[] = [];
  #edgeCount = 0;
  #merged: ReadonlySet<number> = new Set();

  constructor(file: string, ecosystem: string, context: ExtractContext) {
    this.#file = file;
    this.#ecosystem = ecosystem;
    this.#context = context;
  }

  get size(): number {
    return this.#nodes.length;
  }

  node(index: number): LockNode {
    return this.#nodes[index] as LockNode;
  }

  /** Adds a package; its number is what edges name. */
  add(node: LockNode): number {
    if (this.#nodes.length >= MAX_NODES) {
      this.gap('too-large', `More than ${MAX_NODES} packages; the rest is not listed.`, null);
      return MAX_NODES - 1;
    }
    this.#nodes.push(node);
    this.#edges.push(new Map());
    return this.#nodes.length - 1;
  }

  /** States that `from` needs `to`. Of two scopes for one edge the stronger stays. */
  edge(from: number, to: number, scope: ScanScope = 'prod'): void {
    const edges = this.#edges[from];
    if (edges === undefined || this.#nodes[to] === undefined || this.#edgeCount >= MAX_EDGES) return;
    if (!edges.has(to)) this.#edgeCount++;
    addStronger(edges, to, scope);
  }

  importer(
    path: string,
    subject: ProjectSubject = NO_SUBJECT,
    knowsDirect = true,
    knowsScopes = true,
  ): Importer {
    const found: Importer = {
      path,
      subject,
      direct: knowsDirect ? new Map() : null,
      knowsScopes,
      links: new Map(),
    };
    this.#importers.push(found);
    return found;
  }

  /** Says why the result is not complete: kept with every project of this file, and as a diagnostic. */
  gap(reason: IncompleteReason, message: string, at: string | null = null): void {
    // The diagnostics are bounded; reasons are a set, so a thousand odd entries are one reason with the first place.
    if (!this.#gaps.some(gap => gap.reason === reason)) this.#gaps.push({ reason, message, at });
    this.#context.diagnostics.add(UNREAD_REASONS.has(reason) ? 'error' : 'warning', reason, message, at);
  }

  /** One Project per importer; one at the lockfile's own folder when no importer was named. */
  projects(): Project[] {
    this.#mergeCopies();
    const importers: Importer[] =
      this.#importers.length > 0
        ? this.#importers
        : [
            {
              path: folderOf(this.#file),
              subject: NO_SUBJECT,
              direct: null,
              knowsScopes: false,
              links: new Map(),
            },
          ];
    const reached = importers.map(importer => this.#reach(importer));
    const orphans = this.#orphans(reached);
    const covers = importers.map(importer => importer.path);
    return importers.map((importer, i) =>
      this.#project(importer, reached[i] as Reached, i === 0 ? orphans : [], covers),
    );
  }

  /** Copies of one package that cannot be told apart become one, with the places of all. */
  #mergeCopies(): void {
    const classes = stablePartition(identities(this.#nodes), this.#edges);
    if (classes === null) return;
    const first = new Map<number, number>();
    const target = classes.map((number, index) => first.get(number) ?? (first.set(number, index), index));
    for (const [index, to] of target.entries()) {
      if (to === index)
        this.#edges[index] = new Map(
          [...(this.#edges[index] ?? [])].map(([other, scope]) => [target[other] as number, scope]),
        );
      else this.#nodes[to] = joined(this.#nodes[to] as LockNode, this.#nodes[index] as LockNode);
    }
    for (const importer of this.#importers) {
      const direct = [...(importer.direct ?? [])];
      importer.direct?.clear();
      for (const [index, scope] of direct)
        addStronger(importer.direct as Map<number, ScanScope>, target[index] as number, scope);
    }
    this.#merged = new Set(target.flatMap((to, index) => (to === index ? [] : [index])));
  }

  /** Every (package, scope) an importer reaches: along an edge the weaker of the two scopes holds. */
  #reach(importer: Importer): Reached {
    const scopes = new Map<number, Set<ScanScope>>();
    const open: [number, ScanScope][] = [...(importer.direct ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [index, scope] = next;
      let known = scopes.get(index);
      if (known === undefined) scopes.set(index, (known = new Set()));
      if (known.has(scope)) continue;
      known.add(scope);
      for (const [to, edgeScope] of this.#edges[index] ?? []) open.push([to, along(scope, edgeScope)]);
    }
    return scopes;
  }

  /** Packages that no importer reaches belong to the first project: they are in the lockfile, so they are in the answer. */
  #orphans(reached: readonly Reached[]): number[] {
    const orphans: number[] = [];
    for (let i = 0; i < this.#nodes.length; i++) {
      if (!this.#merged.has(i) && !reached.some(scopes => scopes.has(i))) orphans.push(i);
    }
    return orphans;
  }

  #project(
    importer: Importer,
    reached: Reached,
    orphans: readonly number[],
    covers: readonly string[],
  ): Project {
    const members = [...reached.keys(), ...orphans].sort((a, b) => a - b);
    const ordinals = new Map(members.map((index, ordinal) => [index, ordinal]));
    const dependencies: [number, number][] = [];
    for (const index of importer.direct?.keys() ?? []) dependencies.push([-1, ordinals.get(index) as number]);
    for (const [ordinal, index] of members.entries()) {
      for (const to of this.#edges[index]?.keys() ?? []) {
        const target = ordinals.get(to);
        if (target !== undefined) dependencies.push([ordinal, target]);
      }
    }
    dependencies.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return {
      path: importer.path,
      file: this.#file,
      ecosystem: this.#ecosystem,
      subject: importer.subject,
      completeness: this.#gaps.length > 0 ? 'partial' : 'complete',
      reasons: this.#gaps,
      components: members.map(index => this.#component(index, importer, reached.get(index))),
      dependencies,
      links: [...importer.links.keys()].sort(),
      covers,
    };
  }

  #component(
    index: number,
    importer: Importer,
    scopes: ReadonlySet<ScanScope> | undefined,
  ): ScannedComponent {
    const node = this.#nodes[index] as LockNode;
    const isDirect = importer.direct?.has(index) ?? false;
    // An importer that names nothing at all has no manifest that says so: the lockfile's own flags stand.
    const knows = importer.direct !== null && (importer.direct.size > 0 || this.#nodes.length === 0);
    return {
      name: node.name,
      version: node.version ?? null,
      range: node.range ?? null,
      purl: purlOf(node),
      scopes:
        scopes === undefined || !importer.knowsScopes
          ? (node.scopes ?? [])
          : SCOPES.filter(scope => scopes.has(scope)),
      direct: knows ? isDirect : (node.direct ?? null),
      locations: [node, ...(node.copies ?? [])].map(copy => ({
        file: copy.file ?? this.#file,
        line: copy.line ?? null,
      })),
      licences: node.licences ?? [],
      digests: node.digests ?? [],
      source: node.source ?? null,
    };
  }
}

type Reached = ReadonlyMap<number, ReadonlySet<ScanScope>>;

/** What is needed through something optional, for development, ... is so itself; a plain edge hands the scope on. */
function along(scope: ScanScope, edge: ScanScope): ScanScope {
  if (edge === 'prod') return scope;
  return scope === 'prod' ? edge : scope;
}

/** Keeps the stronger scope of two for one package. */
export function addStronger(scopes: Map<number, ScanScope>, index: number, scope: ScanScope): void {
  const known = scopes.get(index);
  if (known === undefined || SCOPES.indexOf(scope) < SCOPES.indexOf(known)) scopes.set(index, scope);
}

function joined(one: LockNode, other: LockNode): LockNode {
  return {
    ...one,
    scopes: [...new Set([...(one.scopes ?? []), ...(other.scopes ?? [])])],
    direct: one.direct === true || other.direct === true ? true : (one.direct ?? other.direct),
    copies: [...(one.copies ?? []), other],
  };
}

/** A key per package, equal for copies. Only names that repeat need a look at everything an entry says. */
function identities(nodes: readonly LockNode[]): string[] {
  const keys = nodes.map(node => `${node.name}@${node.version ?? node.range}`);
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keys.map((key, index) => (counts.get(key) === 1 ? key : identityOf(nodes[index] as LockNode)));
}

function identityOf(node: LockNode): string {
  return JSON.stringify([
    node.name,
    node.version,
    node.range,
    node.purl,
    node.source,
    node.digests,
    node.licences,
    node.file,
  ]);
}

function purlOf(node: LockNode): string | null {
  if (!node.purl) return null;
  try {
    return formatPurl(node.purl);
  } catch {
    // A name no purl can have: the component keeps its name and stays without one.
    return null;
  }
}
