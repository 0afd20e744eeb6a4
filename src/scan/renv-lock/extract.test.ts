import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('renv.lock: CRAN, Bioconductor, repositories, edges', async () => {
  const lock = {
    R: {},
    Packages: {
      a: { Package: 'a', Version: '1.0', Source: 'Repository', Requirements: ['b'] },
      b: { Package: 'b', Version: '2.0-1', Source: 'Bioconductor' },
      c: {
        Package: 'c',
        Version: '0.1',
        Source: 'GitHub',
        RemoteUsername: 'o',
        RemoteRepo: 'c',
        RemoteSha: '0123',
      },
    },
  };
  const { projects } = await scanFiles({ 'renv.lock': JSON.stringify(lock) });
  assert.deepEqual(listed(projects[0]), ['a 1.0', 'b 2.0-1', 'c 0.1']);
  assert.deepEqual(edges(projects[0]), ['a@1.0 > b@2.0-1']);
  assert.deepEqual(
    projects[0]?.components.map(component => component.purl),
    ['pkg:cran/a@1.0', 'pkg:bioconductor/b@2.0-1', 'pkg:github/o/c@0123'],
  );
});
