import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Pipfile.lock: categories are scopes, Pipfile says what is direct', async () => {
  const lock = {
    _meta: { 'pipfile-spec': 6 },
    default: { a: { version: '==1.0' }, b: { version: '==2.0' } },
    develop: { a: { version: '==1.0' }, c: { git: 'https://example.com/c.git', ref: '0123' } },
  };
  const { projects } = await scanFiles({
    'Pipfile.lock': JSON.stringify(lock),
    Pipfile: '[packages]\na = "*"\n',
  });
  assert.deepEqual(listed(projects[0]), ['!a 1.0 prod+dev', 'b 2.0 prod', 'c - dev']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'Pipfile.lock': '{"_meta":{"pipfile-spec":7}}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
