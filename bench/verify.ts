import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { looksLikeBundle } from '../src/formats/sigstore/bundle.ts';
import { hashAll } from '../src/trust/model/hashing.ts';
import { mintSigstore } from '../src/trust/testing/mint.ts';
import type { BenchContext, Row } from './bench.ts';
import { median, timed } from './measure.ts';
import type { VerifyWork } from './verify-worker.ts';

/** Bundles per second against @sigstore/verify on the same files, and hashing of models against openssl's rate. */
export async function bench(context: BenchContext): Promise<Row[]> {
  return [await bundles(context), ...(await hashing(context))];
}

async function bundles(context: BenchContext): Promise<Row> {
  const { texts, root, what } = collect(context);
  const milliseconds = context.quick ? 200 : 4000;
  const work = (by: VerifyWork['by']): VerifyWork => ({ by, bundles: texts, root, milliseconds });
  const cores = Math.min(2, availableParallelism());
  const larder: number[] = [];
  const reference: number[] = [];
  for (let run = 0; run < (context.quick ? 1 : 3); run++) {
    reference.push(await rate(work('@sigstore/verify')));
    larder.push(
      (await Promise.all(Array.from({ length: cores }, () => rate(work('larder'))))).reduce(
        (sum, one) => sum + one,
        0,
      ),
    );
  }
  context.note(`verify: ${texts.length} ${what}, ${cores} cores, no certificate remembered between passes`);
  return {
    work: `verify Sigstore bundles, ${cores} cores`,
    measured: { value: median(larder), unit: '/s' },
    reference: {
      what: '@sigstore/verify alone, one core',
      quantity: { value: median(reference), unit: '/s' },
    },
    bar: { text: '1,000/s', holds: median(larder) >= 1000 },
  };
}

/** Real bundles that @sigstore/verify accepts with the public-good root and that carry an envelope; minted ones where the corpus is absent. */
function collect(context: BenchContext): {
  readonly texts: string[];
  readonly root: unknown;
  readonly what: string;
} {
  const corpus = context.corpus('attest');
  if (corpus === null) {
    const minted = mintSigstore();
    const texts = Array.from({ length: 64 }, (_, index) =>
      JSON.stringify(minted.bundle({ payload: Buffer.from(`{"n":${index}}`) })),
    );
    return { texts, root: minted.root, what: 'minted bundles' };
  }
  const [repository] = Object.values(
    seeds as Record<string, { readonly targets: Readonly<Record<string, string>> }>,
  );
  const root: unknown = JSON.parse(
    Buffer.from(repository?.targets['trusted_root.json'] ?? '', 'base64').toString('utf8'),
  );
  const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(root)));
  const texts = globSync('**/*.{slsa,sigstore,json,jsonl}', { cwd: corpus })
    .sort()
    .flatMap(file => {
      try {
        const text = readFileSync(join(corpus, file), 'utf8');
        const value: unknown = JSON.parse(text);
        if (!looksLikeBundle(value) || !('dsseEnvelope' in value)) return [];
        verifier.verify(toSignedEntity(bundleFromJSON(value)));
        return [text];
      } catch {
        return [];
      }
    });
  return { texts, root, what: 'real bundles' };
}

function rate(work: VerifyWork): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), { workerData: work });
    worker.once('message', (value: number) => resolve(value));
    worker.once('error', reject);
  });
}

/** The command line reference of each hash; BLAKE3's own tool takes another core for each file only when it is told to. */
const REFERENCES = {
  sha256: ['openssl', ['dgst', '-sha256']],
  blake3: ['b3sum', ['--num-threads', '1']],
} as const;

/** Shards in the page cache hashed on all cores, against the reference tool on as many; BLAKE3 only where b3sum is at hand. */
async function hashing(context: BenchContext): Promise<Row[]> {
  const { randomFillSync } = await import('node:crypto');
  const size = context.quick ? 32 * 1024 * 1024 : 512 * 1024 * 1024;
  const folder = join(await context.folder(), 'model');
  await mkdir(folder);
  const shard = randomFillSync(Buffer.allocUnsafe(size));
  const files = Array.from({ length: context.quick ? 4 : 8 }, (_, index) => join(folder, `shard-${index}`));
  for (const file of files) await writeFile(file, shard);
  const rows: Row[] = [];
  for (const hash of ['sha256', 'blake3'] as const) {
    const row = await hashingBy(hash, files, size, context).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      context.note(`verify: ${REFERENCES[hash][0]} is not here, so ${hash} was not measured`);
      return null;
    });
    if (row !== null) rows.push(row);
  }
  return rows;
}

async function hashingBy(
  hash: keyof typeof REFERENCES,
  files: readonly string[],
  size: number,
  context: BenchContext,
): Promise<Row> {
  const [program, options] = REFERENCES[hash];
  const cores = availableParallelism();
  const tasks = files.map(path => ({ path, start: 0, end: size, hash }));
  const times: number[] = [];
  const reference: number[] = [];
  const share = (core: number): string[] => files.filter((_, index) => index % cores === core);
  for (let run = 0; run < (context.quick ? 1 : 3); run++) {
    // Both use all cores, one after the other, so that whatever else the machine does slows both.
    reference.push(
      await timed(() =>
        Promise.all(
          Array.from({ length: cores }, (_, core) =>
            promisify(execFile)(program, [...options, ...share(core)]),
          ),
        ),
      ),
    );
    times.push(await timed(() => hashAll(tasks)));
  }
  const perCore = (time: number): number => ((size * files.length) / time / cores / 1e6) * 1000;
  return {
    work: `hash a model of ${Math.round((size * files.length) / 1e9)} GB by ${hash}, a second and core`,
    measured: { value: perCore(median(times)), unit: 'MB' },
    reference: {
      what: `${program} on the same files`,
      quantity: { value: perCore(median(reference)), unit: 'MB' },
    },
    bar: { text: '0.9 x', holds: median(reference) >= 0.9 * median(times) },
  };
}
