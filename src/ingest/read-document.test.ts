import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from './read-document.ts';

const UNKNOWN: readonly (readonly [string, string, RegExp])[] = [
  [
    "Syft's own JSON",
    '{"artifacts":[],"source":{},"descriptor":{"name":"syft"}}',
    /syft convert FILE -o cyclonedx-json/,
  ],
  [
    'a report of Trivy',
    '{"SchemaVersion":2,"ArtifactName":"a","Results":[]}',
    /trivy convert --format cyclonedx/,
  ],
  ['a lockfile', '{"name":"a","lockfileVersion":3,"packages":{}}', /larder scan reads lockfiles/],
  ['other JSON', '{"a":1}', /^This is JSON of no kind that Larder reads; it is kept as it is\.$/],
  ['text', 'hello', /^This is text of no kind/],
  ['binary', 'a\0b\xff', /^This is binary content of no kind/],
];

for (const [what, text, message] of UNKNOWN) {
  test(`what to do with ${what} is said`, async () => {
    const { status, diagnostics } = await readDocument(Buffer.from(text, 'latin1'), 'x');
    assert.equal(status, 'rejected');
    assert.match(diagnostics[0]?.message ?? '', message);
  });
}

test('a NUL byte in JSON is a fault with its place, not binary content', async () => {
  const text = '{"bomFormat":"CycloneDX","specVersion":"1.5"}\n\0';
  const { format, diagnostics } = await readDocument(Buffer.from(text), 'x');
  assert.equal(format, 'cyclonedx');
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['invalid-json', 'line 2, column 1']);
});
