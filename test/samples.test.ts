import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { larder } from '../src/cli/testing.ts';

// The first minute of a new user: the samples, the questions of the README, the first run.
const SAMPLES = resolve('samples');
let folder = '';

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'larder-samples-'));
  const added = await larder(folder, ['add', SAMPLES, '-o', 'jsonl']);
  assert.equal(added.code, 3, added.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

async function answer(...words: readonly string[]) {
  const ran = await larder(folder, [...words, '--json']);
  assert.equal(ran.code, 0, ran.stderr);
  return JSON.parse(ran.stdout);
}

const nameOf = (document: { name: string }) => basename(document.name);

test('log4j-core is where the samples put it, and how', async () => {
  const { matches } = await answer('where', 'log4j-core');
  const found = matches.flatMap(
    (match: { version: string; apps: { app: string; release: string; direct: boolean | null }[] }) =>
      match.apps.map(app => `${app.app} ${app.release}: ${match.version}, direct ${app.direct}`),
  );

  assert.deepEqual(found.sort(), [
    'batch-runner 1.9.0: 2.14.1, direct true',
    'edge-gateway 2025.6: 2.14.1, direct true',
    'fulfilment 3.3.0: 2.17.1, direct true',
    'legacy-portal 7.0.3: 2.11.0, direct null',
    'payments-api 4.1.0: 2.13.3, direct false',
    'payments-api 4.2.0: 2.14.1, direct false',
  ]);
});

test('the fixed version is not among the affected ones', async () => {
  const { matches } = await answer('where', 'log4j-core', '<2.17.1');
  const apps = matches.flatMap((match: { apps: { app: string }[] }) => match.apps.map(app => app.app));

  assert.deepEqual([...new Set(apps)].sort(), [
    'batch-runner',
    'edge-gateway',
    'legacy-portal',
    'payments-api',
  ]);
});

test('why names each hop and its document', async () => {
  const ran = await larder(folder, ['why', 'payments-api@4.2.0', 'log4j-core']);

  assert.match(
    ran.stdout,
    /^payments-api .*\n└─ .*spring-boot-starter-log4j2 2\.5\.6 +depends on +[0-9a-f]{8} payments-api\.cdx\.json\n {3}└─ .*log4j-core 2\.14\.1 +depends on/,
  );
});

test('one sample is partial and one rejected, each with its place', async () => {
  const partial = await answer('documents', '--status', 'partial');
  const rejected = await answer('documents', '--status', 'rejected');

  assert.deepEqual(partial.documents.map(nameOf), ['warehouse.cdx.json']);
  assert.deepEqual(rejected.documents.map(nameOf), ['checkout-cut-off.cdx.json']);
});

test('the models and datasets of the samples are found', async () => {
  const { matches } = await answer('where', 'basket-history');
  assert.equal(matches.flatMap((match: { apps: { app: string }[] }) => match.apps)[0].app, 'recommender');
});

test('the advisory hits what has the package, and the VEX settles one', async () => {
  // Documents are recorded by the clock of the machine, so the question is asked by it too.
  const ran = await larder(folder, ['audit', '--all', '--json'], { now: () => new Date() });
  const { findings } = JSON.parse(ran.stdout);
  const found = findings.map(
    (one: { app: string; release: string; status: string }) => `${one.app} ${one.release}: ${one.status}`,
  );

  assert.deepEqual(found.sort(), [
    'batch-runner 1.9.0: not_affected',
    'edge-gateway 2025.6: affected',
    'legacy-portal 7.0.3: affected',
    'payments-api 4.1.0: affected',
    'payments-api 4.2.0: affected',
  ]);
});

test('every sample is described', () => {
  const page = readFileSync('docs/samples.md', 'utf8');
  for (const file of readdirSync(SAMPLES)) assert.ok(page.includes(`\`${file}\``), file);
});

test('the first run reads, answers and says what to type next', () => {
  const env = { ...process.env, LARDER_STORE: join(folder, 'first-run') };
  const ran = spawnSync(process.execPath, ['tools/start.ts'], { encoding: 'utf8', env });

  assert.equal(ran.status, 0, ran.stderr);
  const asked = [...ran.stdout.matchAll(/^\$ npx larder (.*)$/gm)].map(match => match[1]);
  assert.deepEqual(asked, [
    'add samples',
    'apps',
    'where log4j-core',
    'why payments-api log4j-core',
    'audit',
    'documents --status partial',
    'documents --status rejected',
  ]);
  assert.match(ran.stdout, /Next:\n {2}npx larder /);
});

test('the first run with paths of the user says when there is nothing to read', () => {
  const env = { ...process.env, LARDER_STORE: join(folder, 'nothing') };
  const ran = spawnSync(process.execPath, ['tools/start.ts', '/nowhere/at-all'], { encoding: 'utf8', env });

  assert.equal(ran.status, 3);
  assert.match(ran.stdout + ran.stderr, /\/nowhere\/at-all/);
});
