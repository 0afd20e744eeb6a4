import { type Purl, tryPurl } from '../model/purl.ts';
import type { BomGraph } from '../store/graph.ts';
import type { DictionaryPort } from '../store/ports.ts';

/** What a component is called, for people and in answers. */
export interface Naming {
  /** `log4j-core`. */
  readonly short: string;
  /** As its ecosystem writes it: `org.apache.logging.log4j:log4j-core`, `@angular/core`, `github.com/gin-gonic/gin`. */
  readonly name: string;
  readonly version: string | null;
  readonly purl: string | null;
}

// Their namespace is a vendor or distribution, which nobody says when they name the package.
const NAMESPACE_IS_NO_NAME = new Set(['deb', 'rpm', 'apk', 'alpm', 'docker', 'oci', 'generic', 'qpkg']);

/** The name of a package as its ecosystem writes it. */
export function packageName(purl: Pick<Purl, 'type' | 'namespace' | 'name'>): string {
  if (purl.namespace === null || NAMESPACE_IS_NO_NAME.has(purl.type)) return purl.name;
  return purl.type === 'maven' ? `${purl.namespace}:${purl.name}` : `${purl.namespace}/${purl.name}`;
}

/** Takes the purl apart only when a part is asked for: a popular package has thousands of holders, and a page shows one of each. */
class PurlNaming implements Naming {
  readonly purl: string;
  #parsed: Purl | null | undefined;

  constructor(purl: string) {
    this.purl = purl;
  }

  get short(): string {
    return this.#parts?.name ?? this.purl;
  }

  get name(): string {
    const parts = this.#parts;
    return parts === null ? this.purl : packageName(parts);
  }

  get version(): string | null {
    return this.#parts?.version ?? null;
  }

  get #parts(): Purl | null {
    if (this.#parsed === undefined) this.#parsed = tryPurl(this.purl);
    return this.#parsed;
  }
}

/** The naming that a purl gives; a text that is none names itself. */
export function namingOf(purl: string): Naming {
  return new PurlNaming(purl);
}

/** `name version`, or the name alone. */
export function withVersion(naming: { readonly name: string; readonly version: string | null }): string {
  return naming.version === null ? naming.name : `${naming.name} ${naming.version}`;
}

/** What some components of one BOM are called, by ordinal. */
export async function nodeNames(
  dictionary: DictionaryPort,
  graph: BomGraph,
  ordinals: Iterable<number>,
): Promise<Map<number, Naming>> {
  const wanted = [...new Set(ordinals)];
  const purls = await purlsOf(
    dictionary,
    wanted.map(node => graph.packages[node] ?? 0),
  );
  return new Map(wanted.map(node => [node, nodeName(graph, node, purls)]));
}

/** The purls of package numbers; 0 is none. */
export async function purlsOf(
  dictionary: DictionaryPort,
  ids: Iterable<number>,
): Promise<ReadonlyMap<number, string>> {
  const distinct = new Set(ids);
  distinct.delete(0);
  const records = distinct.size === 0 ? [] : await dictionary.packages([...distinct]);
  return new Map(records.map(record => [record.id, record.purl]));
}

/** What one component is called, with the purls of `purlsOf` at hand. */
export function nodeName(graph: BomGraph, node: number, purls: ReadonlyMap<number, string>): Naming {
  const purl = purls.get(graph.packages[node] ?? 0);
  if (purl !== undefined) return namingOf(purl);
  const label = graph.node(node).label;
  const name = label === null || label.name === '' ? `component ${node + 1}` : label.name;
  return { short: name, name, version: label?.version ?? null, purl: null };
}
