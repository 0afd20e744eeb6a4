import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_SELECTOR, type ProductSelector, type VersionRange } from '../model/advisory.ts';
import { cpeKey, cpeSelects } from './cpe-match.ts';

function named(cpe: string, more: Partial<ProductSelector> = {}): ProductSelector {
  return {
    ...EMPTY_SELECTOR,
    cpe,
    ...more,
  };
}

const before: VersionRange = {
  kind: 'bounds',
  versionType: null,
  from: null,
  fromInclusive: false,
  to: '2.15.0',
  toInclusive: false,
};
const ANY = 'cpe:2.3:a:apache:log4j:*:*:*:*:*:*:*:*';

const cases: readonly (readonly [
  string,
  Partial<ProductSelector>,
  string,
  boolean | null | 'not-selected',
])[] = [
  ['cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', {}, 'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', true],
  ['cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', {}, 'cpe:/a:apache:log4j:2.14.1', true],
  [
    'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*',
    {},
    'cpe:2.3:a:apache:log4j:2.14.2:*:*:*:*:*:*:*',
    'not-selected',
  ],
  ['cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', {}, ANY, 'not-selected'],
  [
    'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:node.js:*:*',
    {},
    'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*',
    'not-selected',
  ],
  [ANY, { ranges: [before] }, 'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', true],
  [ANY, { ranges: [before] }, 'cpe:2.3:a:apache:log4j:2.15.0:*:*:*:*:*:*:*', false],
  [ANY, { ranges: [before] }, 'cpe:2.3:a:apache:log4j:2.14.1k:*:*:*:*:*:*:*', null],
  [ANY, { ranges: [before] }, ANY, null],
  [ANY, {}, 'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', false],
  [ANY, { allVersions: true }, 'cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', true],
];

for (const [selector, more, component, expected] of cases) {
  test(`${selector} ${JSON.stringify(Object.keys(more))} and ${component}: ${expected}`, () => {
    const match = cpeSelects(named(selector, more), component);
    assert.equal(match === null ? 'not-selected' : match.containment.inside, expected);
  });
}

test('a key needs a vendor and a product', () => {
  assert.equal(cpeKey('cpe:/a:apache:log4j:2.14.1'), 'cpe:a:apache:log4j');
  assert.equal(cpeKey('cpe:2.3:a:*:log4j:2.14.1:*:*:*:*:*:*:*'), null);
  assert.equal(cpeKey('nonsense'), null);
});
