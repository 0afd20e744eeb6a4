import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const lock = `GIT
  remote: https://example.com/g.git
  revision: 0123
  specs:
    g (1.0)

PATH
  remote: engines/own
  specs:
    own (0.1)
      a

GEM
  remote: https://example.com/
  specs:
    a (1.0.0)
      b (>= 1)
    b (1.5.0-x86_64-linux)
    odd

PLATFORMS
  ruby

DEPENDENCIES
  a (~> 1.0)
  g!

CHECKSUMS
  a (1.0.0) sha256=${'a'.repeat(64)}

BUNDLED WITH
   2.5.0
`;

test('Gemfile.lock: sources, platforms, edges, checksums; an odd entry is said', async () => {
  const { projects, diagnostics } = await scanFiles({ 'Gemfile.lock': lock });
  assert.deepEqual(listed(projects[0]), ['!g 1.0', 'own 0.1', '!a 1.0.0', 'b 1.5.0']);
  assert.deepEqual(edges(projects[0]), [
    '. > a@1.0.0',
    '. > g@1.0',
    'a@1.0.0 > b@1.5.0',
    'own@0.1 > a@1.0.0',
  ]);
  assert.deepEqual(
    projects[0]?.components.map(component => component.purl),
    [
      'pkg:gem/g@1.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fg.git%400123',
      null,
      'pkg:gem/a@1.0.0',
      'pkg:gem/b@1.5.0?platform=x86_64-linux',
    ],
  );
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['malformed-entry', 'Gemfile.lock:19']);
});

test('a merge conflict is malformed, with its line', async () => {
  const { projects } = await scanFiles({ 'gems.locked': 'GEM\n<<<<<<< HEAD\n' });
  assert.deepEqual(
    [projects[0]?.reasons[0]?.reason, projects[0]?.reasons[0]?.at],
    ['malformed-file', 'line 2'],
  );
});

test('a gem of a platform has its own needs only', async () => {
  const { projects } = await scanFiles({
    'Gemfile.lock':
      'GEM\n  remote: https://example.com/\n  specs:\n    a (1.0)\n      build (~> 2)\n    a (1.0-java)\n    build (2.0)\n\nDEPENDENCIES\n  a\n',
  });
  const purl = (at: number) => projects[0]?.components[at]?.purl ?? 'own';
  assert.deepEqual(
    projects[0]?.dependencies.map(([from, to]) => `${purl(from)} > ${purl(to)}`),
    ['own > pkg:gem/a@1.0', 'own > pkg:gem/a@1.0?platform=java', 'pkg:gem/a@1.0 > pkg:gem/build@2.0'],
  );
});
