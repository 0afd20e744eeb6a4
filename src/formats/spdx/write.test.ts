import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BomFacts } from '../../model/facts.ts';
import { RELATIONS } from '../../model/relation.ts';
import {
  type BomDependency,
  type BomDocument,
  type BomEntry,
  EMPTY_ENTRY,
  SUBJECT,
} from '../bom-document.ts';
import { documentInput } from '../input.ts';
import { format as spdx3 } from '../spdx3/format.ts';
import { writeSpdx3 } from '../spdx3/write.ts';
import { format as spdx } from './format.ts';
import { fullName } from './naming.ts';
import { writeSpdx } from './write.ts';

const ENTRY: BomEntry = {
  ...EMPTY_ENTRY,
  type: 'library',
  name: 'a',
  version: '1.0',
  purl: 'pkg:npm/a@1.0',
};

const SAMPLE: BomDocument = {
  created: '2024-01-02T03:04:05Z',
  tool: { vendor: 'Example', name: 'maker', version: '1.2.3' },
  lifecycle: 'pre-build',
  subject: { ...ENTRY, type: 'application', name: 'app', purl: null },
  components: [
    {
      ...ENTRY,
      group: 'org.example',
      purl: 'pkg:maven/org.example/a@1.0',
      digests: [
        { algorithm: 'sha256', value: 'ab'.repeat(32) },
        { algorithm: 'whirlpool', value: 'cd' },
      ],
      licences: ['MIT', 'Our Own Licence', 'Apache-2.0 OR LicenseRef-x'],
      supplier: { kind: 'organization', name: 'Example', email: 'a@example.com', url: null },
      locations: [{ file: 'pom.xml', line: 3 }],
      references: [
        { type: 'vcs', url: 'https://example.com/a.git' },
        { type: 'website', url: 'https://example.com' },
      ],
      description: 'An a.',
      range: '^1',
    },
    { ...ENTRY, name: 'b', version: null, parent: 0, purl: null },
    { ...ENTRY, name: 'b', version: null, parent: 0, purl: null },
  ],
  dependencies: [
    { from: SUBJECT, to: 0, usage: null },
    { from: SUBJECT, to: 1, usage: 'dev' },
    { from: 0, to: 2, usage: 'optional' },
  ],
  completeness: [{ component: 1, aggregate: 'complete' }],
};

function readBack(text: string): BomFacts {
  const input = documentInput(Buffer.from(text), 'written');
  const result = (text.includes('@graph') ? spdx3 : spdx).read(input);
  assert.deepEqual(result.diagnostics, []);
  assert.ok(result.bom !== null);
  return result.bom;
}

async function assertValid(text: string): Promise<void> {
  const format = text.includes('@graph') ? spdx3 : spdx;
  const validation = await format.validate?.(documentInput(Buffer.from(text), 'written'));
  assert.deepEqual(validation?.faults ?? [], []);
}

test('a written SPDX 2.3 document is valid and says what it was given', async () => {
  const text = writeSpdx(SAMPLE);
  await assertValid(text);
  const bom = readBack(text);
  const [app, a] = bom.components;
  assert.deepEqual(bom.subjects, [0]);
  assert.equal(app?.name, 'app');
  assert.equal(a?.name, 'org.example:a');
  assert.deepEqual(a?.licences.declared, [
    'MIT AND LicenseRef-Our-Own-Licence-57922db1 AND (Apache-2.0 OR LicenseRef-x)',
  ]);
  assert.deepEqual(a?.properties, [
    ['larder:range', '^1'],
    ['larder:location', 'pom.xml:3'],
    ['larder:digest', 'whirlpool:cd'],
  ]);
  assert.deepEqual(bom.tools, [{ vendor: null, name: 'maker', version: '1.2.3' }]);
  assert.deepEqual(bom.completeness, [{ aggregate: 'DEPENDS_ON NONE', refs: [2] }]);
});

test('a written SPDX 3 document is valid and says what it was given', async () => {
  const text = writeSpdx3(SAMPLE);
  await assertValid(text);
  const bom = readBack(text);
  const a = bom.components[1];
  assert.deepEqual(bom.subjects, [0]);
  assert.deepEqual(bom.lifecycles, ['source']);
  assert.equal(a?.supplier?.email, 'a@example.com');
  assert.deepEqual(bom.completeness, [{ aggregate: 'DEPENDS_ON NONE', refs: [2] }]);
});

