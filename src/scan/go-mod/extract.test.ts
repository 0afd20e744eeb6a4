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

test('the go.work above that uses a module replaces in it, and its members are no packages', async () => {
  const { projects } = await scanFiles({
    'go.work':
      'go 1.22\nuse (\n\t./a\n\t./b\n)\nreplace (\n\texample.com/x => example.com/y v1.2.0\n\texample.com/z => ./b/z\n)\n',
    'a/go.mod':
      'module example.com/a\ngo 1.22\nrequire (\n\texample.com/x v1.0.0\n\texample.com/b v1.0.0\n\texample.com/z v1.0.0\n)\nreplace example.com/x v1.0.0 => example.com/old v1.0.0\n',
    'b/go.mod': 'module example.com/b\ngo 1.22\n',
    'other/go.mod': 'module example.com/other\ngo 1.22\nrequire example.com/x v1.0.0\n',
  });
  const of = (path: string) => projects.find(project => project.path === path);
  assert.deepEqual([listed(of('a')), of('a')?.links], [['!example.com/y v1.2.0 prod'], ['b', 'b/z']]);
  assert.deepEqual(listed(of('other')), ['!example.com/x v1.0.0 prod']);
});

test('a version that is none in go.sum costs nothing else', async () => {
  const { projects } = await scanFiles({
    'go.mod': 'module m\ngo 1.16\nrequire example.com/a v1.0.0\n',
    'go.sum': 'example.com/b v01.2.3 h1:x=\nexample.com/b v1.0.0 h1:x=\n',
  });
  assert.deepEqual(listed(projects[0]), ['!example.com/a v1.0.0 prod', 'example.com/b v1.0.0 prod']);
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
