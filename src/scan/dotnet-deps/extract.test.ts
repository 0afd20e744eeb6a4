import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('deps.json: the program is the project, its packages have edges', async () => {
  const deps = {
    targets: {
      net: {
        'App/1.0': { dependencies: { A: '1.0' } },
        'A/1.0': { dependencies: { B: '2.0' } },
        'B/2.0': {},
      },
    },
    libraries: {
      'App/1.0': { type: 'project' },
      'A/1.0': { type: 'package' },
      'B/2.0': { type: 'package' },
      odd: { type: 'package' },
    },
  };
  const { projects, diagnostics } = await scanFiles({ 'App.deps.json': JSON.stringify(deps) });
  assert.deepEqual([projects[0]?.subject.name, listed(projects[0])], ['App', ['!A 1.0 prod', 'B 2.0 prod']]);
  assert.deepEqual(edges(projects[0]), ['. > A@1.0', 'A@1.0 > B@2.0']);
  assert.equal(diagnostics[0]?.code, 'malformed-entry');
});
