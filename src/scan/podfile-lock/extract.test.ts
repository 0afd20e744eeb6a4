import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('Podfile.lock: subspecs, edges, local pods', async () => {
  const lock = `PODS:
  - A (1.0):
    - B/Core (= 2.0)
  - B/Core (2.0)
  - Local (0.1)

DEPENDENCIES:
  - A (~> 1.0)
  - Local (from \`../Local\`)

EXTERNAL SOURCES:
  Local:
    :path: "../Local"

COCOAPODS: 1.12.1
`;
  const { projects } = await scanFiles({ 'Podfile.lock': lock });
  assert.deepEqual(listed(projects[0]), ['!A 1.0', 'B/Core 2.0', '!Local 0.1']);
  assert.deepEqual(edges(projects[0]), ['. > A@1.0', '. > Local@0.1', 'A@1.0 > B/Core@2.0']);
  assert.deepEqual(
    projects[0]?.components.map(component => component.purl),
    ['pkg:cocoapods/A@1.0', 'pkg:cocoapods/B@2.0#Core', null],
  );
  assert.equal(projects[0]?.components[1]?.locations[0]?.line, 4);
});

test('lines of pods are found in one pass, whatever is quoted', async () => {
  const count = 30_000;
  const pods = Array.from({ length: count }, (_, at) => `  - P${at} (1.0)\n`).join('');
  const { projects } = await scanFiles({ 'Podfile.lock': `PODS:\n${pods}  - "Q+X (1.0)":\n    - P1\n` });
  assert.deepEqual(
    [0, count - 1, count].map(at => projects[0]?.components[at]?.locations[0]?.line),
    [2, count + 1, count + 2],
  );
});

test('a lock without PODS is malformed', async () => {
  const { projects } = await scanFiles({ 'Podfile.lock': 'A: 1\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
