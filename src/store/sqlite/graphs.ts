import type { BomGraph } from '../graph.ts';
import { decodeGraph } from '../graph-codec.ts';
import type { BomId, GraphPort } from '../ports.ts';
import type { Scope } from '../scope.ts';
import type { Database } from './database.ts';
import { list } from './dictionary.ts';
import { blobColumn } from './records.ts';
import { scopeCondition } from './scope.ts';

/** What decoded graphs may take in memory together; the least recently asked go first. */
const CACHE_BYTES = 64 * 1024 * 1024;

interface Stored {
  readonly graph: Uint8Array;
  readonly packages: Uint8Array;
  readonly identifiers: Uint8Array;
  readonly plain: Uint8Array;
}

export class SqliteGraphs implements GraphPort {
  readonly #db: Database;
  readonly #cache = new Map<BomId, BomGraph>();
  #cached = 0;
  #epoch = -1;

  constructor(db: Database) {
    this.#db = db;
  }

  async graph(bom: BomId, scope: Scope): Promise<BomGraph | null> {
    return (await this.many([bom], scope)).get(bom) ?? null;
  }

  async many(boms: readonly BomId[], scope: Scope): Promise<ReadonlyMap<BomId, BomGraph>> {
    const condition = scopeCondition(this.#db, { ...scope, includeSuperseded: true });
    const visible = this.#db.rows<readonly [number]>(
      `SELECT p.bom FROM json_each(?) j CROSS JOIN placing p ON p.bom = j.value WHERE ${condition.sql}`,
      list(boms),
      ...condition.values,
    );
    if (visible.length > 0) this.#dropStale();
    const found = new Map<BomId, BomGraph>();
    for (const [bom] of visible) {
      const graph = this.#load(bom);
      if (graph !== null) found.set(bom, graph);
    }
    return found;
  }

  #load(bom: BomId): BomGraph | null {
    const cached = this.#cache.get(bom);
    if (cached !== undefined) {
      this.#cache.delete(bom);
      this.#cache.set(bom, cached);
      return cached;
    }
    const stored = this.#db.get<Stored>(
      'SELECT graph, packages, identifiers, plain FROM bom_graph WHERE bom = ?',
      bom,
    );
    if (stored === undefined) return null;
    const numbers = {
      package: blobColumn(stored.packages),
      identifier: blobColumn(stored.identifiers),
      plain: blobColumn(stored.plain),
    };
    const graph = decodeGraph(stored.graph, numbers);
    this.#keep(bom, graph);
    return graph;
  }

  /** Numbers change meaning when a BOM is erased or all is rebuilt, also by another process. */
  #dropStale(): void {
    const epoch =
      this.#db.get<{ value: number }>("SELECT value FROM meta WHERE key = 'dictionary_epoch'")?.value ?? 0;
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#cache.clear();
    this.#cached = 0;
  }

  #keep(bom: BomId, graph: BomGraph): void {
    this.#cache.set(bom, graph);
    this.#cached += costOf(graph);
    for (const [oldest, dropped] of this.#cache) {
      if (this.#cached <= CACHE_BYTES || oldest === bom) return;
      this.#cache.delete(oldest);
      this.#cached -= costOf(dropped);
    }
  }
}

/** Bytes of a graph with both adjacencies built. */
function costOf(graph: BomGraph): number {
  return graph.size * 16 + graph.edges * 10 + 256;
}
