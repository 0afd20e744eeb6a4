import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iriFolder } from './iri.ts';

test('the folder of an IRI, never a host alone', () => {
  for (const [iri, folder] of [
    ['https://example.com/docs/a/document', 'https://example.com/docs/a/'],
    ['https://example.com/docs/a/', 'https://example.com/docs/'],
    ['https://example.com/docs/a#b', 'https://example.com/docs/a#'],
    ['https://example.com/docs/', null],
    ['https://example.com/document', null],
    ['https://example.com', null],
    ['urn:example:doc#element', 'urn:example:doc#'],
    ['urn:example:doc', null],
    ['', null],
  ] as const)
    assert.equal(iriFolder(iri), folder, iri);
});
