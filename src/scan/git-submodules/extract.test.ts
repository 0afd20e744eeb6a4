import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('.gitmodules: repositories without their commits', async () => {
  const { projects } = await scanFiles({
    '.gitmodules':
      '[submodule "a"]\n\tpath = lib/a\n\turl = https://example.com/a.git\n[submodule "b"]\n\turl = ../b.git\n',
  });
  assert.deepEqual(listed(projects[0]), ['!lib/a - prod', '!b - prod']);
  assert.deepEqual(
    projects[0]?.components.map(component => component.purl),
    ['pkg:generic/a?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fa.git', null],
  );
  assert.equal(projects[0]?.reasons[0]?.reason, 'unpinned-requirement');
});
