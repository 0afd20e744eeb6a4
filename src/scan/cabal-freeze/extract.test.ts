import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('cabal.project.freeze: exact constraints alone', async () => {
  const { projects } = await scanFiles({
    'cabal.project.freeze':
      'constraints: any.a ==1.0,\n             any.base installed,\n             b +flag,\n             any.c ==2.0.1\n',
  });
  assert.deepEqual(listed(projects[0]), ['a 1.0', 'c 2.0.1']);
});

test('other text is malformed', async () => {
  const { projects } = await scanFiles({ 'cabal.project.freeze': 'hello' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
