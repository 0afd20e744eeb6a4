import { sha256 } from '../io/hash.ts';
import { LIMITS } from '../io/limits.ts';
import { readFileBounded } from '../io/read.ts';
import { ByteRing } from './ring.ts';

/** What a reader reads while the writer is busy with a batch, and longer. */
const RING_BYTES = 64 * 1024 * 1024;

/** A larger file is left to the reader: it would keep too many others out. */
const LARGEST_BYTES = RING_BYTES / 8;

/** A file that was read, until its reader is done with it. */
export interface HeldFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** What of the ring is released with it; null when it is not in the ring. */
  readonly taken: number | null;
}

/**
 * Reads and hashes files for a single reader, which all others wait for: what needs no knowledge of formats is done for it, by who would otherwise be idle half of the time. The reader sees
 * the same memory.
 */
export class ReadAhead {
  readonly #ring = new ByteRing(RING_BYTES);

  takes(size: number): boolean {
    return size <= LARGEST_BYTES;
  }

  hasRoom(size: number): boolean {
    return this.#ring.hasRoom(size + 1);
  }

  /** One file after the other. @throws IoError as `readFileBounded` does */
  async read(path: string): Promise<HeldFile> {
    const before = this.#ring.taken;
    try {
      const bytes = await readFileBounded(path, LIMITS.fileBytes, size => this.#ring.take(size));
      const { taken } = this.#ring;
      return { bytes, sha256: sha256(bytes), taken: taken === before ? null : taken };
    } catch (thrown) {
      // Nobody would release it: enough files that change while they are read would fill the ring for good.
      this.#ring.undo(before);
      throw thrown;
    }
  }

  /** Files are done in the order in which they were read. */
  release(file: HeldFile): void {
    if (file.taken !== null) this.#ring.release(file.taken);
  }
}
