import { lookupOf } from '../../model/purl.ts';
import { Recent } from '../../model/recent.ts';
import { type IdentifierKind, identifierKey, type PlainIdentity, type Remembered } from '../intake.ts';
import type { Database, Value } from './database.ts';
import { ManyRows } from './many-rows.ts';

/** How many texts of a table one generation keeps: the hot ones of a big run in about 60 MB. */
const GENERATION = 200_000;

/**
 * One table of the dictionary. SELECT, then INSERT what is new (1.6 times as quick as an upsert), the hot ones from memory. New rows get their numbers
 * here and are inserted many at a time, so `finish` before anything else reads the table. While the memory holds the whole table nothing is selected.
 */
class DictionaryTable {
  readonly #db: Database;
  readonly #table: string;
  readonly #columns: readonly string[];
  readonly #select: string;
  readonly #ids = new Recent<string, number>(GENERATION);
  #rows: ManyRows | null = null;
  #next = 0;
  #isWhole = false;

  /** @param where the condition, on the first columns, by which a row is found */
  constructor(db: Database, table: string, columns: readonly string[], where: string) {
    this.#db = db;
    this.#table = table;
    this.#columns = columns;
    this.#select = `SELECT id FROM ${table} WHERE ${where}`;
  }

  /** Begins a transaction: another process may have added rows since the last one. */
  begin(): void {
    const last =
      this.#db.get<{ last: number | null }>(`SELECT max(id) AS last FROM ${this.#table}`)?.last ?? 0;
    if (last + 1 !== this.#next) this.#isWhole = last === 0;
    this.#next = last + 1;
  }

  /**
   * The number of the row that `values`, which `key` stands for, tell from all others.
   * @param values asked for only when the key is not remembered
   * @param rest the values of the further columns, asked for only when the row is new
   */
  number(key: string, values: () => readonly Value[], rest: (() => readonly Value[]) | null = null): number {
    return this.#ids.get(key) ?? this.#new(key, values(), rest);
  }

  finish(): void {
    this.#rows?.finish();
    this.#rows = null;
  }

  /** Forgets everything: the transaction failed, rows were erased or the table is new. */
  clear(): void {
    this.#ids.clear();
    this.#rows = null;
    this.#next = 0;
    this.#isWhole = false;
  }

  #new(key: string, values: readonly Value[], rest: (() => readonly Value[]) | null): number {
    return this.#find(key, values) ?? this.#add(key, rest === null ? values : [...values, ...rest()]);
  }

  #find(key: string, values: readonly Value[]): number | undefined {
    if (this.#isWhole) return undefined;
    const row = this.#db.prepared(this.#select).get(...values);
    if (row === undefined) return undefined;
    const id = Number(row['id']);
    this.#remember(key, id);
    return id;
  }

  #add(key: string, row: readonly Value[]): number {
    const id = this.#next++;
    this.#rows ??= new ManyRows(
      this.#db,
      `INSERT INTO ${this.#table}(id, ${this.#columns.join(', ')})`,
      this.#columns.length + 1,
    );
    this.#rows.add(id, ...row);
    this.#remember(key, id);
    return id;
  }

  #remember(key: string, id: number): void {
    if (!this.#ids.set(key, id)) return;
    // What was dropped may be among the rows that wait: from now on they must be found by SELECT.
    this.#isWhole = false;
    this.finish();
  }
}

/**
 * Gives texts their dictionary numbers. Works inside the writer's transaction: `begin` with it, `finish` before its end; `clear` when it fails or when
 * another process changed the dictionary other than by adding.
 */
export class Interner {
  readonly #packages: DictionaryTable;
  readonly #names: DictionaryTable;
  readonly #matches: DictionaryTable;
  readonly #identifiers: DictionaryTable;
  readonly #plain: DictionaryTable;
  readonly #licences: DictionaryTable;
  readonly #tools: DictionaryTable;
  readonly #tables: readonly DictionaryTable[];
  #remembered = new WeakMap<object, IdsByNumber>();

