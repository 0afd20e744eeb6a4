import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { larder, memorySink, temporaryFolder } from './testing.ts';

test('larder alone without a larder shows where to begin', async () => {
  const ran = await larder('/', []);
  assert.equal(ran.code, 0);
  assert.match(ran.stdout, /^There is no larder here yet: larder add PATH/);
});

test('an unknown verb suggests the nearest one and is a usage error', async () => {
  const ran = await larder('/', ['completoin']);
  assert.deepEqual(ran, {
    code: 2,
    stdout: '',
    stderr: "larder: there is no verb 'completoin'; did you mean larder completion?\n",
  });
});

test('an unknown option suggests the nearest one', async () => {
  const ran = await larder('/', ['help', '--ofline']);
  assert.equal(ran.code, 2);
  assert.equal(ran.stderr, 'larder: help has no option --ofline; did you mean --offline?\n');
});

test('a missing argument names it and shows an example', async () => {
  const ran = await larder('/', ['completion']);
  assert.equal(ran.code, 2);
  assert.match(
    ran.stderr,
    /^larder: completion needs SHELL \(bash, zsh or fish\), as in: larder completion bash/,
  );
});

test('one argument too many is named', async () => {
  const ran = await larder('/', ['help', 'add', 'now']);
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /does not know what to do with 'now'/);
});

test('common options may stand before the verb', async () => {
  const ran = await larder('/', ['--store', 'help', '--offline', 'help', 'exit-codes']);
  assert.equal(ran.code, 0);
  assert.match(ran.stdout, /70 {2}a fault of Larder itself/);
});

test('an output format that the verb has not got is refused before anything runs', async () => {
  const ran = await larder('/', ['help', '-o', 'tabel']);
  assert.equal(ran.code, 2);
  assert.equal(ran.stderr, 'larder: -o tabel is not one of table; did you mean table?\n');
});

test('--help of a verb fits one screen and shows its examples', async () => {
  const ran = await larder('/', ['completion', '--help']);
  assert.equal(ran.code, 0);
  assert.match(ran.stdout, /\$ larder completion bash/);
  assert.ok(ran.stdout.split('\n').length < 24);
});

test('an answer goes to a file that cannot be written: one sentence, exit 3', async () => {
  const ran = await larder('/', ['help', '-o', 'table=/nowhere/answer.txt']);
  assert.equal(ran.code, 3);
  assert.match(ran.stderr, /^larder: \/nowhere\/answer\.txt: cannot be written: ENOENT/);
});

test('where an answer cannot go is known before anything is changed', async t => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'a.json'), '{"bomFormat":"CycloneDX","specVersion":"1.5"}');
  for (const target of ['nodir/x.json', 'a.json/x.json', '.']) {
    const ran = await larder(cwd, ['add', '.', '-o', `json=${target}`]);
    assert.deepEqual([ran.code, ran.stdout], [3, ''], target);
    assert.ok(ran.stderr.startsWith(`larder: ${target}: cannot be written: `), ran.stderr);
  }
  assert.deepEqual(await readdir(cwd), ['a.json']);
  // The answer is no part of what is added.
  const ran = await larder(cwd, ['add', '.', '-o', 'json=x.json']);
  assert.deepEqual(
    [ran.code, JSON.parse(await readFile(join(cwd, 'x.json'), 'utf8')).summary.documents],
    [0, 1],
  );
});

test('a run stopped by ^C exits with 130', async () => {
  const ran = await larder('/', ['help'], { signal: AbortSignal.abort() });
  assert.equal(ran.code, 130);
});

test('^C waits for a safe point only where long work has one; a question ends where it stands', async t => {
  const cwd = await temporaryFolder(t);
  const held = async (...args: string[]): Promise<boolean> => {
    let answer = false;
    await larder(cwd, args, {
      holdInterrupts: () => {
        answer = true;
      },
    });
    return answer;
  };

  assert.deepEqual(
    [await held('add', 'nothing-here'), await held('versions'), await held('doctor')],
    [true, false, false],
  );
});

test('a fault of Larder itself is exit 70, one sentence, and a way to see where', async () => {
  const broken = {
    ...memorySink(),
    write: async () => {
      throw new RangeError('a fault\nof ours');
    },
  };

  const ran = await larder('/', ['help'], { stdout: broken });
  const seen = await larder('/', ['help'], { stdout: broken, env: { LARDER_DEBUG: '1' } });

  assert.equal(ran.code, 70);
  assert.equal(
    ran.stderr,
    'larder: internal fault: a fault of ours; LARDER_DEBUG=1 shows where, please report it.\n',
  );
  assert.match(seen.stderr, /\n {4}at /);
});

test('a value that looks like an option is a forgotten value, unless it is joined', async () => {
  const forgotten = await larder('/', ['help', '--store', '--offline']);
  const joined = await larder('/', ['help', 'output', '--store=--odd']);

  assert.deepEqual(
    [forgotten.code, forgotten.stderr],
    [2, 'larder: --store needs a value, as in --store PATH\n'],
  );
  assert.equal(joined.code, 0);
});

test('an empty value, as a variable that is not set gives it, is no value', async t => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'a.json'), '{}');
  for (const option of ['--app', '--release', '--branch', '--store', '--because', '--label', '-o']) {
    const name = option === '-o' ? '--output' : option;
    const joined = await larder(cwd, ['add', 'a.json', `${name}=`]);
    const apart = await larder(cwd, ['add', 'a.json', option, '']);
    assert.deepEqual([joined.code, apart.code], [2, 2], option);
    assert.match(apart.stderr, new RegExp(`^larder: ${name} was given an empty value; leave it out`));
  }
  assert.deepEqual(await readdir(cwd), ['a.json']);
});

test('two outputs cannot share standard output', async () => {
  const ran = await larder('/', ['help', '-o', 'table', '-o', 'table']);
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /only one output can go to standard output; give the others a file/);
});
