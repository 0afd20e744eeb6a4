import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('Conan 2: lists by kind', async () => {
  const lock = {
    version: '0.5',
    requires: ['zlib/1.2.11@u/c#rev%1.0'],
    build_requires: ['cmake/3.0'],
    python_requires: ['odd'],
  };
  const { projects, diagnostics } = await scanFiles({ 'conan.lock': JSON.stringify(lock) });
  assert.deepEqual(listed(projects[0]), ['zlib 1.2.11 prod', 'cmake 3.0 build']);
  assert.equal(projects[0]?.components[0]?.purl, 'pkg:conan/zlib@1.2.11?channel=c&rrev=rev&user=u');
  assert.equal(diagnostics[0]?.code, 'malformed-entry');
});

test('Conan 1: the graph, its root is the project', async () => {
  const nodes = {
    0: { ref: 'own/1.0', path: 'conanfile.py', requires: ['1'], build_requires: ['2'] },
    1: { pref: 'a/1.0#r:p#q', requires: ['3'] },
    2: { ref: 'tool/1.0' },
    3: { ref: 'b/1.0' },
  };
  const { projects } = await scanFiles({
    'conan.lock': JSON.stringify({ version: '0.4', graph_lock: { nodes } }),
  });
  assert.deepEqual(listed(projects[0]), ['!a 1.0 prod', '!tool 1.0 build', 'b 1.0 prod']);
  assert.deepEqual(edges(projects[0]), ['. > a@1.0', '. > tool@1.0', 'a@1.0 > b@1.0']);
});
