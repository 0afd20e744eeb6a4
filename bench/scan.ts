import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importFile } from '../src/advisories/mirror/documents.ts';
import { inEpoch } from '../src/advisories/mirror/import.ts';
import { Mirror } from '../src/advisories/mirror/mirror.ts';
import { Diagnostics } from '../src/model/diagnostic.ts';
import { osvRecord } from './advisories.ts';
import type { BenchContext, Row } from './bench.ts';
import { median, runNode, timed } from './measure.ts';
import { publishedEntry } from './start.ts';

/** Advisories of the mirror, and of how many of the scanned packages there is one. */
const ADVISORIES = 10_000;
const HIT = 100;

/** Whole processes of `larder scan` with offline advisories, from the published bundle, beside `npm sbom` and, where it is at hand, cdxgen on the same lockfile: one lockfile of 1,500 packages, and a monorepo of 100,000 files. */
export async function bench(context: BenchContext): Promise<Row[]> {
  const runs = context.quick ? 1 : 7;
  const entry = await publishedEntry(await context.folder());
  const one = await context.folder();
  await writeFile(join(one, 'package-lock.json'), lockfile(1500));
  await writeFile(
    join(one, 'package.json'),
    '{"name":"s","version":"1.0.0","dependencies":{"pkg-0":"^1.0.0"}}',
  );
  const many = await context.folder();
  const services = context.quick ? 10 : 200;
  await monorepo(many, services);
  const mirror = await advisories(join(await context.folder(), 'mirror.db'));
  context.note(
    `scan: ${ADVISORIES} advisories, ${HIT} of them on packages that are scanned; a package-lock of 1,500 packages; ${services} lockfiles of 150 packages among ${services * 501} files`,
  );
  const cdxgen = await cdxgenAt(context);
  return [
    ...(cdxgen === null ? [] : [await cdxgenRow(cdxgen, one, join(await context.folder(), 'bom.json'))]),
    ...(await rows('larder scan of 1,500 packages', [entry, 'scan', one, '--mirror', mirror], {
      runs,
      bar: { ms: 400, MB: 150 },
      besideNpm: one,
    })),
    ...(await rows(
      `larder scan of ${services} lockfiles, ${services * 501} files`,
      [entry, 'scan', many, '--mirror', mirror],
      { runs: context.quick ? 1 : 3, bar: { ms: 3000, MB: null } },
    )),
  ];
}

/** The time and the memory of a command. */
async function rows(
  work: string,
  args: readonly string[],
  how: {
    readonly runs: number;
    readonly bar: { readonly ms: number; readonly MB: number | null };
    readonly besideNpm?: string;
  },
): Promise<Row[]> {
  const times: number[] = [];
  const peaks: number[] = [];
  const empty = { ms: [] as number[], MB: [] as number[] };
  for (let run = 0; run < how.runs; run++) {
    const nothing = await runNode(['-e', '0'], { peak: true });
    empty.ms.push(nothing.ms);
    empty.MB.push(nothing.peakMB);
    const ran = await runNode(args, { peak: true });
    if (ran.code !== 0) throw new Error(`${work}: exit code ${ran.code}`);
    times.push(ran.ms);
    peaks.push(ran.peakMB);
  }
  const ms = median(times);
  const MB = Math.max(...peaks);
  // npm takes many seconds for a dense graph: once is enough to compare with.
  const beside =
    how.besideNpm === undefined
      ? { what: 'an empty script', quantity: { value: median(empty.ms), unit: 'ms' as const } }
      : { what: 'npm sbom', quantity: { value: await npmSbom(how.besideNpm), unit: 'ms' as const } };
  return [
    {
      work,
      measured: { value: ms, unit: 'ms' },
      reference: beside,
      bar: { text: `${how.bar.ms} ms`, holds: ms <= how.bar.ms },
    },
    {
      work: `${work}, peak memory`,
      measured: { value: MB, unit: 'MB' },
      reference: { what: 'an empty script', quantity: { value: median(empty.MB), unit: 'MB' } },
      bar: how.bar.MB === null ? null : { text: `${how.bar.MB} MB`, holds: MB <= how.bar.MB },
    },
  ];
}

