import type { ExtractContext } from '../extractor.ts';
import type { LockGraph } from '../support/lock-graph.ts';
import { findParent, findPom } from './find.ts';
import type { Pom, PomDependency } from './model.ts';

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

  /** Follows parents; what cannot be had is a gap, said once. */
  static async of(pom: Pom, context: ExtractContext, graph: LockGraph): Promise<EffectivePom> {
    const chain = [pom];
    for (let current = pom; current.parent !== null && chain.length < MAX_DEPTH; ) {
      const parent = await findParent(current, context);
      const isAgain = parent !== null && 'path' in parent && chain.some(known => known.path === parent.path);
      if (parent === null || 'missing' in parent || isAgain) {
        const { group, artifact, version } = current.parent;
        const why = parent !== null && 'missing' in parent ? parent.missing : 'is its own ancestor';
        graph.gap(
          'unresolved-parent',
          `The parent ${group}:${artifact}:${version} ${why}; what it manages is not known.`,
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

  /**
   * What dependencyManagement says per key: the chain's own first, then imported BOMs in order. The first to say something counts, so a BOM that was read
   * already adds nothing; this also ends BOMs that import each other.
   */
  async managed(
    context: ExtractContext,
    graph: LockGraph,
    read = new Set<string>(),
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
      const bom = await findPom(context, `${group}:${artifact}`, version ?? null);
      if ('missing' in bom) {
        graph.gap(
          'unresolved-parent',
          `The imported BOM ${group}:${artifact}:${version} ${bom.missing}; what it manages is not known.`,
          entry.file === this.chain[0]?.path ? `line ${entry.line}` : null,
        );
        continue;
      }
      if (read.has(bom.path)) continue;
      read.add(bom.path);
      const effective = await EffectivePom.of(bom, context, graph);
      for (const [key, value] of await effective.managed(context, graph, read, depth + 1))
        if (!found.has(key)) found.set(key, value);
    }
    return found;
  }

  /** Where in the tree something is said: what a POM of a repository says, the child that names it as its parent brings. */
  place(entry: PomDependency): { readonly file: string; readonly line: number } {
    let ordinal = this.chain.findIndex(pom => pom.path === entry.file);
    if (this.chain[ordinal]?.isRemote !== true) return { file: entry.file, line: entry.line };
    while (ordinal > 0 && this.chain[ordinal]?.isRemote === true) ordinal--;
    const child = this.chain[ordinal];
    return { file: child?.path ?? entry.file, line: child?.parent?.line ?? entry.line };
  }

  key(entry: PomDependency): string {
    return [entry.group, entry.artifact, entry.type ?? 'jar', entry.classifier ?? '']
      .map(text => this.resolve(text))
      .join(':');
  }
}
