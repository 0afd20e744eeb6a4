import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('paket.dependencies alone: exact versions, ranges and none, without options', async () => {
  const { projects } = await scanFiles({
    'paket.dependencies':
      'source https://nuget.example.com/v3/index.json\nframework: net8.0\n\nnuget Exact 1.2.3\nnuget Range >= 1.0 < 2.0 framework: net45\nnuget Twiddle ~> 3.1 prerelease\nnuget Any // all\ngroup Test\n  nuget Pinned == 4.0.0\n',
  });
  assert.deepEqual(listed(projects[0]), [
    '!Exact 1.2.3 prod',
    '!Range >= 1.0 < 2.0 prod',
    '!Twiddle ~> 3.1 prod',
    '!Any - prod',
    '!Pinned 4.0.0 prod',
  ]);
  assert.equal(projects[0]?.components[1]?.purl, 'pkg:nuget/Range');
  assert.equal(projects[0]?.reasons[0]?.reason, 'manifest-without-lock');
});
