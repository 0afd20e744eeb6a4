import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BomFacts } from '../../model/facts.ts';
import { type BomDocument, type BomEntry, EMPTY_ENTRY } from '../bom-document.ts';
import { documentInput } from '../input.ts';
import { format } from './format.ts';
import { validateCycloneDx } from './validate.ts';
import { writeCycloneDx } from './write.ts';

const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

function entries(parent: fc.Arbitrary<number | null>): fc.Arbitrary<BomEntry> {
  return fc.record({
    type: fc.constantFrom('library', 'application', 'file', 'container', 'unknown', 'archive'),
    group: some(text),
    name: fc.oneof(text, fc.constant('')),
    version: some(text),
    range: some(text),
    purl: some(fc.constantFrom('pkg:npm/a@1', 'pkg:npm/b@2', 'pkg:npm/%40s/c@3?x=y#z')),
    digests: fc.array(
      fc.oneof(
        hex(64).map(value => ({ algorithm: 'sha256', value })),
        hex(128).map(value => ({ algorithm: 'sha512', value })),
      ),
      { maxLength: 2 },
    ),
    licences: fc.array(
      fc.constantFrom('MIT', 'MIT OR Apache-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0', 'Our own', ''),
      { maxLength: 3 },
    ),
    scope: fc.constantFrom(null, 'required', 'optional', 'excluded'),
    usage: fc.array(fc.constantFrom('dev', 'test', 'peer'), { maxLength: 2 }),
    supplier: some(
      fc.record({
        kind: fc.constant('organization' as const),
        name: text,
        email: some(fc.constantFrom('a@example.com', 'broken')),
        url: some(fc.constantFrom('https://example.com', 'not a url')),
      }),
    ),
    parent,
    locations: fc.array(fc.record({ file: text, line: some(fc.nat()) }), { maxLength: 2 }),
    references: fc.array(
      fc.record({
        type: fc.constantFrom('vcs', 'issue-tracker', 'homepage'),
        url: fc.constantFrom('https://example.com/x', 'git@example.com:a b'),
      }),
      { maxLength: 2 },
    ),
    properties: fc.array(fc.tuple(fc.constantFrom('larder:a', 'larder:b'), text), { maxLength: 2 }),
    description: some(text),
  });
}

const documents: fc.Arbitrary<BomDocument> = fc.integer({ min: 0, max: 5 }).chain(count => {
  const ordinal = fc.integer({ min: -1, max: count - 1 });
  return fc.record({
    created: fc.constantFrom(null, '2026-01-31T12:00:00Z'),
    tool: fc.record({ vendor: some(text), name: text, version: text }),
    lifecycle: fc.constantFrom(null, 'build', 'pre-build'),
    subject: entries(fc.constant(null)),
    components: fc.tuple(
      ...Array.from({ length: count }, (_, at) =>
        entries(at === 0 ? fc.constant(null) : some(fc.nat(at - 1))),
      ),
    ),
    dependencies: fc.array(fc.record({ from: ordinal, to: ordinal, usage: fc.constant(null) }), {
      maxLength: 8,
    }),
    completeness: fc.array(
      fc.record({ component: ordinal, aggregate: fc.constantFrom('complete', 'incomplete', 'unknown') }),
      { maxLength: 3 },
    ),
  });
});

function readBack(bytes: string): BomFacts {
  const result = format.read(documentInput(Buffer.from(bytes), 'bom.json'));
  assert.equal(result.status, 'accepted');
  assert.ok(result.bom);
  return result.bom;
}

test('every document is written validly, reproducibly, and reads back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      documents,
      fc.constantFrom('1.6' as const, '1.7' as const),
      async (document, version) => {
        const bytes = writeCycloneDx(document, version);
        assert.equal(writeCycloneDx(structuredClone(document), version), bytes);
        const judged = await validateCycloneDx(documentInput(Buffer.from(bytes), 'bom.json'));
        assert.deepEqual(judged.faults, []);
        const bom = readBack(bytes);
        assert.deepEqual(
          [bom.subjects, bom.counts.components, bom.created],
          [[0], document.components.length, document.created],
        );
        const sorted = (list: readonly unknown[]) => list.map(item => JSON.stringify(item)).sort();
        assert.deepEqual(
          sorted(
            bom.components.map(entry => [
              entry.name,
              entry.version,
              entry.purls,
              entry.digests,
              entry.locations,
            ]),
          ),
          sorted(
            [document.subject, ...document.components].map(entry => [
              entry.name,
              entry.version,
              entry.purl === null ? [] : [entry.purl],
              entry.digests,
              entry.locations,
            ]),
          ),
        );
        assert.deepEqual(
          sorted(bom.components.map(entry => entry.licences.declared)),
          sorted(
            [document.subject, ...document.components].map(entry => [
              ...new Set(entry.licences.filter(name => name !== '')),
            ]),
          ),
        );
        const distinct = new Set(document.dependencies.map(({ from, to }) => `${from} ${to}`));
        assert.equal(bom.relations.length, distinct.size);
        const nameOf = (at: number) => (at === -1 ? document.subject : document.components[at])?.name;
        assert.deepEqual(
          bom.relations
            .map(({ from, to }) => `${bom.components[from]?.name}\t${bom.components[to]?.name}`)
            .sort(),
          [...distinct].map(pair => pair.split(' ').map(Number).map(nameOf).join('\t')).sort(),
        );
      },
    ),
    { numRuns: 60 },
  );
});

const PLAIN: BomEntry = { ...EMPTY_ENTRY, type: 'library', name: 'a', version: '1' };

test('the serial number follows the content, usage becomes scope, and equal things keep apart', () => {
  const document = (name: string): BomDocument => ({
    created: null,
    tool: { vendor: null, name: 't', version: '1' },
    lifecycle: null,
    subject: { ...PLAIN, type: 'application', name },
    components: [
      { ...PLAIN, purl: 'pkg:npm/a@1', usage: ['dev'] },
      { ...PLAIN, purl: 'pkg:npm/a@1', usage: ['dev', 'prod'] },
    ],
    dependencies: [{ from: -1, to: 1, usage: 'dev' }],
    completeness: [],
  });
  const first = readBack(writeCycloneDx(document('x')));
  assert.notEqual(first.serialNumber, readBack(writeCycloneDx(document('y'))).serialNumber);
  assert.match(
    first.serialNumber ?? '',
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.deepEqual(
    first.components.map(({ ref, scope }) => [ref, scope]),
    [
      ['x/1', null],
      ['pkg:npm/a@1', 'dev'],
      ['pkg:npm/a@1#2', null],
    ],
  );
  assert.deepEqual(
    first.relations.map(({ from, to }) => [from, to]),
    [[0, 2]],
  );
});
