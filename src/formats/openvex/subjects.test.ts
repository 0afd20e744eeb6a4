import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdvisoryDocumentFacts } from '../../model/advisory.ts';
import type { EvidenceFacts } from '../dsse/evidence.ts';
import { format as inToto } from '../in-toto/format.ts';
import { documentInput } from '../input.ts';
import { read } from './read.ts';

const SHA = 'ab'.repeat(32);

/** What the OpenVEX document inside an in-toto statement claims, as product keys. */
function claimed(subjects: readonly object[], statement: object) {
  const value = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects,
    predicateType: 'https://openvex.dev/ns/v0.2.0',
    predicate: {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.com/vex/1',
      author: 'shop',
      timestamp: '2026-01-01T00:00:00Z',
      version: 1,
      statements: [{ vulnerability: { name: 'CVE-2026-0001' }, status: 'fixed', ...statement }],
    },
  };
  const bytes = Buffer.from(JSON.stringify(value));
  const { entries } = inToto.read(documentInput(bytes, 'a.json')).facts as EvidenceFacts;
  const inner = read(documentInput(entries[0]?.contained?.bytes ?? Buffer.of(), 'b.json'));
  const facts = inner.facts as Extract<AdvisoryDocumentFacts, { type: 'advisories' }>;
  return facts.advisories.flatMap(one =>
    one.claims.map(({ product, within }) =>
      [product, within].map(side => side && (side.digests[0]?.value ?? side.purl ?? side.ref)),
    ),
  );
}

test('a statement without products speaks of the subjects of the in-toto statement around it', () => {
  const image = { name: 'registry.example.com/shop', digest: { sha256: SHA } };

  assert.deepEqual(claimed([image], {}), [[SHA, null]]);
  assert.deepEqual(claimed([image], { products: [] }), [[SHA, null]]);
  assert.deepEqual(claimed([image, { name: 'pkg:npm/shop@1.0.0' }], {}), [
    [SHA, null],
    ['pkg:npm/shop@1.0.0', null],
  ]);
  assert.deepEqual(claimed([image], { subcomponents: [{ '@id': 'pkg:npm/left@1.5.0' }] }), [
    ['pkg:npm/left@1.5.0', SHA],
  ]);
  assert.deepEqual(claimed([image], { products: [{ '@id': 'pkg:npm/shop@2.0.0' }] }), [
    ['pkg:npm/shop@2.0.0', null],
  ]);
});

test('so many subjects are not inherited that every statement would be thousands', () => {
  const many = Array.from({ length: 100_001 }, (_, index) => ({
    name: `f${index}`,
    digest: { sha256: SHA },
  }));
  assert.deepEqual(claimed(many, {}), []);
});
