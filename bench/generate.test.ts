import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateBoms } from './generate.ts';

const boms = [...generateBoms({ count: 40, seed: 7 })];

test('the same seed gives the same BOMs, another gives others', () => {
  assert.deepEqual([...generateBoms({ count: 40, seed: 7 })], boms);
  assert.notEqual([...generateBoms({ count: 1, seed: 8 })][0]?.text, boms[0]?.text);
});

test('what it says of a BOM is what the BOM holds', () => {
  for (const bom of boms) {
    const document = JSON.parse(bom.text);
    const components = document.components ?? document.packages;
    const edges =
      document.relationships?.length ??
      document.dependencies.flatMap((entry: { dependsOn: unknown[] }) => entry.dependsOn).length;
    assert.deepEqual([components.length, edges], [bom.components, bom.dependencies], bom.name);
  }
});

test('few packages are nearly everywhere, most are in one BOM', () => {
  const seen = new Map<string, number>();
  for (const bom of generateBoms({ count: 300, medianComponents: 60 })) {
    for (const name of new Set(bom.text.match(/package-\d+/g))) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const counts = [...seen.values()].sort((a, b) => b - a);
  assert.ok((counts[0] ?? 0) > 150);
  assert.equal(counts[counts.length >> 1], 1);
});
