import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchContext, Row } from './bench.ts';
import { median, runNode, timed } from './measure.ts';
import { publishedEntry } from './start.ts';

/** Whole processes of `larder scan`, from the published bundle, beside `npm sbom` and, where it is at hand, cdxgen on the same lockfile: one lockfile of 1,500 packages, and a monorepo of 100,000 files. */
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
  context.note(
    `scan: a package-lock of 1,500 packages; ${services} lockfiles of 150 packages among ${services * 501} files`,
  );
  const cdxgen = await cdxgenAt(context);
  return [
    ...(cdxgen === null ? [] : [await cdxgenRow(cdxgen, one, join(await context.folder(), 'bom.json'))]),
    await row('larder scan of 1,500 packages', [entry, 'scan', one], runs, 400, one),
    await row(
      `larder scan of ${services} lockfiles, ${services * 501} files`,
      [entry, 'scan', many],
      context.quick ? 1 : 3,
      3000,
    ),
  ];
}

async function row(
  work: string,
  args: readonly string[],
  runs: number,
  bar: number,
  besideNpm?: string,
): Promise<Row> {
  const times: number[] = [];
  const empty: number[] = [];
  let peak = 0;
  for (let run = 0; run < runs; run++) {
    // npm takes many seconds for a dense graph: once is enough to compare with.
    if (besideNpm === undefined) empty.push((await runNode(['-e', '0'])).ms);
    else if (run === 0) empty.push(await npmSbom(besideNpm));
    const ran = await runNode(args, { peak: true });
    if (ran.code !== 0) throw new Error(`${work}: exit code ${ran.code}`);
    times.push(ran.ms);
    peak = Math.max(peak, ran.peakMB);
  }
  const ms = median(times);
  return {
    work: `${work} (${Math.round(peak)} MB)`,
    measured: { value: ms, unit: 'ms' },
    reference: {
      what: besideNpm === undefined ? 'an empty script' : 'npm sbom',
      quantity: { value: median(empty), unit: 'ms' },
    },
    bar: { text: `${bar} ms`, holds: ms <= bar },
  };
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
