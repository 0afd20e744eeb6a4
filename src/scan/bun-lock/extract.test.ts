import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const text = `{
  // a comment
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "root", "dependencies": { "a": "1", }, "devDependencies": { "old": "npm:b@1" }, },
    "packages/m": { "name": "m", "dependencies": { "b": "2" } },
  },
  "packages": {
    "a": ["a@1.0.0", "", { "dependencies": { "b": "^2", "m": "*" } }, "sha1-W9hJMAX0ScWTjnLQZzqYdlP1z3Y="],
    "a/b": ["b@2.1.0", "", {}, ""],
    "b": ["b@2.0.0", "", {}, ""],
    "m": ["m@workspace:packages/m"],
    "old": ["b@1.0.0", "", {}, ""],
    "odd": [1],
  }
}
`;

test('bun.lock: places decide what a name means, workspaces are projects', async () => {
  const { projects, diagnostics } = await scanFiles({ 'bun.lock': text });
  assert.deepEqual(listed(projects[0]), ['!a 1.0.0 prod', 'b 2.1.0 prod', '!b 1.0.0 dev']);
  assert.deepEqual(edges(projects[0]), ['. > a@1.0.0', '. > b@1.0.0', 'a@1.0.0 > b@2.1.0']);
  assert.deepEqual([projects[1]?.path, listed(projects[1])], ['packages/m', ['!b 2.0.0 prod']]);
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['malformed-entry', 'bun.lock:14']);
});

test('an unknown version is loud', async () => {
  const { projects } = await scanFiles({ 'bun.lock': '{"lockfileVersion": 7}' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unsupported-lock-version');
});