/** A mirror of advisories on packages of the lockfiles and on many others. */
async function advisories(path: string): Promise<string> {
  const mirror = Mirror.open(path, { create: true });
  await inEpoch(mirror, Date.now(), async writer => {
    for (let at = 0; at < ADVISORIES; at++) {
      const name = at < HIT ? `pkg-${at}` : `other-${at}`;
      const text = osvRecord(`CVE-2026-${10_000 + at}`, 'npm', name, '99.0.0', at % 10);
      await importFile(writer, Buffer.from(text), `${at}.json`, new Diagnostics());
    }
  });
  mirror.close();
  return path;
}

/** The cdxgen of the user's PATH, or with LARDER_BENCH_CDXGEN=1 one fetched into a temporary folder by npm, without running what it brings. */
async function cdxgenAt(context: BenchContext): Promise<string | null> {
  if (process.env['LARDER_BENCH_CDXGEN'] === '1') {
    const folder = await context.folder();
    const args = [
      'install',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '@cyclonedx/cdxgen',
    ];
    const ran = spawnSync('npm', args, { stdio: 'ignore' });
    if (ran.status !== 0) throw new Error('npm cannot fetch @cyclonedx/cdxgen; unset LARDER_BENCH_CDXGEN');
    return join(folder, 'node_modules', '.bin', 'cdxgen');
  }
  return spawnSync('cdxgen', ['--version'], { stdio: 'ignore' }).status === 0 ? 'cdxgen' : null;
}

/** cdxgen on the lockfile that larder scans in the next row; once, since it takes seconds. */
async function cdxgenRow(cdxgen: string, folder: string, out: string): Promise<Row> {
  const args = ['-t', 'js', '--no-recurse', '--no-install-deps', '--no-validate', '-o', out, folder];
  const ms = await timed(() => {
    const ran = spawnSync(cdxgen, args, { stdio: 'ignore' });
    if (ran.status !== 0) throw new Error(`cdxgen ended with ${ran.status ?? ran.error?.message}`);
  });
  const empty = (await runNode(['-e', '0'])).ms;
  return {
    work: 'cdxgen of the same 1,500 packages',
    measured: { value: ms, unit: 'ms' },
    reference: { what: 'an empty script', quantity: { value: empty, unit: 'ms' } },
    bar: null,
  };
}

/** npm's own bill of materials of the same lockfile, offline. */
function npmSbom(folder: string): Promise<number> {
  return timed(() => {
    const args = ['sbom', '--package-lock-only', '--offline', '--sbom-format', 'cyclonedx'];
    const ran = spawnSync('npm', args, { cwd: folder, stdio: 'ignore' });
    if (ran.status !== 0) throw new Error(`npm sbom ended with ${ran.status ?? ran.error?.message}`);
  });
}

async function monorepo(root: string, services: number): Promise<void> {
  const text = lockfile(150);
  for (let service = 0; service < services; service++) {
    const folder = join(root, 'services', `s${service}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package-lock.json'), text);
    for (let part = 0; part < 25; part++) {
      const inner = join(folder, 'src', `m${part}`);
      await mkdir(inner, { recursive: true });
      await Promise.all(Array.from({ length: 20 }, (_, file) => writeFile(join(inner, `f${file}.ts`), 'x')));
    }
  }
}

function lockfile(packages: number): string {
  const entries: Record<string, unknown> = { '': { name: 's', dependencies: { 'pkg-0': '^1.0.0' } } };
  for (let i = 0; i < packages; i++) {
    entries[`node_modules/pkg-${i}`] = {
      version: `1.${i}.0`,
      resolved: `https://example.com/pkg-${i}/-/pkg-${i}-1.${i}.0.tgz`,
      integrity: `sha512-${Buffer.alloc(64, i % 256).toString('base64')}`,
      license: 'MIT',
      dependencies: Object.fromEntries([1, 2, 3].map(step => [`pkg-${(i * step + 7) % packages}`, '^1.0.0'])),
    };
  }
  return JSON.stringify({ name: 's', lockfileVersion: 3, packages: entries }, null, 2);
}
