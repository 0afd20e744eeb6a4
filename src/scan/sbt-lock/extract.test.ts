import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('build.sbt.lock: configurations are scopes, artifacts have digests', async () => {
  const lock = {
    lockVersion: 1,
    dependencies: [
      {
        org: 'g',
        name: 'a',
        version: '1',
        artifacts: [{ hash: `sha1:${'a'.repeat(40)}` }],
        configurations: ['compile', 'test'],
      },
      { org: 'g', name: 'b', version: '2', configurations: ['test'] },
      { org: 'g' },
    ],
  };
  const { projects, diagnostics } = await scanFiles({ 'build.sbt.lock': JSON.stringify(lock) });
  assert.deepEqual(listed(projects[0]), ['g:a 1 prod', 'g:b 2 test']);
  assert.deepEqual(
    [projects[0]?.components[0]?.digests, diagnostics[0]?.code],
    [[`sha1:${'a'.repeat(40)}`], 'malformed-entry'],
  );
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'build.sbt.lock': '{"lockVersion":2}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
