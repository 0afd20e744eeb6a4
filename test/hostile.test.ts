import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { larder, memorySink, type Ran } from '../src/cli/testing.ts';
import { bom, hostileCases } from './support/hostile-documents.ts';

interface Line {
  readonly path: string;
  readonly status: string;
  readonly components: number | null;
  readonly dependencies: number | null;
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly message: string;
    readonly at: string | null;
  }[];
}

/** Generous: a hang is minutes, and the machine may be busy. What each really takes is measured by the benchmarks. */
const CEILING = { timeout: 120_000 };
const cases = hostileCases();
let folder = '';
let added: Ran;
let lines: Line[] = [];

describe('a folder of hostile files, added in one run', CEILING, () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'larder-hostile-'));
    const evidence = join(folder, 'evidence');
    mkdirSync(evidence);
    for (const { file, bytes } of cases) writeFileSync(join(evidence, file), bytes);
    writeFileSync(join(evidence, 'aa-sound.json'), bom('first'));
    writeFileSync(join(evidence, 'zz-sound.json'), bom('last'));
    writeFileSync(join(folder, 'secret.json'), bom('secret'));
    symlinkSync('../secret.json', join(evidence, 'link-out.json'));
    symlinkSync('.', join(evidence, 'loop'));
    symlinkSync('/dev/zero', join(evidence, 'device.json'));
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(evidence, 'pipe.json')]);
    added = await larder(folder, ['add', 'evidence', '-o', 'jsonl']);
    lines = added.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Line);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('the run ends, says that something could not be read, and takes what is sound', () => {
    assert.equal(added.code, 3);
    for (const name of ['aa-sound.json', 'zz-sound.json']) assert.equal(of(name)[0]?.status, 'accepted');
  });

  for (const { file, status, says } of cases) {
    test(`${JSON.stringify(file)} is ${status}${says === null ? '' : ', and a note says why'}`, () => {
      const found = of(file);
      assert.ok(
        found.some(line => line.status === status),
        JSON.stringify(found).slice(0, 500),
      );
      const notes = found.flatMap(line => line.diagnostics);
      if (says === null) assert.deepEqual(notes, []);
      else
        assert.ok(
          notes.some(note => says.test(note.message)),
          JSON.stringify(notes).slice(0, 500),
        );
      for (const { message } of notes) {
        assert.match(message, /\.$/, 'a note is a sentence');
        assert.ok(message.length < 600, 'a note is one sentence, not the document');
      }
    });
  }

  test('a link that leaves the folder, a loop, a device and a pipe are named and not followed', () => {
    for (const name of [
      'link-out.json',
      'device.json',
      ...(process.platform === 'win32' ? [] : ['pipe.json']),
    ]) {
      assert.equal(of(name)[0]?.status, 'rejected', name);
      assert.match(of(name)[0]?.diagnostics[0]?.message ?? '', /link|device|pipe|regular/, name);
    }
    assert.ok(!lines.some(line => line.path?.includes('loop/')));
  });

  test('edges are those stated: a cycle has three, and names of Object.prototype are names', () => {
    assert.equal(of('cycle.json')[0]?.dependencies, 3);
    assert.equal(of('prototype-names.json')[0]?.dependencies, 5);
    assert.equal(of('tiny-components.json')[0]?.components, 100_000);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  test('paths through cycles and prototype names are found and end', async () => {
    const why = await larder(folder, ['why', 'keys', 'constructor', '--json']);
    assert.equal(why.code, 0, why.stderr);
    const where = await larder(folder, ['where', '__proto__', '--json']);
    assert.match(where.stdout, /pkg:npm\/__proto__@1/);
  });

  test('no escape sequence of a document or a file name reaches the terminal', async () => {
    const questions = [
      ['apps'],
      ['documents'],
      ['documents', '--status', 'rejected'],
      ['where', 'n*'],
      ['versions'],
      ['licenses'],
      ['show', 'esc'],
      ['status'],
      ['audit'],
      ['diff', 'esc', 'first'],
      ['why', 'esc', 'n'],
      ['where', '\u001b[31mred'],
      ['show', '\u001b[31mred'],
      ['add', 'evidence'],
      ['add', 'no\u001b[31mfile'],
    ];
    for (const words of questions) {
      const [stdout, stderr] = [memorySink(120), memorySink(120)];
      await larder(folder, words, { stdout, stderr, env: { HOME: folder, NO_COLOR: '1' } });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      const bad =
        /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]|\u001b(?!\[(?:\d*[KGA]|\?25[lh]))/;
      const shown = stdout.text() + stderr.text();
      assert.ok(!bad.test(shown), `${words.join(' ')}: ${JSON.stringify(shown.match(bad))}`);
    }
  });

  test('a spreadsheet sees no formula in -o csv', async () => {
    for (const words of [
      ['where', '=HYPERLINK("https://example.com")'],
      ['apps'],
      ['documents'],
      ['versions'],
    ]) {
      const { stdout } = await larder(folder, [...words, '-o', 'csv']);
      for (const cell of stdout.split(/[,\n]/))
        assert.doesNotMatch(cell, /^"?(?:=|[+\-@][^(|!]*[(|!])/, words.join(' '));
    }
  });

  test('the larder is whole afterwards, and the same files again change nothing', async () => {
    assert.equal((await larder(folder, ['doctor'])).code, 0);
    const again = await larder(folder, ['add', 'evidence', '-o', 'jsonl']);
    const before = lines.at(-1) as unknown as { summary: { larder: object } };
    const { summary } = JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '') as {
      summary: { accepted: number; partial: number; larder: object };
    };
    assert.deepEqual([summary.accepted, summary.partial], [0, 0]);
    assert.deepEqual(summary.larder, before.summary.larder);
  });
});

test('a file that grows while it is read is taken whole or refused, and ends', CEILING, async t => {
  const here = await mkdtemp(join(tmpdir(), 'larder-grows-'));
  t.after(() => rm(here, { recursive: true, force: true }));
  await writeFile(join(here, 'log.json'), bom('grows'));
  let grows = true;
  const growing = (async () => {
    while (grows) await appendFile(join(here, 'log.json'), ' '.repeat(10_000));
  })();
  const { code, stdout } = await larder(here, ['add', 'log.json', '-o', 'jsonl']);
  grows = false;
  await growing;
  const [line] = stdout.split('\n').map(text => JSON.parse(text || '{}') as Line);
  assert.ok(line?.status === 'accepted' ? code === 0 : code === 3);
  if (line?.status === 'rejected') assert.match(line.diagnostics[0]?.message ?? '', /gr[eo]w|chang/);
});

/** What became of one file, and of what it contains. */
function of(file: string): Line[] {
  const path = join(folder, 'evidence', file);
  return lines.filter(line => line.path === path || line.path?.startsWith(`${path}!`));
}
