import assert from 'node:assert/strict';
import { test } from 'node:test';
import { affectedTests, importGraph, reachable } from './imports.ts';

const graph = new Map([
  ['src/a.ts', ['src/b.ts']],
  ['src/b.ts', ['src/a.ts', 'src/c.ts']],
  ['src/c.ts', []],
  ['src/b.test.ts', ['src/b.ts']],
  ['src/c.test.ts', ['src/c.ts']],
]);

test('a change reaches the tests above it, through cycles too', () => {
  assert.deepEqual(affectedTests(graph, ['src/a.ts']), ['src/b.test.ts']);
  assert.deepEqual(affectedTests(graph, ['src/c.ts']), ['src/b.test.ts', 'src/c.test.ts']);
  assert.deepEqual(affectedTests(graph, ['README.md']), []);
});

test('static imports, lazy imports and the commands behind the table are all seen', () => {
  const seen = reachable(importGraph(), ['src/cli/main.ts']);

  for (const file of ['src/cli/run.ts', 'src/cli/commands/help.ts', 'src/model/errors.ts'])
    assert.ok(seen.has(file), file);
});
