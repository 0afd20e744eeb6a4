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

test('what holds a BOM inside is read as what it is itself', async () => {
  const bom = { bomFormat: 'CycloneDX', specVersion: '1.5', components: [{ type: 'library', name: 'a' }] };
  const spdx = { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [] };
  for (const [predicateType, predicate] of [
    ['https://cyclonedx.org/bom/v1.5', bom],
    ['https://spdx.dev/Document/v3', spdx],
  ] as const) {
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'a', digest: { sha256: 'a'.repeat(64) } }],
      predicateType,
      predicate,
    };
    const { format, status } = await readDocument(Buffer.from(JSON.stringify(statement)), 'x');
    assert.deepEqual([format, status], ['in-toto', 'accepted'], predicateType);
  }
});

test('a NUL byte in JSON is a fault with its place, not binary content', async () => {
  const text = '{"bomFormat":"CycloneDX","specVersion":"1.5"}\n\0';
  const { format, diagnostics } = await readDocument(Buffer.from(text), 'x');
  assert.equal(format, 'cyclonedx');
  assert.deepEqual([diagnostics[0]?.code, diagnostics[0]?.at], ['invalid-json', 'line 2, column 1']);
});
