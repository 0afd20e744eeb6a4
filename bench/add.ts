import { globSync } from 'node:fs';
import { copyFile, link, mkdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BenchContext, Row } from './bench.ts';
import { median, runNode, timed } from './measure.ts';
import { publishedEntry } from './start.ts';
import { writeBoms } from './write-boms.ts';

/** `larder add` as it is published, whole process and durable, beside reading and parsing the same files on the same cores. */
export async function bench(context: BenchContext): Promise<Row[]> {
  const entry = await publishedEntry(await context.folder());
  return [await againstParsing(context, entry), await whenFourTimesBigger(context, entry)];
}

async function againstParsing(context: BenchContext, entry: string): Promise<Row> {
  const folder = join(await context.folder(), 'json');
  await mkdir(folder);
  const { files, bytes } = await jsonFiles(context, folder);
  context.note(`add: ${files.length} JSON BOMs, ${Math.round(bytes / 1e6)} MB`);
  const pairs: { parse: number; add: number }[] = [];
  for (let run = 0; run < (context.quick ? 1 : 3); run++) {
    const parse = await timed(() => parseAll(files));
    const add = await addFolder(join(await context.folder(), 'larder'), folder, entry);
    pairs.push({ parse, add });
  }
  const parse = median(pairs.map(pair => pair.parse));
  const add = median(pairs.map(pair => pair.add));
  return {
    work: `larder add, ${files.length} JSON BOMs, durable`,
    measured: { value: add / 1000, unit: 's' },
    reference: { what: 'read and JSON.parse', quantity: { value: parse / 1000, unit: 's' } },
    bar: { text: '5 x', holds: add <= 5 * parse },
  };
}

/** The corpus's JSON BOMs under flat names, or generated ones. */
async function jsonFiles(context: BenchContext, folder: string): Promise<{ files: string[]; bytes: number }> {
  const corpus = context.corpus('sbom');
  if (corpus === null || context.quick) await writeBoms(folder, { count: context.quick ? 100 : 2000 });
  else await linkJson(corpus, folder);
  const files = globSync(join(folder, '**/*.json')).sort();
  const sizes = await Promise.all(files.map(async file => (await stat(file)).size));
  return { files, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function linkJson(corpus: string, folder: string): Promise<void> {
  for (const [index, file] of globSync(join(corpus, '**/*.json')).sort().entries()) {
    if (!isJson(await readFile(file, 'utf8'))) continue;
    const target = join(folder, `${index}-${basename(file)}`);
    await link(file, target).catch(() => copyFile(file, target));
  }
}

/** The reference must parse what it is given; files that are broken on purpose are no work. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function parseAll(files: readonly string[]): Promise<void> {
  const shares = Array.from({ length: availableParallelism() }, (_, share) =>
    files.filter((_, index) => index % availableParallelism() === share),
  );
  await Promise.all(
    shares.map(
      share =>
        new Promise((done, fail) => {
          const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), { workerData: share });
          worker.once('error', fail).once('exit', done);
        }),
    ),
  );
}

/** Adds a folder and gives the milliseconds of the whole process. */
export async function addFolder(
  store: string,
  folder: string,
  entry: string = resolve('bin/larder.js'),
): Promise<number> {
  const run = await runNode([entry, '--store', store, 'add', folder]);
  // 3: some document was rejected, which the corpus has on purpose.
  if (run.code !== 0 && run.code !== 3) throw new Error(`larder add ended with ${run.code}`);
  return run.ms;
}

/** The same number of new BOMs, added to a larder and to one that is four times bigger. */
async function whenFourTimesBigger(context: BenchContext, entry: string): Promise<Row> {
  const folder = await context.folder();
  const store = join(folder, 'larder');
  const batch = context.quick ? 50 : 500;
  const base = context.quick ? 100 : 2000;
  let first = 0;
  const grow = async (count: number): Promise<number> => {
    const part = join(folder, `from-${first}`);
    await writeBoms(part, { count, first });
    first += count;
    return addFolder(store, part, entry);
  };
  await grow(base);
  const small = median([await grow(batch), await grow(batch), await grow(batch)]);
  await grow(4 * base - first);
  const large = median([await grow(batch), await grow(batch), await grow(batch)]);
  return {
    work: `larder add of ${batch} BOMs to a larder of ${4 * base}`,
    measured: { value: large / batch, unit: 'ms' },
    reference: { what: `the same to one of ${base}`, quantity: { value: small / batch, unit: 'ms' } },
    bar: { text: '1.1 x', holds: large <= 1.1 * small },
  };
}
