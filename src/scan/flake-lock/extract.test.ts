import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('flake.lock: inputs by revision, followed ones too', async () => {
  const lock = {
    version: 7,
    root: 'root',
    nodes: {
      root: { inputs: { a: 'a', b: 'b' } },
      a: { locked: { type: 'github', owner: 'o', repo: 'a', rev: '0123' }, inputs: { x: ['b'] } },
      b: { locked: { type: 'git', url: 'https://example.com/b', rev: '4567' } },
    },
  };
  const { projects } = await scanFiles({ 'flake.lock': JSON.stringify(lock) });
  assert.deepEqual(listed(projects[0]), ['!o/a 0123 build', '!b 4567 build']);
  assert.deepEqual(edges(projects[0]), ['. > b@4567', '. > o/a@0123', 'o/a@0123 > b@4567']);
});
