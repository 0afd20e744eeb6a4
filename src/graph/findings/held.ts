import { kindOf } from '../../advisories/coverage.ts';
import { tryPurl } from '../../model/purl.ts';
import type { HeldParts, PartIdentities } from '../../store/findings.ts';
import type { BomGraph } from '../../store/graph.ts';
import type { Store } from '../../store/ports.ts';
import { namingOf } from '../naming.ts';

/** Finds the parts of BOMs for the findings that are kept: as `partsOf` sees them before anyone said anything of their entries. What was looked up is kept for its life. */
export class HeldReader {
  readonly #store: Store;
  readonly #parts = new Map<string, PartIdentities>();
  /** Identifiers by which advisories find a component. */
  readonly #counts = new Map<number, boolean>();
  readonly #purls = new Map<number, string>();

  constructor(store: Store) {
    this.#store = store;
  }

  async read(graph: BomGraph): Promise<HeldParts> {
    await this.#learn(graph);
    const indices = new Map<string, number>();
    const parts: PartIdentities[] = [];
    const subjects = new Set<number>();
    let unidentified = 0;
    const isSubject = new Set(graph.subjects);
    for (let ordinal = 0; ordinal < graph.size; ordinal++) {
      const key = this.#keyOf(graph, ordinal);
      if (key === null) {
        if (graph.node(ordinal).role === 'listed') unidentified++;
        continue;
      }
      let index = indices.get(key);
      if (index === undefined) {
        index = parts.length;
        indices.set(key, index);
        parts.push(this.#part(key, graph, ordinal));
      }
      if (isSubject.has(ordinal)) subjects.add(index);
    }
    return { parts, subjects: [...subjects], unidentified };
  }

  #keyOf(graph: BomGraph, ordinal: number): string | null {
    const own = graph.packages[ordinal] ?? 0;
    const others = graph.others(ordinal);
    if (others.length === 0) return own === 0 ? null : `${own}`;
    const { packages, identifiers } = this.#identities(graph, ordinal);
    if (packages.length + identifiers.length === 0) return null;
    const label = packages.length > 0 ? '' : JSON.stringify(graph.node(ordinal).label);
    return identifiers.length + packages.length === 1 && label === ''
      ? `${packages[0]}`
      : `${packages.join()}|${identifiers.join()}|${label}`;
  }

  #part(key: string, graph: BomGraph, ordinal: number): PartIdentities {
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const { packages, identifiers } = this.#identities(graph, ordinal);
    const purl = this.#purls.get(packages[0] ?? 0);
    const { label } = graph.node(ordinal);
    const name = purl === undefined ? (label?.name ?? 'unnamed') : namingOf(purl).name;
    const parsed = purl === undefined ? null : tryPurl(purl);
    const kind = parsed === null ? null : kindOf(parsed);
    const component = purl ?? `${name}@${label?.version ?? ''}`;
    const part = { packages, identifiers, name, component, kind };
    this.#parts.set(key, part);
    return part;
  }

  #identities(
    graph: BomGraph,
    ordinal: number,
  ): { readonly packages: number[]; readonly identifiers: number[] } {
    const own = graph.packages[ordinal] ?? 0;
    const packages = own === 0 ? [] : [own];
    const identifiers: number[] = [];
    for (const { kind, id } of graph.others(ordinal)) {
      if (kind === 'package') packages.push(id);
      else if (kind === 'identifier' && this.#counts.get(id) === true) identifiers.push(id);
    }
    return { packages, identifiers };
  }

  async #learn(graph: BomGraph): Promise<void> {
    const packages = new Set<number>();
    const identifiers = new Set<number>();
    for (let ordinal = 0; ordinal < graph.size; ordinal++) {
      const own = graph.packages[ordinal] ?? 0;
      if (own !== 0 && !this.#purls.has(own)) packages.add(own);
      for (const { kind, id } of graph.others(ordinal)) {
        if (kind === 'package' && !this.#purls.has(id)) packages.add(id);
        if (kind === 'identifier' && !this.#counts.has(id)) identifiers.add(id);
      }
    }
    if (packages.size > 0)
      for (const record of await this.#store.dictionary.packages([...packages]))
        this.#purls.set(record.id, record.purl);
    if (identifiers.size > 0)
      for (const row of await this.#store.dictionary.identifiers([...identifiers]))
        this.#counts.set(row.id, row.kind !== 'other');
  }
}
