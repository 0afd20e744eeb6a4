import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('composer.lock: licences, digests, edges also to what replaces', async () => {
  const lock = {
    packages: [
      {
        name: 'v/a',
        version: 'v1.0.0',
        license: ['MIT', 'GPL-2.0'],
        require: { php: '>=8', 'v/old': '*' },
        dist: { shasum: 'a'.repeat(40) },
      },
      { name: 'v/b', version: '2.0.0', replace: { 'v/old': '*' } },
    ],
    'packages-dev': [{ name: 'v/c', version: '3.0.0', dist: { type: 'path', url: '../c' } }],
  };
  const { projects } = await scanFiles({
    'composer.lock': JSON.stringify(lock, null, 1),
    'composer.json': '{"name":"own/app","require":{"v/a":"*"},"require-dev":{"v/c":"*"}}',
  });
  assert.deepEqual(listed(projects[0]), ['!v/a v1.0.0 prod', 'v/b 2.0.0 prod', '!v/c 3.0.0 dev']);
  assert.deepEqual(edges(projects[0]), ['. > v/a@v1.0.0', '. > v/c@3.0.0', 'v/a@v1.0.0 > v/b@2.0.0']);
  assert.deepEqual(
    [projects[0]?.components[0]?.licences, projects[0]?.components[2]?.purl],
    [['MIT OR GPL-2.0'], null],
  );
});

test('a lock without packages is malformed', async () => {
  const { projects } = await scanFiles({ 'composer.lock': '{"a":1}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
