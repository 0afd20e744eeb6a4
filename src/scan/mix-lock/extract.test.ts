import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

test('mix.lock: hex and git packages, edges, outer digests', async () => {
  const lock = `%{
  "plug": {:hex, :plug, "1.11.1", "f2", [:mix], [{:mime, "~> 1.0", [hex: :mime, repo: "hexpm", optional: true]}], "hexpm", "${'a'.repeat(64)}"},
  "mime": {:hex, :mime, "1.5.0", "20", [:mix], [], "hexpm", "x"},
  "foo": {:git, "https://example.com/foo.git", "0123", [branch: "main"]},
  "odd": {:path, "x"},
}
`;
  const { projects, diagnostics } = await scanFiles({ 'mix.lock': lock });
  assert.deepEqual(listed(projects[0]), ['plug 1.11.1', 'mime 1.5.0', 'foo -']);
  assert.deepEqual(edges(projects[0]), ['plug@1.11.1 > mime@1.5.0']);
  assert.deepEqual(projects[0]?.components[0]?.digests, [`sha256:${'a'.repeat(64)}`]);
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['malformed-entry', 'mix.lock:5']);
});

test('what is no map is malformed', async () => {
  const { projects } = await scanFiles({ 'mix.lock': 'bogus mix.lock' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});

test('a package of an organization has it in its purl', async () => {
  const { projects } = await scanFiles({
    'mix.lock': '%{\n  "a": {:hex, :a, "1.0.0", "00", [:mix], [], "hexpm:acme", "00"},\n}\n',
  });
  assert.equal(projects[0]?.components[0]?.purl, 'pkg:hex/acme/a@1.0.0');
});
