import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../src/cli/testing.ts';

// The program as a process: its launcher, its pipes, its environment.
const BIN = resolve('bin/larder.js');
const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;

/** Runs `larder WORDS` as a process in a folder; a number at the end is the file that takes its output. */
function larder(
  cwd: string,
  ...words: readonly (string | number)[]
): { status: number | null; stderr: string } {
  const out = words.find(word => typeof word === 'number');
  const args = [BIN, ...words.filter(word => typeof word === 'string')];
  return spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', out ?? 'pipe', 'pipe'],
  });
}

test('a reader that goes away after the first line ends nothing and is no error', async () => {
  const child = spawn(process.execPath, [BIN, 'completion', 'fish'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', chunk => {
    complaints += String(chunk);
  });
  child.stdout.once('data', () => child.stdout.destroy());

  const code = await new Promise(done => child.on('close', done));

  assert.deepEqual([code, complaints], [0, '']);
});

test('a reader that was never there is no error either', async () => {
  const child = spawn(process.execPath, [BIN, 'help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();

  assert.equal(await new Promise(done => child.on('close', done)), 0);
});

test('what a full disk swallows is told, exit 3', {
  skip: existsSync('/dev/full') ? false : 'impossible here: there is no /dev/full',
}, async t => {
  const folder = await temporaryFolder(t);
  const bytes =
    '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"lodash"}]}';
  await writeFile(join(folder, 'a.json'), bytes);
  larder(folder, 'add', 'a.json');
  const digest = createHash('sha256').update(bytes).digest('hex');
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));

  for (const words of [
    ['--help'],
    ['--version'],
    ['cat', digest],
    ['where', 'lodash', '--json'],
    ['documents', '-o', 'csv'],
    ['add', 'a.json', '-o', 'jsonl'],
  ]) {
    const { status, stderr } = larder(folder, ...words, full);
    assert.deepEqual(
      [status, stderr],
      [3, 'larder: standard output: the disk is full; free some space and run it again.\n'],
      words.join(' '),
    );
  }
});

test('a disk that fills within one write gives no half of an answer for a whole one', {
  skip: process.platform === 'win32' ? 'impossible here: there is no limit on the size of files' : false,
}, async t => {
  const folder = await temporaryFolder(t);
  const ran = spawnSync(
    'sh',
    ['-c', 'ulimit -f 1; exec "$0" "$1" completion fish > out', process.execPath, BIN],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );

  assert.ok((await readFile(join(folder, 'out'))).length <= 1024);
  assert.deepEqual(
    [ran.status, ran.stderr.startsWith('larder: standard output: the file would be')],
    [3, true],
  );
});

test('in a folder that was removed one sentence says so, and what needs no folder works', {
  skip: process.platform === 'win32' ? 'impossible here: a folder in use cannot be removed' : false,
}, async t => {
  const folder = await temporaryFolder(t);
  const inRemoved = (...words: readonly string[]) =>
    spawnSync(
      'sh',
      ['-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', 'sh', process.execPath, BIN, ...words],
      { cwd: folder, encoding: 'utf8' },
    );

  for (const words of [[], ['apps'], ['add', 'x.json']]) {
    const { status, stderr } = inRemoved(...words);
    assert.deepEqual(
      [status, stderr],
      [3, 'larder: The current folder no longer exists; cd to another.\n'],
      words.join(' '),
    );
  }
  assert.equal(inRemoved('--version').status, 0);
});

test('without a folder for compiled code everything works', () => {
  const ran = spawnSync(process.execPath, [BIN, '--version'], {
    encoding: 'utf8',
    env: { PATH, XDG_CACHE_HOME: '/dev/null' },
  });

  assert.deepEqual([ran.status, ran.stderr], [0, '']);
  assert.match(ran.stdout, /^larder \d/);
});

test('npx larder works from the checkout', () => {
  const ran = spawnSync('npx', ['--offline', 'larder', '--version'], {
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });

  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /^larder \d/);
});

for (const shell of ['bash', 'zsh', 'fish']) {
  const found = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  test(`the completion of ${shell} is a script that ${shell} accepts`, {
    skip: found ? false : `impossible here: there is no ${shell}`,
  }, async t => {
    const { stdout } = spawnSync(process.execPath, [BIN, 'completion', shell], { encoding: 'utf8' });
    const script = join(await temporaryFolder(t), 'completion');
    await writeFile(script, stdout);
    const checked = spawnSync(shell, ['-n', script], { encoding: 'utf8' });

    assert.deepEqual([checked.status, checked.stderr], [0, '']);
    assert.match(stdout, /completion/);
  });
}