  constructor(db: Database) {
    const table = (...rest: [string, readonly string[], string]): DictionaryTable =>
      new DictionaryTable(db, ...rest);
    this.#packages = table('package', ['purl', 'match'], 'purl = ?1');
    // NOCASE is what the index is sorted by; the second comparison tells `JSONStream` from `jsonstream`.
    this.#names = table(
      'name',
      ['name', 'type', 'namespace'],
      'name = ?1 COLLATE NOCASE AND name = ?1 AND type = ?2 AND namespace = ?3',
    );
    this.#matches = table(
      'match_key',
      ['name', 'version', 'qualifiers'],
      'name = ?1 AND version = ?2 AND qualifiers = ?3',
    );
    this.#identifiers = table('identifier', ['kind', 'value'], 'kind = ?1 AND value = ?2');
    this.#plain = table(
      'plain',
      ['name', 'version', 'supplier'],
      'name = ?1 COLLATE NOCASE AND name = ?1 AND version = ?2 AND supplier = ?3',
    );
    this.#licences = table('licence', ['text'], 'text = ?1');
    this.#tools = table('tool', ['text'], 'text = ?1');
    this.#tables = [
      this.#packages,
      this.#names,
      this.#matches,
      this.#identifiers,
      this.#plain,
      this.#licences,
      this.#tools,
    ];
  }

  begin(): void {
    for (const table of this.#tables) table.begin();
  }

  finish(): void {
    for (const table of this.#tables) table.finish();
  }

  clear(): void {
    for (const table of this.#tables) table.clear();
    this.#remembered = new WeakMap();
  }

  /** Numbers of canonical purls, in order. */
  packages(purls: readonly string[], remembered?: Remembered): Uint32Array {
    const number = (purl: string): number =>
      this.#packages.number(
        purl,
        () => [purl],
        () => [this.#match(purl)],
      );
    return this.#numbers(purls, number, remembered);
  }

  identifiers(
    list: readonly { readonly kind: IdentifierKind; readonly value: string }[],
    remembered?: Remembered,
  ): Uint32Array {
    const number = (one: (typeof list)[number]): number =>
      this.#identifiers.number(identifierKey(one), () => [one.kind, one.value]);
    return this.#numbers(list, number, remembered);
  }

  plain(list: readonly PlainIdentity[]): Uint32Array {
    return numbers(list, ({ name, version, supplier }) => {
      const values = [name, version ?? '', supplier ?? ''];
      return this.#plain.number(JSON.stringify(values), () => values);
    });
  }

  licences(texts: readonly string[]): Uint32Array {
    return numbers(texts, text => this.#licences.number(text, () => [text]));
  }

  tools(texts: readonly string[]): Uint32Array {
    return numbers([...new Set(texts)], text => this.#tools.number(text, () => [text]));
  }

  #numbers<T>(
    list: readonly T[],
    number: (one: T) => number,
    remembered: Remembered | undefined,
  ): Uint32Array {
    if (remembered === undefined) return numbers(list, number);
    let ids = this.#remembered.get(remembered.memory);
    if (ids === undefined) {
      ids = new IdsByNumber();
      this.#remembered.set(remembered.memory, ids);
    }
    return ids.of(list, number, remembered.numbers);
  }

  #match(text: string): number {
    // Only canonical purls come here; anything else would be a fault of the intake, and still must not lose the document.
    const { name, version, key } = lookupOf(text) ?? {
      name: { type: '', namespace: null, name: text },
      version: null,
      key: text,
    };
    return this.#matches.number(key, () => {
      const question = key.indexOf('?');
      const qualifiers = question < 0 ? '' : key.slice(question + 1);
      return [this.#name(name.type, name.namespace ?? '', name.name), version ?? '', qualifiers];
    });
  }

  #name(type: string, namespace: string, name: string): number {
    return this.#names.number(`${type}/${namespace}/${name}`, () => [name, type, namespace]);
  }
}

/** Ids that were found before, by the entries' numbers in a memory. Thousands of lookups by text each miss the processor's caches several times; these do once. */
class IdsByNumber {
  #ids = new Uint32Array(1024);

  of<T>(list: readonly T[], number: (one: T) => number, numbers: Uint32Array): Uint32Array {
    const found = new Uint32Array(list.length);
    for (let at = 0; at < list.length; at++) {
      const known = numbers[at] ?? 0;
      if (known >= this.#ids.length) this.#grow(known);
      const id = this.#ids[known] || number(list[at] as T);
      this.#ids[known] = id;
      found[at] = id;
    }
    return found;
  }

  #grow(known: number): void {
    const ids = new Uint32Array(Math.max(known + 1, this.#ids.length * 2));
    ids.set(this.#ids);
    this.#ids = ids;
  }
}

/** The number of each entry, in order. */
function numbers<T>(list: readonly T[], number: (one: T) => number): Uint32Array {
  const ids = new Uint32Array(list.length);
  for (let at = 0; at < list.length; at++) ids[at] = number(list[at] as T);
  return ids;
}
