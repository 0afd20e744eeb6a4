import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('vcpkg.json: overrides pin, the rest is a wish', async () => {
  const text = JSON.stringify({
    name: 'own',
    dependencies: ['a', { name: 'b', 'version>=': '1.0' }, { name: 'c', host: true }],
    overrides: [{ name: 'a', version: '2.0' }],
  });
  const { projects } = await scanFiles({ 'vcpkg.json': text });
  assert.deepEqual(listed(projects[0]), ['!a 2.0 prod', '!b >=1.0 prod', '!c - build']);
  assert.equal(projects[0]?.completeness, 'partial');
});
