import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AddOptions, addPaths } from './add.ts';
import type { AddEvent } from './result.ts';

/** How long a folder must be quiet before what changed in it is added: writers need a moment to finish a file. */
const QUIET_MS = 500;

/**
 * Adds what is there, then what comes, until the signal: one summary after each round. A file that is still being written is refused by the bounded reader
 * and tried again when it changes next.
 */
export async function* watchPaths(
  options: AddOptions & { readonly signal: AbortSignal },
): AsyncGenerator<AddEvent> {
  const changed = new Set<string>();
  let wake = (): void => {};
  const watching = options.paths
    .filter(path => path !== '-')
    .map(path =>
      follow(path, options.signal, file => {
        changed.add(file);
        wake();
      }),
    );
  yield* addPaths(options);
  while (!options.signal.aborted) {
    if (changed.size === 0) {
      await new Promise<void>(resolve => {
        wake = resolve;
        options.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      continue;
    }
    const before = changed.size;
    await new Promise(resolve => setTimeout(resolve, QUIET_MS));
    if (changed.size !== before) continue;
    const paths = [...changed].sort();
    changed.clear();
    yield* addPaths({ ...options, paths });
  }
  await Promise.all(watching);
}

/** Callbacks, since the asynchronous iterator of a recursive watch loses what changes while one event is looked at. */
async function follow(path: string, signal: AbortSignal, report: (file: string) => void): Promise<void> {
  const folder = (await stat(path)).isDirectory();
  await new Promise<void>((resolve, reject) => {
    const watcher = watch(path, { recursive: folder, signal }, (_, filename) => {
      const file = folder && filename !== null ? join(path, filename) : path;
      stat(file).then(
        stats => stats.isFile() && report(file),
        // Gone again already.
        () => undefined,
      );
    });
    watcher.on('error', reject);
    watcher.on('close', resolve);
  });
}
