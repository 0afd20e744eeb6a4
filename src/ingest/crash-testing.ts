import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../io/hash.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { doctor } from './doctor.ts';
import { addAll, cyclonedx, larderForTest } from './testing.ts';

/** How many adds are killed, and the seed of the moments. */
export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  readonly note?: (text: string) => void;
}

/** What the child runs: adds a folder, prints a digest for each document once it is accepted. */
const CHILD = `
import { addPaths } from ${JSON.stringify(new URL('./add.ts', import.meta.url).href)};
import { openSqliteStore } from ${JSON.stringify(new URL('../store/sqlite/open.ts', import.meta.url).href)};
const [larder, folder] = process.argv.slice(1);
const store = openSqliteStore(larder, { mode: 'create' });
process.stdout.write('ready\\n');
for await (const event of addPaths({ store, paths: [folder], who: 'crash', workers: 1 })) {
  if (event.type === 'document' && event.result.status !== 'duplicate') process.stdout.write(event.result.sha256 + '\\n');
}
await store.close();
`;

/**
 * Adds folder after folder in child processes that are killed (SIGKILL) at random moments, examines the larder after each, adds what is left, and
 * asserts: what was reported as accepted is there, byte for byte; nothing is there by half; at the end everything is.
 */
export async function crashRun({ kills, seed, note }: CrashOptions): Promise<void> {
  const { folder, larder, store, dispose } = await larderForTest();
  await store.close();
  const random = randomFrom(seed);
  const contents = new Map<string, Buffer>();
  const accepted = new Set<string>();
  let cut = 0;
  try {
    for (let round = 0; round < kills; round++) {
      const part = join(folder, `part-${round}`);
      for (const [digest, bytes] of await writeEvidence(part, round)) contents.set(digest, bytes);
      const run = await killedAdd(larder, part, random() * 200);
      for (const digest of run.accepted) accepted.add(digest);
      if (run.killed) cut++;
      await examine(larder, new Set(run.accepted), contents, round % 8 === 7);
    }
    note?.(`${cut} of ${kills} adds were killed before they ended`);
    assert.ok(cut > 0, 'no add was killed in time to see anything');
    await examine(larder, accepted, contents, false);
    const rest = openSqliteStore(larder, { mode: 'write' });
    const { summary } = await addAll({ store: rest, paths: [join(folder, 'part-*/**')], workers: 1 });
    assert.equal(summary.rejected + summary.unreadable, 0);
    for (const digest of contents.keys()) assert.ok(await rest.bytes.has(digest));
    await rest.close();
    await examine(larder, new Set(contents.keys()), contents, true);
  } finally {
    await dispose();
  }
}

/** Small documents, every tenth in a container; gives what must be in the larder in the end. */
async function writeEvidence(folder: string, round: number): Promise<Map<string, Buffer>> {
  await mkdir(folder);
  const contents = new Map<string, Buffer>();
  for (let n = 0; n < 60; n++) {
    const names = Array.from({ length: 20 }, (_, at) => `p${(n * 7 + at * round) % 400}`);
    const bytes = Buffer.from(cyclonedx(`app-${n % 9}`, `${round}.${n}`, [...new Set(names)]));
    const packed = n % 10 === 9 ? gzipSync(bytes) : null;
    await writeFile(join(folder, `${n}.json${packed === null ? '' : '.gz'}`), packed ?? bytes);
    for (const content of [bytes, packed]) if (content !== null) contents.set(sha256(content), content);
  }
  return contents;
}

async function killedAdd(
  larder: string,
  part: string,
  delay: number,
): Promise<{ accepted: string[]; killed: boolean }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, larder, part], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let timer: NodeJS.Timeout | null = null;
  child.stdout.on('data', chunk => {
    text += String(chunk);
    // From when it works: starting a process takes longer than what is to be hit.
    timer ??= setTimeout(() => child.kill('SIGKILL'), delay);
  });
  const signal = await new Promise<string | null>(resolve => child.on('close', (_code, by) => resolve(by)));
  if (timer !== null) clearTimeout(timer);
  // The last line may be cut: only whole ones were said.
  const lines = text.split('\n').slice(0, -1);
  return { accepted: lines.filter(line => line.length === 64), killed: signal === 'SIGKILL' };
}

async function examine(
  larder: string,
  accepted: ReadonlySet<string>,
  contents: ReadonlyMap<string, Buffer>,
  thoroughly: boolean,
): Promise<void> {
  const store = openSqliteStore(larder, { mode: 'write' });
  try {
    for (const digest of accepted) {
      const bytes = await store.bytes.read(digest);
      assert.ok(bytes !== null, `accepted document ${digest} is lost`);
      assert.deepEqual(Buffer.from(bytes), contents.get(digest));
      assert.ok((await store.maintenance.indexed(digest)) !== null);
    }
    const faults = [];
    for await (const fault of thoroughly ? doctor({ store, workers: 1 }) : store.maintenance.check())
      faults.push(fault);
    assert.deepEqual(faults, []);
  } finally {
    await store.close();
  }
}

/** mulberry32: small, seeded, good enough for moments. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