/** Objects as readers make them. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { noNullPrototype: true });

const word = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter(text => text.trim() !== '' && text.isWellFormed());
const party = record({
  kind: fc.constantFrom('organization' as const, 'person' as const),
  name: fc.stringMatching(/^[A-Za-z]{1,9}$/),
  email: fc.option(fc.constant('a@example.com')),
  url: fc.constant(null),
});
const entry: fc.Arbitrary<BomEntry> = record({
  type: fc.constantFrom(
    'library' as const,
    'application' as const,
    'file' as const,
    'device-driver' as const,
  ),
  group: fc.option(word),
  name: word,
  version: fc.option(word),
  range: fc.option(word),
  purl: fc.option(fc.constantFrom('pkg:npm/a@1.0', 'pkg:maven/g/a@1')),
  digests: fc.uniqueArray(
    fc.constantFrom(
      { algorithm: 'sha1', value: 'a1'.repeat(20) },
      { algorithm: 'sha3-512', value: 'b2'.repeat(64) },
      { algorithm: 'blake2b-256', value: 'c3'.repeat(32) },
    ),
  ),
  licences: fc.array(fc.oneof(word, fc.constantFrom('MIT', 'Apache-2.0 OR MIT', 'NONE', 'LicenseRef-y')), {
    maxLength: 3,
  }),
  scope: fc.constant(null),
  usage: fc.array(word, { maxLength: 1 }),
  supplier: fc.option(party),
  parent: fc.constant(null),
  locations: fc.array(record({ file: word, line: fc.option(fc.nat()) }), { maxLength: 2 }),
  references: fc.array(
    record({ type: fc.constantFrom('vcs', 'website', 'distribution'), url: fc.webUrl() }),
    {
      maxLength: 3,
    },
  ),
  properties: fc.array(fc.tuple(word, word), { maxLength: 2 }),
  description: fc.option(word),
});
const usage = fc.constantFrom<BomDependency['usage']>(
  null,
  'runtime',
  'dev',
  'build',
  'test',
  'optional',
  'provided',
);
const document: fc.Arbitrary<BomDocument> = fc.array(entry, { maxLength: 6 }).chain(components =>
  record({
    created: fc.constantFrom(null, '2024-01-02T03:04:05Z'),
    tool: fc.constant(SAMPLE.tool),
    lifecycle: fc.constantFrom(null, 'build' as const),
    subject: entry,
    components: fc.constant(components.map((made, i) => ({ ...made, parent: i % 3 === 2 ? i - 1 : null }))),
    dependencies: fc.array(
      record({
        from: fc.integer({ min: SUBJECT, max: components.length - 1 }),
        to: fc.integer({ min: SUBJECT, max: components.length - 1 }),
        usage,
      }),
      { maxLength: 8 },
    ),
    completeness: fc.constant([{ component: SUBJECT, aggregate: 'complete' as const }]),
  }),
);

/** What must survive both formats, in one shape. Edges that say the same from the other end are turned round. */
function essence(bom: BomFacts) {
  const name = (ordinal: number) => String(ordinal);
  const edges = bom.relations.map(({ from, to, type }) => {
    const rule = RELATIONS[type];
    const [a, b] = rule?.walk === 'up' ? [to, from] : [from, to];
    return `${name(a)} ${rule?.scope ?? rule?.text} ${name(b)}`;
  });
  return {
    subjects: bom.subjects,
    edges: edges.sort(),
    components: bom.components.map(({ name: called, version, purls, digests, supplier, description }) => ({
      called,
      version,
      purls,
      digests,
      supplier,
      description,
    })),
  };
}

function expected(input: BomDocument) {
  const contains = input.components.flatMap(({ parent }, i) =>
    parent === null ? [] : [`${parent + 1} contains ${i + 1}`],
  );
  const needs = input.dependencies.map(
    ({ from, to, usage: use }) => `${from + 1} ${use ?? 'depends on'} ${to + 1}`,
  );
  return {
    subjects: [0],
    edges: [...contains, ...needs].sort(),
    components: [input.subject, ...input.components].map(made => ({
      called: fullName(made),
      version: made.version,
      purls: made.purl === null ? [] : [made.purl],
      digests: made.digests,
      supplier: made.supplier,
      description: made.description,
    })),
  };
}

test('whatever is written is valid, deterministic, and reads back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(document, async input => {
      for (const write of [writeSpdx, writeSpdx3]) {
        const text = write(input);
        assert.equal(write(structuredClone(input)), text);
        await assertValid(text);
        const bom = spdxFacts(text);
        assert.deepEqual(essence(bom), expected(input));
      }
    }),
    { numRuns: 60 },
  );
});

/** As readBack, but a component may well need itself here. */
function spdxFacts(text: string): BomFacts {
  const result = (text.includes('@graph') ? spdx3 : spdx).read(documentInput(Buffer.from(text), 'written'));
  assert.deepEqual(
    result.diagnostics.filter(found => found.code !== 'self-reference'),
    [],
  );
  assert.ok(result.bom !== null);
  return result.bom;
}
