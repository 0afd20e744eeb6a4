import assert from 'node:assert/strict';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { cyclonedx } from '../../ingest/testing.ts';
import { Schema } from '../schemas/add.ts';
import { larder, memorySink, temporaryFolder } from '../testing.ts';

test('the formats beside what was accepted count nothing else', async t => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'a.json'), cyclonedx('shop', '1.0.0', ['left']));
  await writeFile(join(cwd, 'odd.json'), cyclonedx('odd', '1.0.0', [], { components: [7] }));
  await larder(cwd, ['add', 'a.json']);
  await writeFile(join(cwd, 'b.json'), cyclonedx('web', '1.0.0', ['left']));

  const { stdout } = await larder(cwd, ['add', 'a.json', 'b.json', 'odd.json']);

  assert.match(stdout, /^ {2}1 accepted +CycloneDX 1\.5 \(1\)$/m);
  assert.match(stdout, /^ {2}1 partial /m);
  assert.match(stdout, /^ {2}1 known /m);
});

test('a mistyped path makes no larder', async t => {
  const cwd = await temporaryFolder(t);
  for (const path of ['typo.json', '*.typo']) {
    const { code, stderr } = await larder(cwd, ['add', path]);
    assert.deepEqual([code, stderr.includes(`${path} `)], [3, true]);
  }
  assert.deepEqual(await readdir(cwd), []);

  await writeFile(join(cwd, 'a.json'), cyclonedx('shop', '1.0.0', ['left']));
  const { code, stdout } = await larder(cwd, ['add', 'typo.json', 'a.json']);
  assert.equal(code, 3);
  assert.match(stdout, /^ {2}\S*typo\.json does not exist; check the path\.$/m);
});

test('^C is told, whether documents were left or not', async t => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'a.json'), cyclonedx('shop', '1.0.0', ['left']));
  const early = await larder(cwd, ['add', 'a.json'], { signal: AbortSignal.abort() });
  assert.equal(early.code, 130);
  assert.match(early.stdout, /^Interrupted\. What was accepted is kept; the same command goes on\.$/m);

  // As the last line is printed.
  const stop = new AbortController();
  const memory = memorySink();
  const stdout = { ...memory, write: (chunk: string | Uint8Array) => (stop.abort(), memory.write(chunk)) };
  const late = await larder(cwd, ['add', 'a.json'], { signal: stop.signal, stdout });
  assert.deepEqual(
    [late.code, late.stderr],
    [
      130,
      'larder: Interrupted when every document was in the larder; findings are judged when they are asked for.\n',
    ],
  );
  assert.match(memory.text(), /^ {2}1 accepted/m);
});

test('what was refused is refused again, with the reason, alone and in a container', async t => {
  const cwd = await temporaryFolder(t);
  const cut = cyclonedx('web', '1.0.0', ['left']).slice(0, 150);
  await writeFile(join(cwd, 'good.json'), cyclonedx('shop', '1.0.0', ['left']));
  await writeFile(join(cwd, 'cut.json'), cut);
  await writeFile(join(cwd, 'other.json.gz'), gzipSync(cut.slice(0, 140)));
  await writeFile(join(cwd, 'broken.gz'), gzipSync(cyclonedx('web', '1', ['x'])).subarray(0, -20));

  for (const file of ['cut.json', 'other.json.gz', 'broken.gz']) {
    const first = await larder(cwd, ['add', file]);
    const again = await larder(cwd, ['add', 'good.json', file]);
    const json = await larder(cwd, ['add', file, '--json']);
    const relaxed = await larder(cwd, ['add', file, '--allow-partial']);

    assert.deepEqual([first.code, again.code, json.code, relaxed.code], [3, 3, 3, 0], file);
    const [reason] = first.stdout.match(/(?<=^ {2}\S+: )byte .*$|\S+ is damaged .*$/m) ?? [];
    assert.ok(
      reason !== undefined && again.stdout.includes(`: known, refused before: ${reason}`),
      again.stdout,
    );
    const { documents } = Schema.parse(JSON.parse(json.stdout)) as { documents: { known?: string }[] };
    assert.ok(documents.some(one => one.known === 'rejected' || one.known === 'partial'));
  }
  assert.equal((await larder(cwd, ['add', 'good.json'])).code, 0);
});

test('a path that cannot be opened is named once, with what is wrong', async t => {
  const folder = await temporaryFolder(t);
  await symlink('loop', join(folder, 'loop'));
  await writeFile(join(folder, 'a.json'), cyclonedx('shop', '1.0.0', ['left']));
  const { code, stdout } = await larder(folder, ['add', 'nowhere', 'loop', 'a.json']);
  assert.equal(code, 3);
  const lines = stdout.replaceAll(`${folder}/`, '').split('\n');
  assert.ok(lines.includes('  nowhere does not exist; check the path.'), stdout);
  assert.ok(
    lines.some(line => line.startsWith('  loop is a symbolic link that leads back to itself')),
    stdout,
  );
});

test('a run does not take in its own answers, or the larder', async t => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.json'), '{}');
  for (const paths of [['.'], ['*']]) {
    for (let round = 0; round < 2; round++) {
      await larder(folder, ['add', ...paths, '--store', 'mine', '-o', 'jsonl=out.jsonl']);
      const told = (await readFile(join(folder, 'out.jsonl'), 'utf8')).trim().split('\n');
      const files = told.flatMap(line => JSON.parse(line).path ?? []);
      assert.deepEqual(files, [join(folder, 'a.json')]);
    }
  }
});
