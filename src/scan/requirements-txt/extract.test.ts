import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('pins are versions, everything else keeps its range', async () => {
  const text = 'A.b==1.0  # why\nc>=2,<3\nd\ne==1.*\nf === 1.0-odd ; python_version < "3"\ng[x,y] (==2.0)\n';
  const { projects } = await scanFiles({ 'requirements.txt': text });
  assert.deepEqual(listed(projects[0]), [
    '!a-b 1.0 prod',
    '!c >=2,<3 prod',
    '!d - prod',
    '!e ==1.* prod',
    '!f 1.0-odd prod',
    '!g 2.0 prod',
  ]);
  assert.deepEqual(
    [projects[0]?.completeness, projects[0]?.reasons[0]?.reason],
    ['partial', 'unpinned-requirement'],
  );
  assert.equal(projects[0]?.components[1]?.purl, 'pkg:pypi/c');
});

test('includes and constraints are followed inside the tree, loops end, lines and files are kept', async () => {
  const { projects, diagnostics } = await scanFiles(
    {
      'app/requirements.txt': '-r base.txt\n-c ../limits.txt\n-r ../../outside.txt\nb\n',
      'app/base.txt': '-r requirements.txt\na==1.0\n',
      'limits.txt': 'b==2.0 --hash=sha256:' + 'a'.repeat(64) + '\nunused==1\n',
    },
    'app/requirements.txt',
  );
  assert.deepEqual(listed(projects[0]), ['!a 1.0 prod', '!b 2.0 prod']);
  assert.deepEqual(projects[0]?.components[0]?.locations, [{ file: 'app/base.txt', line: 2 }]);
  assert.deepEqual(projects[0]?.components[1]?.digests, [`sha256:${'a'.repeat(64)}`]);
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['missing-include', 'app/requirements.txt:3']);
});

test('repositories, addresses, wheels and paths', async () => {
  const text =
    '-e git+https://example.com/a.git@v1#egg=a\nb @ https://example.com/b-2.0-py3-none-any.whl\n./local\nhttps://example.com/x/c-3.0-py3-none-any.whl\n';
  const { projects } = await scanFiles({ 'requirements.txt': text });
  assert.deepEqual(listed(projects[0]), ['!a - prod', '!b 2.0 prod', '!c 3.0 prod']);
  assert.equal(
    projects[0]?.components[0]?.purl,
    'pkg:pypi/a?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fa.git%40v1',
  );
});

test('what a tool compiled with hashes is complete', async () => {
  const text = `#    pip-compile --generate-hashes\na==1.0 \\\n    --hash=sha256:${'a'.repeat(64)}\n    # via b\n`;
  const { projects } = await scanFiles({ 'requirements-dev.txt': text });
  assert.deepEqual([projects[0]?.completeness, listed(projects[0])], ['complete', ['a 1.0 dev']]);
});

test('an odd line is a malformed entry, the rest is read', async () => {
  const { projects, diagnostics } = await scanFiles({ 'requirements.txt': '{{ odd }}\na==1\n' });
  assert.deepEqual(listed(projects[0]), ['!a 1 prod']);
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['malformed-entry', 'requirements.txt:1']);
});
