import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../src/cli/testing.ts';

// The program as a process: its launcher, its pipes, its environment.
const BIN = resolve('bin/larder.js');
const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;

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
