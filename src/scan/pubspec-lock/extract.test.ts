import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('pubspec.lock: hosted, git, path and SDK packages', async () => {
  const lock = `packages:
  a:
    dependency: "direct main"
    description:
      name: a
      sha256: "${'a'.repeat(64)}"
    source: hosted
    version: "1.10"
  b:
    dependency: "direct dev"
    description:
      path: "."
      resolved-ref: "0123"
      url: "https://example.com/b.git"
    source: git
    version: "2.0.0"
  sdk:
    dependency: transitive
    description: flutter
    source: sdk
    version: "0.0.0"
`;
  const { projects } = await scanFiles({ 'pubspec.lock': lock });
  assert.deepEqual(listed(projects[0]), ['!a 1.10 prod', '!b 2.0.0 dev', 'sdk 0.0.0']);
  assert.equal(projects[0]?.components[2]?.purl, null);
  assert.deepEqual(projects[0]?.components[0]?.locations, [{ file: 'pubspec.lock', line: 2 }]);
});
