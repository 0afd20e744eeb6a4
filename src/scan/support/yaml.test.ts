import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml, YamlMap, type YamlValue } from './yaml.ts';
import { readPlainYaml } from './yaml-plain.ts';

/** As plain data, to compare with. */
function data(value: YamlValue): unknown {
  if (value instanceof YamlMap)
    return Object.fromEntries(value.entries().map(([key, inner]) => [key, data(inner)]));
  return Array.isArray(value) ? value.map(data) : value;
}

const SAMPLES = [
  "a: 1.10\nb: \"x: y\"\nc: 'it''s'\n",
  'a:\n  b:\n    - 1\n    - x: 2\n      y: 3\n    -\n      z: 4\n  c: {d: e, f: [g, "h, i"]}\n',
  'a:\n- x\n- y: 1\nb:\n',
  '# c\n---\na: 1\n---\nb: 2\n',
  '? odd\n: key\n',
  'a: |\n  text\n  more\nb: 1\n',
  'a: &x 1\nb: *x\n',
  'a: plain # comment\nb: a#b\n',
  'a: long\n  folded text\n',
  '"quoted key": 1\n? x\n',
  'a: ~\nb: null\nc: ""\n',
  '- a\n- b: c\n',
  'a: [1,\n  2]\n',
  'http://x: y:z\n',
];

for (const sample of SAMPLES) {
  test(`the line reader and the full parser agree on ${JSON.stringify(sample)}`, async () => {
    const yaml = await import('yaml');
    const full = yaml
      .parseAllDocuments(sample, { schema: 'failsafe', logLevel: 'silent' })
      .map(document => document.toJS() as unknown);
    const plain = readPlainYaml(sample);
    // Failsafe has no null: an empty text stands for it there.
    const same = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value, (_, inner) =>
          inner === '~' || inner === 'null' || inner === '' ? null : (inner as unknown),
        ),
      );
    if (plain !== null) assert.deepEqual(same(plain.map(data)), same(full));
    assert.deepEqual(same((await parseYaml('x', sample)).map(data)), same(full));
  });
}

test('aliases are bounded: a billion laughs is refused', async () => {
  const bomb = `a: &a [x,x]\n${[...'bcdefghij'].map((name, i) => `${name}: &${name} [${`*${'abcdefghij'[i]},`.repeat(9)}*${'abcdefghij'[i]}]`).join('\n')}\n`;
  await assert.rejects(parseYaml('x', bomb), /aliases/);
});

test('faults have a line', async () => {
  await assert.rejects(
    parseYaml('x', 'a: 1\nb: [\n'),
    (error: { at?: string }) => error.at !== undefined && /^line \d/.test(error.at),
  );
});
