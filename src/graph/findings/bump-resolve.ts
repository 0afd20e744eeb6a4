import { pypiName } from '../../model/pypi-name.ts';
import type { DeclaredDependency, PackageVersion, Registry } from '../../registries/registry.ts';
import type { ResolveRules } from './bump-rules.ts';

/** Versions of the wanted package that a resolution reaches; null when something on the way cannot be told. */
export type Reached = ReadonlySet<string> | null;

/** More packages than this in one tree are not walked. */
const MAX_PACKAGES = 2000;
const MAX_PASSES = 12;

/** Resolves what one version of a package would bring, by the rules of its ecosystem. Answers of the registry are asked for once. */
export class Resolver {
  readonly #registry: Registry;
  readonly #rules: ResolveRules;
  readonly #versions = new Map<string, Promise<PackageVersion[]>>();
  readonly #dependencies = new Map<string, Promise<DeclaredDependency[]>>();

  constructor(registry: Registry, rules: ResolveRules) {
    this.#registry = registry;
    this.#rules = rules;
  }

  versions(name: string): Promise<PackageVersion[]> {
    return remembered(this.#versions, name, () => this.#registry.versions(name));
  }

  /** Which versions of `wanted` a fresh resolution of `name version` by requirements of these scopes brings. @throws RegistryError */
  reach(name: string, version: string, wanted: string, scopes: ResolveRules['scopes']): Promise<Reached> {
    const start = { name: this.#key(name), version };
    const goal = this.#key(wanted);
    if (this.#rules.model === 'nested') return this.#nested(start, goal, scopes);
    if (this.#rules.model === 'joint') return this.#joint(start, goal, scopes);
    return this.#single(start, goal, scopes);
  }

  /** Every dependent takes its own; each (name, version) is walked once. */
  async #nested(start: Node, goal: string, scopes: ResolveRules['scopes']): Promise<Reached> {
    const reached = new Set<string>();
    const seen = new Map([[textOf(start), start]]);
    for (const node of seen.values()) {
      if (node.name === goal) reached.add(node.version);
      if (seen.size > MAX_PACKAGES) return null;
      for (const { name, range, scope } of await this.#needs(node, scopes)) {
        const version = await this.#pick(name, [range]);
        if (version === null && scope === 'optional') continue;
        if (version === null) return null;
        const next = { name, version };
        seen.set(textOf(next), seen.get(textOf(next)) ?? next);
      }
    }
    return reached;
  }

  /** One version that all ranges accept: passes until the ranges that the chosen versions state are those they were chosen by. */
  async #joint(start: Node, goal: string, scopes: ResolveRules['scopes']): Promise<Reached> {
    let ranges = new Map<string, Set<string>>();
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const stated = new Map<string, Set<string>>();
      const chosen = new Map([[start.name, start.version]]);
      for (const [name, version] of chosen) {
        for (const need of await this.#needs({ name, version }, scopes)) {
          stated.set(need.name, (stated.get(need.name) ?? new Set()).add(need.range));
          if (chosen.has(need.name)) continue;
          const all = new Set([...(ranges.get(need.name) ?? []), need.range]);
          const picked = await this.#pick(need.name, [...all]);
          if (picked === null || chosen.size > MAX_PACKAGES) return null;
          chosen.set(need.name, picked);
        }
      }
      const fixed = [...stated].every(([name, wanted]) =>
        [...wanted].every(range => ranges.get(name)?.has(range) === true),
      );
      if (fixed) return only(chosen.get(goal));
      ranges = stated;
    }
    return null;
  }

  /** `maximum` revisits a package whenever a higher minimum is stated; `nearest` keeps the first, and the walk is in the order of depth. */
  async #single(start: Node, goal: string, scopes: ResolveRules['scopes']): Promise<Reached> {
    const chosen = new Map([[start.name, start.version]]);
    const waiting: Node[] = [start];
    for (const node of waiting) {
      if (waiting.length > MAX_PACKAGES) return null;
      for (const { name, range } of await this.#needs(node, scopes)) {
        const known = chosen.get(name);
        if (known !== undefined && this.#rules.model === 'nearest') continue;
        const version = await this.#pick(name, known === undefined ? [range] : [known, range]);
        if (version === null) return null;
        if (version === known) continue;
        chosen.set(name, version);
        waiting.push({ name, version });
      }
    }
    return only(chosen.get(goal));
  }

  async #needs(
    { name, version }: Node,
    scopes: ResolveRules['scopes'],
  ): Promise<readonly DeclaredDependency[]> {
    const all = await remembered(this.#dependencies, `${name} ${version}`, () =>
      this.#registry.dependencies(name, version),
    );
    return all.filter(one => scopes.has(one.scope)).map(one => ({ ...one, name: this.#key(aliased(one)) }));
  }

  async #pick(name: string, ranges: readonly string[]): Promise<string | null> {
    const stated =
      this.#rules.model === 'maximum' || (this.#rules.model === 'nearest' && !/^[[(]/.test(ranges[0] ?? ''));
    return this.#rules.pick(stated ? [] : await this.versions(name), ranges);
  }

  /** Names as the registry compares them: PyPI folds case and `-_.` (PEP 503). */
  #key(name: string): string {
    return this.#rules.purlType === 'pypi' ? pypiName(name) : name;
  }
}

interface Node {
  readonly name: string;
  readonly version: string;
}

/** npm's `"a": "npm:b@^1"` installs b. */
function aliased({ name, range }: DeclaredDependency): string {
  return /^npm:((?:@[^/]+\/)?[^@]+)@/.exec(range)?.[1] ?? name;
}

function textOf(node: Node): string {
  return `${node.name} ${node.version}`;
}

function only(version: string | undefined): ReadonlySet<string> {
  return new Set(version === undefined ? [] : [version]);
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let promise = known.get(key);
  if (promise === undefined) {
    promise = make();
    known.set(key, promise);
  }
  return promise;
}
