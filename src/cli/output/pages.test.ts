import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { larder, memorySink, temporaryFolder } from '../testing.ts';

/** More documents, apps and licence texts than one page of JSON has. */
const MANY = 1_030;

async function manyBoms(t: Parameters<typeof temporaryFolder>[0]): Promise<string> {
  const cwd = await temporaryFolder(t);
  await mkdir(join(cwd, 'boms'));
  for (let at = 0; at < MANY; at++) {
    const bom = {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: { component: { type: 'application', name: `app${at}`, purl: `pkg:npm/app${at}@1.0.0` } },
      components: [
        {
          type: 'library',
          name: 'lodash',
          version: '4.17.20',
          purl: 'pkg:npm/lodash@4.17.20',
          licenses: [{ license: { name: `licence ${at}` } }, { license: { id: 'MIT' } }],
        },
      ],
    };
    await writeFile(join(cwd, 'boms', `${at}.json`), JSON.stringify(bom));
  }
  assert.equal((await larder(cwd, ['add', 'boms', '--workers', '1'])).code, 0);
  return cwd;
}

test('what is no NEXT of an answer is a wrong command line, not the first page again', async t => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'a.json'), '{"bomFormat":"CycloneDX","specVersion":"1.5"}');
  await larder(cwd, ['add', 'a.json']);
  for (const question of [
    ['apps'],
    ['documents'],
    ['licenses'],
    ['where', 'lodash'],
    ['where', 'CVE-2026-1'],
    ['audit'],
  ]) {
    for (const word of ['zzz', 'null']) {
      const { code, stdout, stderr } = await larder(cwd, [...question, '--after', word, '--json']);
      assert.deepEqual([code, stdout], [2, ''], question.join(' '));
      assert.match(stderr, new RegExp(`^larder: --after ${word} is no NEXT of this answer; take the "next"`));
    }
  }
});

test('csv, jsonl and md have all of a list; where --limit asks for a part, stderr tells of the rest', async t => {
  const cwd = await manyBoms(t);
  const questions = [
    ['apps'],
    ['documents'],
    ['licenses'],
    ['licenses', 'MIT'],
    ['where', 'lodash'],
    ['versions', 'lodash'],
  ];
  for (const question of questions) {
    const rows =
      question[0] === 'versions' ? 1 : question.length === 1 && question[0] === 'licenses' ? MANY + 1 : MANY;
    for (const [format, extra] of [
      ['csv', 1],
      ['md', 2],
      ['jsonl', 0],
    ] as const) {
      const ran = await larder(cwd, [...question, '-o', format]);
      const lines = ran.stdout.trimEnd().split(/\r?\n/);
      assert.deepEqual([ran.code, ran.stderr], [0, ''], `${question} ${format}`);
      assert.equal(new Set(lines).size, rows + extra, `${question} ${format}`);
      assert.equal(lines.length, rows + extra);
    }
  }

  const json = JSON.parse((await larder(cwd, ['apps', '--json'])).stdout);
  const some = await larder(cwd, ['apps', '-o', 'csv', '--limit', '1000']);
  const rest = await larder(cwd, ['apps', '-o', 'csv', '--limit', '1000', '--after', json.next]);
  assert.deepEqual([json.apps.length, json.total], [1000, MANY]);
  assert.equal(
    some.stderr,
    `larder: 1,000 of 1,030 apps shown; --limit 1030 shows all, --after ${json.next} goes on.\n`,
  );
  assert.equal(some.stdout.trimEnd().split('\n').length, 1001);
  assert.deepEqual([rest.stderr, rest.stdout.trimEnd().split('\n').length], ['', 31]);

  const where = await larder(cwd, ['where', 'lodash', '-o', 'jsonl', '--limit', '7']);
  assert.match(
    where.stderr,
    /^larder: 7 of 1,030 apps shown; --limit 1030 shows all, --after \S+ goes on\.\n$/,
  );
  const holders = await larder(cwd, ['licenses', 'MIT', '-o', 'md', '--limit', '7']);
  assert.equal(holders.stderr, 'larder: 7 of 1,030 documents shown; --limit 1030 shows all.\n');

  const advisory = {
    id: 'OSV-2026-1',
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'lodash' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
      },
    ],
  };
  await writeFile(join(cwd, 'advisory.json'), JSON.stringify(advisory));
  assert.equal((await larder(cwd, ['add', 'advisory.json'])).code, 0);
  for (const question of [['audit'], ['where', 'OSV-2026-1']]) {
    const { stdout, stderr } = await larder(cwd, [...question, '-o', 'jsonl']);
    assert.deepEqual([stderr, new Set(stdout.trimEnd().split('\n')).size], ['', MANY], question.join(' '));
    const part = await larder(cwd, [...question, '-o', 'csv', '--limit', '7']);
    assert.match(part.stderr, /^larder: 7 of 1,030 findings shown; --limit 1030 shows all, --after /);
  }

  // People are shown a screen of it, the file beside has all.
  const stdout = memorySink(80);
  await larder(cwd, ['licenses', 'MIT', '-o', 'table', '-o', 'csv=mit.csv']);
  assert.equal((await readFile(join(cwd, 'mit.csv'), 'utf8')).trimEnd().split('\n').length, MANY + 1);
  const both = await larder(cwd, ['apps', '-o', 'table', '-o', 'csv=apps.csv'], { stdout });
  assert.equal(both.stderr, '');
  assert.match(stdout.text(), /25 shown; --limit 1030 shows all/);
  assert.equal((await readFile(join(cwd, 'apps.csv'), 'utf8')).trimEnd().split('\n').length, MANY + 1);
});

test('a list of versions that --limit cuts off says so where rows have no place for it', async t => {
  const cwd = await temporaryFolder(t);
  for (const version of ['4.17.20', '4.17.21']) {
    const component = { type: 'library', name: 'lodash', version, purl: `pkg:npm/lodash@${version}` };
    const bom = { bomFormat: 'CycloneDX', specVersion: '1.5', components: [component] };
    await writeFile(join(cwd, `${version}.json`), JSON.stringify(bom));
  }
  await larder(cwd, ['add', '.']);
  const some = await larder(cwd, ['versions', 'lodash', '-o', 'csv', '--limit', '1']);
  assert.equal(some.stderr, 'larder: 1 of 2 versions shown; --limit 2 shows all.\n');
  assert.equal((await larder(cwd, ['versions', 'lodash', '-o', 'csv'])).stderr, '');
});
