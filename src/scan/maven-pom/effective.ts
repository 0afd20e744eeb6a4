import { Diagnostics } from '../../model/diagnostic.ts';
import type { ExtractContext, Tree } from '../extractor.ts';
import type { LockGraph } from '../support/lock-graph.ts';
import { folderOf, joinPath } from '../tree.ts';
import { walkTree } from '../walk.ts';
import { type Pom, type PomDependency, readPom } from './model.ts';

/** How many parents above each other, and how many BOMs within each other. */
const MAX_DEPTH = 32;

/** A POM with its parents: from the child to the root. */
export class EffectivePom {
  readonly chain: readonly Pom[];
  readonly #properties: ReadonlyMap<string, string>;

  private constructor(chain: readonly Pom[]) {
    this.chain = chain;
    this.#properties = new Map(chain.toReversed().flatMap(pom => [...pom.properties]));
  }

  /** Follows parents inside the tree; what is not there is a gap, said once. */
  static async of(pom: Pom, context: ExtractContext, graph: LockGraph): Promise<EffectivePom> {
    const chain = [pom];
    for (let current = pom; current.parent !== null && chain.length < MAX_DEPTH; ) {
      const parent = await findParent(current, context.tree);
      if (parent === null || chain.some(known => known.path === parent.path)) {
        const { group, artifact, version } = current.parent;
        graph.gap(
          'unresolved-parent',
          `The parent ${group}:${artifact}:${version} is not in the tree; what it manages is not known.`,
          current === pom ? `line ${current.parent.line}` : null,
        );
        break;
      }
      chain.push(parent);
      current = parent;
    }
    return new EffectivePom(chain);
  }

  get group(): string | null {
    return this.resolve(this.chain[0]?.group ?? this.chain[0]?.parent?.group ?? null);
  }

  get artifact(): string | null {
    return this.resolve(this.chain[0]?.artifact ?? null);
  }

  get version(): string | null {
    return this.resolve(this.chain[0]?.version ?? this.chain[0]?.parent?.version ?? null);
  }

  /** Replaces `${...}`; what is not known stays, so that it shows. Properties of the child win, whatever POM uses them. */
  resolve(text: string | null, depth = 0): string | null {
    if (text === null || !text.includes('${') || depth > MAX_DEPTH) return text;
    let unknown = false;
    const replaced = text.replaceAll(/\$\{([^{}]*)\}/g, (whole, name: string) => {
      const found = this.#property(name.trim());
      if (found === null) unknown = true;
      return found ?? whole;
    });
    if (replaced.length > 10_000) return text;
    return replaced === text || unknown ? replaced : this.resolve(replaced, depth + 1);
  }

