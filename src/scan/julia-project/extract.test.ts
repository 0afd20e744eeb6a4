import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

const UUID = '7876af07-990d-54b4-ab0e-23690620f79a';

test('Project.toml alone: UUIDs tell packages, compat gives ranges', async () => {
  const { projects } = await scanFiles({
    'Project.toml': `name = "Shop"\n[deps]\nExample = "${UUID}"\nFixed = "${UUID}"\n[extras]\nTest = "${UUID}"\n[compat]\nExample = "0.5"\nFixed = "=1.2.3"\n`,
  });
  assert.deepEqual(listed(projects[0]), ['!Example 0.5 prod', '!Fixed 1.2.3 prod', '!Test - test']);
  assert.equal(projects[0]?.components[0]?.purl, `pkg:julia/Example?uuid=${UUID}`);
  assert.equal(projects[0]?.reasons[0]?.reason, 'manifest-without-lock');
});

test('Project.toml of something else is no project', async () => {
  assert.deepEqual((await scanFiles({ 'Project.toml': '[deps]\na = "1"\n' })).projects, []);
});
