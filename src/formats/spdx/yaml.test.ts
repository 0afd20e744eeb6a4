import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentInput } from '../input.ts';
import { format } from './format.ts';
import { parseYaml } from './yaml.ts';

function root(text: string): unknown {
  return parseYaml(documentInput(Buffer.from(text), 'a.spdx.yaml')).root;
}

test('what a number, a date or a word looks like stays the text it was written as', () => {
  assert.deepEqual(root('a: 1.10\nb: 2024-01-01\nc: 0o17\nd: 1e3\ne: true\nf: null\ng: ~\nno: yes'), {
    a: '1.10',
    b: '2024-01-01',
    c: '0o17',
    d: '1e3',
    e: true,
    f: null,
    g: null,
    no: 'yes',
  });
});

test('an alias is the value it names, as often as a writer shares it', () => {
  const shared = root(`list: &id001 [MIT, ISC]\nuses:\n${'- {licenses: *id001}\n'.repeat(500)}`);
  const { list, uses } = shared as { list: unknown; uses: { licenses: unknown }[] };
  assert.equal(uses.length, 500);
  assert.ok(uses.every(use => use.licenses === list));
  assert.deepEqual(root('a: &x 1\nb: *x\nc: &x 2\nd: *x'), { a: '1', b: '1', c: '2', d: '2' });
});

test('names of prototypes are fields like any other', () => {
  const value = root('__proto__: {polluted: 1}\nconstructor: 2') as Record<string, unknown>;
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor']);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('an alias that names nothing, or itself, is a fault with its place', () => {
  for (const text of ['spdxVersion: SPDX-2.3\na: *gone', 'spdxVersion: SPDX-2.3\na: &b [*b]']) {
    const { status, diagnostics } = format.read(documentInput(Buffer.from(text), 'a'));
    assert.equal(status, 'rejected');
    assert.match(diagnostics[0]?.at ?? '', /^line 2, column \d+$/, text);
  }
});

test('what looks like nesting inside of quotes, plain text and blocks is none', () => {
  const packages = (field: string) => `packages:\n${`  - name: a\n    ${field}\n`.repeat(2_500)}`;
  for (const [field, key, value] of [
    ['versionInfo: "[1.0,2.0)"', 'versionInfo', '[1.0,2.0)'],
    ["comment: 'it''s {'", 'comment', "it's {"],
    ['comment: 1 [a {', 'comment', '1 [a {'],
    ['comment: |-\n      [[{', 'comment', '[[{'],
  ] as const) {
    const { packages: read } = root(packages(field)) as { packages: Record<string, string>[] };
    assert.equal(read.length, 2_500);
    assert.equal(read[2_499]?.[key], value);
  }
  const years = `2001${' - 2001'.repeat(2_500)}`;
  assert.deepEqual(root(`copyrightText: ${years}`), { copyrightText: years });
  assert.deepEqual(root(`copyrightText: "${years}: ? "`), { copyrightText: `${years}: ? ` });
});

test('what nests deeper than SPDX is refused however it is written', () => {
  const many = (unit: string) => unit.repeat(100_000);
  const indented = Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  const aliases = `a0: &a0 []\n${Array.from({ length: 600 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`).join('\n')}`;
  const texts = ['[', '{', '[[{a: ', '{a: [', '"[": ['].map(unit => `x: ${many(unit)}`);
  for (const text of [...texts, many('- '), many('? '), many('? - '), indented, aliases]) {
    assert.equal(format.read(documentInput(Buffer.from(`SPDXID: a\n${text}`), 'a')).status, 'rejected');
    assert.throws(() => root(text), { code: 'too-deep' }, text.slice(0, 20));
  }
});