  #property(name: string): string | null {
    const own = this.chain[0];
    const plain = name.replace(/^(?:project|pom)\./, '');
    const builtin = plain !== name || /^(?:groupId|artifactId|version|parent\.\w+)$/.test(plain);
    if (builtin) {
      switch (plain) {
        case 'groupId':
          return own?.group ?? own?.parent?.group ?? null;
        case 'artifactId':
          return own?.artifact ?? null;
        case 'version':
          return this.#properties.get(name) ?? own?.version ?? own?.parent?.version ?? null;
        case 'parent.groupId':
          return own?.parent?.group ?? null;
        case 'parent.artifactId':
          return own?.parent?.artifact ?? null;
        case 'parent.version':
          return own?.parent?.version ?? null;
      }
    }
    return this.#properties.get(name) ?? null;
  }

  /** Dependencies of the chain, the child's own over those it inherits; of repeats in one POM the last counts, as Maven warns. */
  dependencies(): PomDependency[] {
    const found = new Map<string, PomDependency>();
    for (const pom of this.chain.toReversed())
      for (const entry of pom.dependencies) found.set(this.key(entry), entry);
    return [...found.values()];
  }

  /** What dependencyManagement says per key: the chain's own first, then imported BOMs in order. */
  async managed(
    context: ExtractContext,
    graph: LockGraph,
    depth = 0,
  ): Promise<Map<string, { readonly version: string | null; readonly scope: string | null }>> {
    const found = new Map<string, { version: string | null; scope: string | null }>();
    const imports: PomDependency[] = [];
    for (const pom of this.chain) {
      for (const entry of pom.managed) {
        const key = this.key(entry);
        if (entry.scope === 'import' && entry.type === 'pom') imports.push(entry);
        else if (!found.has(key))
          found.set(key, { version: this.resolve(entry.version), scope: this.resolve(entry.scope) });
      }
    }
    for (const entry of depth > MAX_DEPTH ? [] : imports) {
      const [group, artifact, version] = [entry.group, entry.artifact, entry.version].map(text =>
        this.resolve(text),
      );
      const bom = await localPom(context.tree, `${group}:${artifact}`, version ?? null);
      if (bom === null) {
        graph.gap(
          'unresolved-parent',
          `The imported BOM ${group}:${artifact}:${version} is not in the tree; what it manages is not known.`,
          entry.file === this.chain[0]?.path ? `line ${entry.line}` : null,
        );
        continue;
      }
      const effective = await EffectivePom.of(bom, context, graph);
      for (const [key, value] of await effective.managed(context, graph, depth + 1))
        if (!found.has(key)) found.set(key, value);
    }
    return found;
  }

  key(entry: PomDependency): string {
    return [entry.group, entry.artifact, entry.type ?? 'jar', entry.classifier ?? '']
      .map(text => this.resolve(text))
      .join(':');
  }
}

async function findParent(pom: Pom, tree: Tree): Promise<Pom | null> {
  const stated = pom.parent;
  if (stated === null) return null;
  if (stated.relativePath !== null) {
    const path = joinPath(folderOf(pom.path), stated.relativePath);
    const candidates =
      path === null
        ? []
        : path.endsWith('.xml')
          ? [path]
          : [path === '.' ? 'pom.xml' : `${path}/pom.xml`, path];
    for (const candidate of candidates) {
      const found = await readAt(tree, candidate);
      if (
        found !== null &&
        found.artifact === stated.artifact &&
        (found.group ?? found.parent?.group) === stated.group
      )
        return found;
      // A file that the POM names itself is its parent, even where its coordinates are left out.
      if (found !== null && found.artifact === null) return found;
    }
  }
  return localPom(tree, `${stated.group}:${stated.artifact}`, stated.version);
}

async function readAt(tree: Tree, path: string): Promise<Pom | null> {
  const file = await tree.file(path);
  if (file === null) return null;
  try {
    return readPom(path, await file.text());
  } catch {
    return null;
  }
}

const indexes = new WeakMap<Tree, Promise<ReadonlyMap<string, readonly Pom[]>>>();

/** A POM of the tree by its coordinates. The tree is indexed once, when first asked. */
async function localPom(tree: Tree, name: string, version: string | null): Promise<Pom | null> {
  let index = indexes.get(tree);
  if (index === undefined) {
    index = indexPoms(tree);
    indexes.set(tree, index);
  }
  const found = (await index).get(name) ?? [];
  return (
    found.find(pom => (pom.version ?? pom.parent?.version) === version) ??
    (found.length === 1 && found[0]?.version?.includes('${') ? (found[0] ?? null) : null)
  );
}

async function indexPoms(tree: Tree): Promise<ReadonlyMap<string, readonly Pom[]>> {
  const options = {
    wanted: (_path: string, name: string) => name === 'pom.xml' || name.endsWith('.pom'),
    honourIgnore: true,
    skipInstalled: true,
    excludes: [],
  };
  const walked = await walkTree(tree, options, new Diagnostics());
  const poms = (await Promise.all(walked.files.slice(0, 10_000).map(path => readAt(tree, path)))).filter(
    pom => pom !== null,
  );
  return Map.groupBy(poms, pom => `${pom.group ?? pom.parent?.group}:${pom.artifact}`);
}
