import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('go.sum alone lists what it vouches for and is partial', async () => {
  const { projects } = await scanFiles({
    'go.sum':
      'example.com/a v1.0.0 h1:x=\nexample.com/a v1.0.0/go.mod h1:x=\nexample.com/b v1.0.0/go.mod h1:x=\n',
  });
  assert.deepEqual([listed(projects[0]), projects[0]?.completeness], [['example.com/a v1.0.0'], 'partial']);
});

test('other text is malformed', async () => {
  const { projects } = await scanFiles({ 'go.sum': 'hello\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
