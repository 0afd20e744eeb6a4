import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('packages.config: development dependencies are said', async () => {
  const text =
    '<packages>\n  <package id="A" version="1.0" />\n  <package id="B" version="2.0" developmentDependency="true" />\n  <package id="C" />\n</packages>';
  const { projects, diagnostics } = await scanFiles({ 'packages.config': text });
  assert.deepEqual(listed(projects[0]), ['A 1.0 prod', 'B 2.0 dev']);
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['malformed-entry', 'packages.config:4']);
});
