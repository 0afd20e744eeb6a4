import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('project.assets.json: what the project asks for is direct', async () => {
  const assets = {
    version: 3,
    targets: { net: { 'A/1.0': { dependencies: { B: '2.0' } }, 'B/2.0': {} } },
    libraries: { 'A/1.0': { type: 'package' }, 'B/2.0': { type: 'package' }, 'Own/1.0': { type: 'project' } },
    project: {
      restore: { projectName: 'App' },
      frameworks: { net: { dependencies: { a: { target: 'Package' } } } },
    },
  };
  const { projects } = await scanFiles({ 'obj/project.assets.json': JSON.stringify(assets) });
  assert.deepEqual([projects[0]?.subject.name, listed(projects[0])], ['App', ['!A 1.0 prod', 'B 2.0 prod']]);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'project.assets.json': '{"version":9}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
