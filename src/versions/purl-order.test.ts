import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatPurl, type Purl, parsePurl, tryPurl } from '../model/purl.ts';
import { comparePurls } from './purl-order.ts';

const FOLDER = 'data/versions/vulnerablecode/vulnerabilities/tests/test_data/package_sort';
const skip = existsSync(FOLDER) ? false : 'data/versions is not there';

test('names first, then versions by their own order, unreadable ones last', () => {
  const sorted = [
    'pkg:npm/a',
    'pkg:npm/a@1.9.0',
    'pkg:npm/a@1.10.0',
    'pkg:npm/a@main',
    'pkg:npm/%40s/a@1',
    'pkg:pypi/a@1',
  ];
  assert.deepEqual(sorted.toReversed().map(parsePurl).toSorted(comparePurls).map(formatPurl), sorted);
});

test('vulnerablecode sorts its list as we do', { skip }, () => {
  const read = (name: string) =>
    readFileSync(`${FOLDER}/${name}`, 'utf8')
      .split('\n')
      .filter(line => line.startsWith('pkg:'));
  const purls = read('input_purls.txt')
    .map(tryPurl)
    .filter(purl => purl !== null);
  const expected = read('sorted_purls.txt')
    .map(text => tryPurl(text))
    .filter(purl => purl !== null);
  // Its sort leaves purls that differ in their qualifiers only as they came.
  const bare = (purl: Purl): string => formatPurl({ ...purl, qualifiers: [] });
  assert.deepEqual(purls.toSorted(comparePurls).map(bare), expected.map(bare));
});
