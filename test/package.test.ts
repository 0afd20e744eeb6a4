import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { VERBS } from '../src/cli/commands.ts';

// What a user of the published package has: the tarball in a project of their own, outside the checkout, and no network.
// npm and npx pick their Node from the PATH, as in npm scripts.
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` };
let project = '';

before(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'larder-package-')));
  npm(resolve('.'), 'pack', '--pack-destination', project);
  const tarball = (await readdir(project)).find(name => name.endsWith('.tgz')) ?? '';
  await writeFile(join(project, 'package.json'), '{"name":"acme-shop","private":true}');
  npm(project, 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`);
});

after(() => rm(project, { recursive: true, force: true }));

function npm(cwd: string, ...args: readonly string[]): string {
  const ran = spawnSync('npm', args, { cwd, env, encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

function npx(...args: readonly string[]): {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const ran = spawnSync('npx', ['--offline', 'larder', ...args], { cwd: project, env, encoding: 'utf8' });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

test('the installed package runs, with nothing installed beside it', async () => {
  assert.match(npx('--version').stdout, /^larder \d+\.\d+\.\d+\n$/);
  assert.deepEqual(
    (await readdir(join(project, 'node_modules'))).filter(name => !name.startsWith('.')),
    ['larder'],
  );
});

test('every verb of the bundle loads', () => {
  for (const { name, summary } of VERBS) {
    const bin = join(project, 'node_modules/larder/bin/larder.js');
    const ran = spawnSync(process.execPath, [bin, name, '--help'], { cwd: project, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
    assert.ok(ran.stdout.replaceAll(/\s+/g, ' ').includes(summary), name);
  }
});

const canAdd = VERBS.some(verb => verb.name === 'add');
test('npx larder add sbom.json keeps a BOM', {
  skip: canAdd ? false : 'there is no verb add yet',
}, async () => {
  await copyFile('samples/payments-api.cdx.json', join(project, 'sbom.json'));

  const added = npx('add', 'sbom.json');
  const found = npx('where', 'log4j-core', '--json');

  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /1 accepted/);
  assert.equal(JSON.parse(found.stdout).matches[0].version, '2.14.1');
});

test('an old Node gets one sentence with the remedy', async () => {
  const old = join(project, 'old');
  await mkdir(old, { recursive: true });
  const pretend = "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })";
  await writeFile(join(old, 'pretend.cjs'), pretend);

  const bin = join(project, 'node_modules/larder/bin/larder.js');
  const ran = spawnSync(process.execPath, ['-r', join(old, 'pretend.cjs'), bin, 'add', 'x'], {
    encoding: 'utf8',
  });

  assert.equal(ran.status, 2);
  assert.match(
    ran.stderr,
    /^larder: needs Node 24\.15 or newer and this is 18\.20\.4; install it, or run: npx [^\n]*\n$/,
  );
});
