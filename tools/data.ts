import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpackTar } from 'modern-tar/fs';
import xz from 'xz-decompress';

/** Unpacks the test corpus (`tools/data.ts [FOLDER]`, default ../shared/data) into data/, where suites look for it. Areas that are there stay. */
const from = process.argv[2] ?? '../shared/data';
const archives = globSync(join(from, '*.tar.xz')).sort();
if (archives.length === 0) console.log(`${from} holds no *.tar.xz; the suites that need data/ are skipped`);
mkdirSync('data', { recursive: true });
for (const archive of archives) {
  const area = join('data', basename(archive, '.tar.xz'));
  if (existsSync(area)) continue;
  // Beside its place first: an area that is there is whole.
  const unpacking = mkdtempSync('data/.unpacking-');
  // Fast where xz is installed; a bare machine has only what npm ci brought.
  const { status } = spawnSync('tar', ['-xJf', archive, '-C', unpacking], { stdio: 'ignore' });
  if (status !== 0) await unpackInProcess(archive, unpacking);
  renameSync(join(unpacking, basename(area)), area);
  rmSync(unpacking, { recursive: true });
  console.log(`unpacked ${area}`);
}

async function unpackInProcess(archive: string, folder: string): Promise<void> {
  const compressed = Readable.toWeb(createReadStream(archive)) as ReadableStream<Uint8Array>;
  await pipeline(Readable.fromWeb(new xz.XzReadableStream(compressed) as never), unpackTar(folder));
}
