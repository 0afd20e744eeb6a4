import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { larder } from '../src/cli/testing.ts';
import { bom } from './support/hostile-documents.ts';

// Runs that overlap, are stopped, or go on: as processes, since signals and locks belong to them.
const BIN = resolve('bin/larder.js');

function evidence(
  t: { after: (clean: () => void) => void },
  folders: Readonly<Record<string, number>>,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-runs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, count] of Object.entries(folders)) {
    mkdirSync(join(folder, name));
    for (let at = 0; at < count; at++) writeFileSync(join(folder, name, `${at}.json`), bom(`${name}-${at}`));
  }
  return folder;
}

function start(
  folder: string,
  ...words: readonly string[]
): { readonly child: ChildProcess; readonly out: () => string; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [BIN, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', chunk => {
    text += String(chunk);
  });
  child.stderr.on('data', chunk => {
    text += String(chunk);
  });
  return { child, out: () => text, ended: new Promise(done => child.on('close', done)) };
}

async function until(what: () => boolean, why: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (what()) return;
    await new Promise(done => setTimeout(done, 50));
  }
  assert.fail(`it did not come to pass: ${why()}`);
}

/** How many documents the rounds so far told of. */
function added(out: string): number {
  return [...out.matchAll(/^(\d+) documents?, /gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function documents(folder: string): Promise<number> {
  return JSON.parse((await larder(folder, ['documents', '--json'])).stdout).total;
}

test('two processes that add to one larder at once both end well, and nothing is lost', async t => {
  const folder = evidence(t, { left: 60, right: 60 });

  const runs = ['left', 'right'].map(name => start(folder, 'add', name, '--store', join(folder, '.larder')));
  const codes = await Promise.all(runs.map(run => run.ended));

  assert.deepEqual(codes, [0, 0], runs.map(run => run.out()).join('\n'));
  assert.equal(await documents(folder), 120);
  assert.equal((await larder(folder, ['doctor'])).code, 0);
});

test('^C in the middle of an add keeps what was accepted; the same command goes on and knows it', async t => {
  const folder = evidence(t, { many: 4000 });
  const run = start(folder, 'add', 'many', '-o', 'jsonl', '--store', join(folder, '.larder'));
  await until(() => run.out().includes('"accepted"'), run.out);
  run.child.kill('SIGINT');

  assert.equal(await run.ended, 130);
  const accepted = run.out().match(/"status":"accepted"/g)?.length ?? 0;
  assert.ok(accepted > 0 && accepted < 4000, `${accepted} accepted`);
  const again = await larder(folder, ['add', 'many', '-o', 'jsonl']);
  const { summary } = JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '');
  assert.ok(summary.duplicates >= accepted, `${summary.duplicates} known of ${accepted}`);
  assert.equal(summary.accepted + summary.duplicates, 4000);
  assert.equal((await larder(folder, ['doctor'])).code, 0);
});

test('--watch adds what is there, then what comes, and ends at ^C', async t => {
  const folder = evidence(t, { inbox: 2, later: 1 });
  const run = start(folder, 'add', 'inbox', '--watch', '--store', join(folder, '.larder'));
  await until(() => /2 documents/.test(run.out()), run.out);
  renameSync(join(folder, 'later', '0.json'), join(folder, 'inbox', 'late.json'));
  mkdirSync(join(folder, 'inbox', 'deeper'));
  writeFileSync(join(folder, 'inbox', 'broken.json'), bom('broken').slice(0, 60));
  await until(() => added(run.out()) >= 4, run.out);
  run.child.kill('SIGINT');

  assert.equal(await run.ended, 130);
  assert.equal(await documents(folder), 4);
});

test('--watch counts each round for itself, and waits for another process that writes for long', async t => {
  const folder = evidence(t, { inbox: 1 });
  const broken = (name: string) => writeFileSync(join(folder, 'inbox', name), bom(name).slice(0, 60));
  for (let at = 0; at < 12; at++) broken(`${at}.cut`);
  const run = start(folder, 'add', 'inbox', '--watch', '--store', join(folder, '.larder'));
  await until(() => /^ {2}and 2 more$/m.test(run.out()), run.out);
  broken('late.cut');
  await until(() => added(run.out()) === 14, run.out);
  assert.equal(run.out().match(/^ {2}and /gm)?.length, 1, run.out());

  const other = new DatabaseSync(join(folder, '.larder', 'larder.db'));
  other.exec('BEGIN IMMEDIATE');
  writeFileSync(join(folder, 'inbox', 'good.json'), bom('good'));
  await until(() => /^larder: .* Trying again\.$/m.test(run.out()), run.out);
  other.exec('ROLLBACK');
  other.close();
  await until(() => /^ +1 accepted/m.test(run.out().split('Trying again.')[1] ?? ''), run.out);
  run.child.kill('SIGINT');

  assert.equal(await run.ended, 130);
  // What is cut off so early is the same bytes thirteen times.
  assert.equal(await documents(folder), 3);
});

test('a file that may not be read is named, the rest is added', {
  skip: process.getuid?.() === 0 ? 'impossible here: root may read every file' : false,
}, async t => {
  const folder = evidence(t, { some: 2 });
  writeFileSync(join(folder, 'some', 'closed.json'), bom('closed'), { mode: 0 });

  const { code, stdout } = await larder(folder, ['add', 'some']);

  assert.equal(code, 3);
  assert.match(stdout, /closed\.json may not be read by this user; check its permissions/);
  assert.equal(await documents(folder), 2);
});

test('the completion of bash, sourced, gives verbs and options', {
  skip: spawnSync('bash', ['-c', 'exit 0']).status === 0 ? false : 'impossible here: there is no bash',
}, () => {
  const complete = (words: string) =>
    spawnSync(
      'bash',
      [
        '-c',
        `eval "$(cat)"; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _larder; echo "\${COMPREPLY[@]}"`,
      ],
      {
        input: spawnSync(process.execPath, [BIN, 'completion', 'bash'], { encoding: 'utf8' }).stdout,
        encoding: 'utf8',
      },
    ).stdout.trim();

  assert.equal(complete('larder wh'), 'where why');
  assert.match(complete('larder where --as'), /^--as-of$/);
  assert.match(complete('larder add --wa'), /^--watch$/);
});
