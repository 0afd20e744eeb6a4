import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

const mod = `module example.com/own

go 1.21

require (
	example.com/a v1.0.0
	example.com/b v1.2.0 // indirect
	example.com/c v1.0.0
	example.com/d v1.0.0
)

require "example.com/gone" v1.0.0

exclude example.com/gone v1.0.0

replace (
	example.com/a v1.0.0 => example.com/fork/a v1.0.1
	example.com/c => ./c
	example.com/d v9.0.0 => example.com/never v1.0.0
)
`;

test('replace and exclude count, comments say what is indirect', async () => {
  const { projects } = await scanFiles({ 'go.mod': mod });
  assert.deepEqual(listed(projects[0]), [
    '!example.com/fork/a v1.0.1 prod',
    'example.com/b v1.2.0 prod',
    '!example.com/d v1.0.0 prod',
  ]);
  assert.deepEqual(
    [projects[0]?.subject.purl, projects[0]?.links, projects[0]?.completeness],
    ['pkg:golang/example.com/own', ['c'], 'complete'],
  );
  assert.equal(projects[0]?.components[0]?.source, 'replaces example.com/a@v1.0.0');
});

test('before Go 1.17 go.sum adds what is not listed, and the project is partial', async () => {
  const sum =
    'example.com/b v1.0.0 h1:x=\nexample.com/b v1.10.0 h1:x=\nexample.com/b v1.9.0/go.mod h1:x=\nexample.com/only v1.0.0/go.mod h1:x=\n';
  const { projects } = await scanFiles({
    'go.mod': 'module m\ngo 1.16\nrequire example.com/a v1.0.0\n',
    'go.sum': sum,
  });
  assert.equal(projects.length, 1);
  assert.deepEqual(listed(projects[0]), ['!example.com/a v1.0.0 prod', 'example.com/b v1.10.0 prod']);
  assert.equal(projects[0]?.reasons[0]?.reason, 'transitive-not-listed');
});

test('a branch name is no version', async () => {
  const { projects } = await scanFiles({ 'go.mod': 'module m\ngo 1.20\nrequire example.com/a master\n' });
  assert.deepEqual(
    [listed(projects[0]), projects[0]?.reasons[0]?.reason],
    [['!example.com/a master prod'], 'unpinned-requirement'],
  );
  assert.equal(projects[0]?.components[0]?.version, null);
});

test('what is no go.mod is malformed', async () => {
  const { projects } = await scanFiles({ 'go.mod': '{ "a": 1 }' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
