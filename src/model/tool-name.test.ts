import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withoutVersion } from './tool-name.ts';

const VERSION = /[\s-]v?\d/;

test('the last word goes where it is a version, with what parts the two', () => {
  const cases = [
    ['syft 1.2.0', 'syft'],
    ['apko - v1.2.7-rc.1', 'apko'],
    ['scanner-v4-matcher', 'scanner'],
    ['trivy 0.50 image', 'trivy 0.50 image'],
    ['trivy', 'trivy'],
    ['', ''],
  ];
  for (const [text = '', name] of cases) assert.equal(withoutVersion(text, VERSION), name);
});

test('it cuts where the regular expression would that takes all at once', () => {
  const text = fc.string({ unit: fc.constantFrom('-', ' ', 'v', '1', '.', 'a', '\n') });
  fc.assert(
    fc.property(text, given => {
      assert.equal(withoutVersion(given, VERSION), given.replace(/[\s-]+v?\d\S*$/, ''));
    }),
  );
});

test('a text of separators only is gone through once', () => {
  const dashes = `x${'-'.repeat(1_000_000)}`;
  assert.equal(withoutVersion(dashes, VERSION), dashes);
  const words = `${'-1'.repeat(500_000)} `;
  assert.equal(withoutVersion(words, VERSION), words);
});
