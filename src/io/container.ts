import { archiveOf, members } from './archive.ts';
import { Budget } from './budget.ts';
import { compressionOf, decompress } from './compression.ts';
import { IoError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** One thing that lies in a container, at the end of however many layers: `path` names the layers, joined by `!/`. */
export interface Content {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly problem: IoError | null;
}

/** Whether the bytes are a compression stream or an archive that `openContainer` can look into. */
export function isContainer(bytes: Uint8Array): boolean {
  return compressionOf(bytes) !== null || archiveOf(bytes) !== null;
}

/**
 * Everything that lies in a compressed stream or an archive, also nested (`sboms.tar.xz`, a gzip in a zip), within the bounds of io/limits.
 * What cannot be opened is yielded with its problem; the rest goes on.
 *
 * @param name the given name, for messages and to name the content of a plain compressed file (`a.json.xz` holds `a.json`)
 */
export async function* openContainer(bytes: Uint8Array, name: string): AsyncGenerator<Content> {
  yield* openWithin(bytes, name, Budget.ofWhole(name, bytes.length), 0);
}

/** @param whole shared by all layers: bounds of each by itself let an archive of archives grow by their product */
async function* openWithin(
  bytes: Uint8Array,
  name: string,
  whole: Budget,
  depth: number,
): AsyncGenerator<Content> {
  if (depth >= LIMITS.depth) {
    const message = `${name} holds containers more than ${LIMITS.depth} deep; unpack it and add what it holds.`;
    yield { path: name, bytes: new Uint8Array(), problem: new IoError('too-deep', message) };
    return;
  }
  try {
    for await (const content of openLayer(bytes, name, whole)) {
      if (content.problem === null && isContainer(content.bytes)) {
        for await (const inner of openWithin(content.bytes, content.path, whole, depth + 1)) {
          yield { ...inner, path: `${content.path}!/${inner.path}` };
        }
        if (whole.isSpent) return;
      } else {
        yield content;
      }
    }
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    yield { path: name, bytes: new Uint8Array(), problem: error };
  }
}

async function* openLayer(bytes: Uint8Array, name: string, whole: Budget): AsyncGenerator<Content> {
  const compression = compressionOf(bytes);
  if (compression) {
    const path = innerName(name);
    yield { path, bytes: await decompress(bytes, compression, name, undefined, whole), problem: null };
    return;
  }
  const archive = archiveOf(bytes);
  if (archive) yield* members(bytes, archive, name, undefined, undefined, whole);
}

/** `dir/a.json.xz` -> `a.json`; `a.tgz` -> `a.tar`; a name without such an ending stays. */
function innerName(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return base.replace(/\.t(?:gz|xz|bz2|zst)$/i, '.tar').replace(/\.(?:gz|xz|bz2|zst|zstd)$/i, '') || base;
}
