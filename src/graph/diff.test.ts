import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DiffItem, type DiffSide, diff } from './diff.ts';

/** `lodash@1` or `lodash@1=MIT`; a version that is no number cannot be ordered. */
function side(text: string, edges: [string, string][] = []): DiffSide {
  const items = text
    .split(' ')
    .filter(Boolean)
    .map((word): DiffItem => {
      const [id = '', licence] = word.split('=');
      const [key = '', version] = id.split('@');
      return {
        key,
        name: key,
        type: 'npm',
        version: version ?? null,
        licences: licence === undefined ? [] : licence.split('+'),
      };
    });
  return { items, edges };
}

function byNumber(_type: string | null, a: string, b: string): number | null {
  const order = Number(a) - Number(b);
  return Number.isNaN(order) ? null : order;
}

test('components are added, removed, upgraded, downgraded and changed', () => {
  const found = diff(side('a@1 b@1 c@2 d@x e@1 g'), side('b@2 c@1 d@y e@1 f@1 g@1'), byNumber);
  assert.deepEqual(
    found.added.map(item => item.name),
    ['f'],
  );
  assert.deepEqual(
    found.removed.map(item => item.name),
    ['a'],
  );
  assert.deepEqual(
    found.versions.map(change => [change.name, change.from, change.to, change.kind]),
    [
      ['b', '1', '2', 'upgraded'],
      ['c', '2', '1', 'downgraded'],
      ['d', 'x', 'y', 'changed'],
      ['g', null, '1', 'changed'],
    ],
  );
  assert.equal(found.unchanged, 1);
});

test('of a package with several versions only the ones that differ are paired, in order', () => {
  const found = diff(side('a@1 a@10 a@3'), side('a@3 a@11 a@4 a@12'), byNumber);
  assert.deepEqual(
    found.versions.map(change => [change.from, change.to]),
    [
      ['1', '4'],
      ['10', '11'],
    ],
  );
  assert.deepEqual(
    found.added.map(item => item.version),
    ['12'],
  );
  assert.equal(found.unchanged, 1);
});

test('licences are compared as sets, also across a change of version', () => {
  const found = diff(
    side('a@1=MIT b@1=MIT c@1=MIT+ISC'),
    side('a@1=GPL-2.0-only b@2=BUSL-1.1 c@1=ISC+MIT'),
    byNumber,
  );
  assert.deepEqual(
    found.licences.map(change => [change.name, change.version, change.from, change.to]),
    [
      ['a', '1', ['MIT'], ['GPL-2.0-only']],
      ['b', '2', ['MIT'], ['BUSL-1.1']],
    ],
  );
});

test('edges count only between packages that both sides have', () => {
  const found = diff(
    side('a@1 b@1 c@1', [
      ['a', 'b'],
      ['a', 'c'],
    ]),
    side('a@1 b@2 d@1', [
      ['b', 'a'],
      ['a', 'd'],
    ]),
    byNumber,
  );
  assert.deepEqual(found.edgesAdded, [{ holder: 'b', held: 'a' }]);
  assert.deepEqual(found.edgesRemoved, [{ holder: 'a', held: 'b' }]);
});

const anySide = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3', 'x')), { maxLength: 8 })
  .map(pairs => side(pairs.map(pair => pair.join('@')).join(' ')));

test('nothing differs from itself, and every version on either side is accounted for once', () => {
  fc.assert(
    fc.property(anySide, anySide, (before, after) => {
      const same = diff(before, before, byNumber);
      assert.deepEqual([same.added, same.removed, same.versions, same.licences], [[], [], [], []]);
      const found = diff(before, after, byNumber);
      const distinct = (of: DiffSide): number =>
        new Set(of.items.map(item => `${item.key}@${item.version}`)).size;
      assert.equal(found.unchanged + found.versions.length + found.removed.length, distinct(before));
      assert.equal(found.unchanged + found.versions.length + found.added.length, distinct(after));
    }),
  );
});

test('hostile names are names', () => {
  const found = diff(side('__proto__@1 constructor@1'), side('__proto__@2'), byNumber);
  assert.deepEqual(
    found.versions.map(change => change.key),
    ['__proto__'],
  );
  assert.deepEqual(
    found.removed.map(item => item.key),
    ['constructor'],
  );
});
