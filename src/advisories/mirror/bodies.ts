import type { DatabaseSync, StatementSync } from 'node:sqlite';
import zlib from 'node:zlib';

/** Where the bytes of a record are: in which block, from where, how many. */
export interface BodyPlace {
  readonly block: number;
  readonly at: number;
  readonly size: number;
}

/** Records of one block before it is compressed. Each alone would cost more to set up a compressor for than to compress, and be twice as large. */
const BLOCK_BYTES = 256 * 1024;

/** Keeps the original bytes of records, compressed together in blocks. */
export class BodyWriter {
  readonly #insert: StatementSync;
  #block: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO body VALUES (?, ?)');
    this.#block = 1 + Number(db.prepare('SELECT coalesce(max(id), 0) AS top FROM body').get()?.['top'] ?? 0);
  }

  put(bytes: Uint8Array): BodyPlace {
    const place = { block: this.#block, at: this.#size, size: bytes.length };
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#size >= BLOCK_BYTES) this.flush();
    return place;
  }

  /** Writes what was put so far. */
  flush(): void {
    if (this.#parts.length === 0) return;
    this.#insert.run(this.#block, zlib.zstdCompressSync(Buffer.concat(this.#parts)));
    this.#parts = [];
    this.#size = 0;
    this.#block++;
  }
}

/** The bytes of a revision as they came; null where the larder keeps them, or there is no such revision. */
export function bodyOf(db: DatabaseSync, revision: number): Uint8Array | null {
  const row = db
    .prepare(
      'SELECT body.records, body_at, body_size FROM revision JOIN body ON body.id = revision.body WHERE revision.id = ?',
    )
    .get(revision);
  if (row === undefined) return null;
  const at = Number(row['body_at']);
  return zlib.zstdDecompressSync(row['records'] as Uint8Array).subarray(at, at + Number(row['body_size']));
}
