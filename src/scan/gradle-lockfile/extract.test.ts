import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('gradle.lockfile: configurations are scopes', async () => {
  const lock =
    '# comment\ng:a:1.0=compileClasspath,testRuntimeClasspath\ng:b:2.0=testCompileClasspath\ng:c:3.0=annotationProcessor\nodd\nempty=\n';
  const { projects, diagnostics } = await scanFiles({
    'gradle.lockfile': lock,
    'buildscript-gradle.lockfile': 'g:p:1=classpath\n',
  });
  assert.deepEqual(listed(projects[0]), ['g:p 1 build']);
  assert.deepEqual(listed(projects[1]), ['g:a 1.0 prod+test', 'g:b 2.0 test', 'g:c 3.0 build']);
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['malformed-entry', 'gradle.lockfile:5']);
});

test('one file per configuration, as Gradle 6 wrote them; other lockfiles are not read', async () => {
  const { projects } = await scanFiles({
    'gradle/dependency-locks/testCompileClasspath.lockfile': 'g:a:1.0\n',
    'other.lockfile': 'x',
  });
  assert.deepEqual([projects.length, listed(projects[0])], [1, ['g:a 1.0 test']]);
});
