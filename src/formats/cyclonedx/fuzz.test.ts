import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReadResult } from '../../model/facts.ts';
import { RELATIONS } from '../../model/relation.ts';
import { documentInput, headOf } from '../input.ts';
import { format } from './format.ts';
import { validateCycloneDx } from './validate.ts';

const BOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    tools: [{ name: 't' }],
    component: { type: 'application', 'bom-ref': 'app', name: 'app' },
    licenses: [{ expression: 'MIT' }],
  },
  components: [
    {
      type: 'machine-learning-model',
      'bom-ref': 'a',
      name: 'a',
      hashes: [{ alg: 'SHA-1', content: 'a'.repeat(40) }],
      licenses: [{ license: { id: 'MIT' } }],
      evidence: {
        identity: [{ field: 'purl', concludedValue: 'pkg:npm/a' }],
        occurrences: [{ location: 'f', line: 1 }],
      },
      modelCard: { modelParameters: { datasets: [{ ref: 'a' }, { name: 'd', contents: { url: 'u' } }] } },
      pedigree: { ancestors: [{ type: 'library', name: 'p' }], patches: [{ resolves: [{ id: 'i' }] }] },
      components: [{ type: 'file', name: 'n' }],
      externalReferences: [{ type: 'bom', url: 'urn:cdx:x/1' }],
      properties: [{ name: 'syft:cpe23', value: 'c' }],
      cryptoProperties: { assetType: 'algorithm', algorithmProperties: { primitive: 'ae' } },
    },
  ],
  services: [{ 'bom-ref': 's', name: 's', services: [{ name: 'inner' }] }],
  dependencies: [{ ref: 'a', dependsOn: ['a', 's'], provides: ['app'] }],
  compositions: [{ aggregate: 'complete', assemblies: ['a'] }],
  vulnerabilities: [
    {
      id: 'v',
      ratings: [{ score: 1 }],
      analysis: { response: ['update'] },
      affects: [{ ref: 'a', versions: [{ version: '1' }] }],
    },
  ],
};
const XML = `<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><components><component type="library" bom-ref="a"><name>a</name>
<licenses><license><id>MIT</id></license></licenses><components><component type="file"><name>b</name></component></components></component></components>
<dependencies><dependency ref="a"><dependency ref="a"/><provides ref="a"/></dependency></dependencies></bom>`;
const TEXT =
  'spec_version: "1.6" components { type: CLASSIFICATION_LIBRARY bom_ref: "a" name: "a\\n" modified: true } dependencies { ref: "a" dependencies { ref: "a" } }';
const WIRE = Buffer.from('0a03312e362a0d08031a0161420161520178900101420a0a0161120312016101', 'hex');

/** Whatever came in, what came out holds together. */
function check(result: ReadResult): void {
  assert.equal(result.status === 'rejected', result.bom === null);
  assert.equal(
    result.status !== 'accepted',
    result.diagnostics.some(({ severity }) => severity === 'error'),
  );
  for (const { from, to, type } of result.bom?.relations ?? []) {
    assert.ok(
      result.bom?.components[from] !== undefined &&
        result.bom.components[to] !== undefined &&
        RELATIONS[type] !== undefined,
    );
  }
  for (const [ordinal, { parent }] of result.bom?.components.entries() ?? [])
    assert.ok(parent === null || parent < ordinal);
}

async function survives(bytes: Uint8Array): Promise<void> {
  const input = documentInput(bytes, 'fuzz');
  assert.ok(format.detect(headOf(input)) >= 0);
  check(format.read(input));
  const { valid, faults } = await validateCycloneDx(input);
  assert.equal(valid, faults.length === 0);
}

const STRANGE = fc.constantFrom<unknown>(
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  true,
  [],
  {},
  [null],
  [[]],
  { ref: {} },
  '__proto__',
  { __proto__: null, name: [] },
  '\ud800',
  '\0',
);

/** Puts a strange value at a random place of the document. */
function mutate(document: unknown, choices: readonly number[], value: unknown): unknown {
  const copy: unknown = structuredClone(document);
  let node: unknown = copy;
  for (const choice of choices) {
    if (typeof node !== 'object' || node === null) break;
    const keys = Object.keys(node);
    const key = keys[choice % Math.max(1, keys.length)];
    if (key === undefined) break;
    const owner = node as Record<string, unknown>;
    const inner = owner[key];
    if (choice === choices.at(-1) || typeof inner !== 'object' || inner === null) {
      owner[key] = value;
      break;
    }
    node = inner;
  }
  return copy;
}

test('JSON with strange values anywhere is read and judged without a throw', async () => {
  const choices = fc.array(fc.nat(40), { minLength: 1, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(choices, STRANGE, choices, STRANGE, async (a, x, b, y) => {
      await survives(Buffer.from(JSON.stringify(mutate(mutate(BOM, a, x), b, y))));
    }),
    { numRuns: 400 },
  );
});

for (const [name, base] of [
  ['JSON', Buffer.from(JSON.stringify(BOM))],
  ['XML', Buffer.from(XML)],
  ['protobuf text', Buffer.from(TEXT)],
  ['protobuf', WIRE],
] as const) {
  test(`damaged ${name} is read and judged without a throw`, async () => {
    const edit = fc.tuple(fc.nat(base.length - 1), fc.nat(255), fc.constantFrom('set', 'cut', 'double'));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async edits => {
        let bytes = Buffer.from(base);
        for (const [at, byte, kind] of edits) {
          if (kind === 'set' && at < bytes.length) bytes[at] = byte;
          else if (kind === 'cut') bytes = bytes.subarray(0, Math.max(6, at));
          else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2))]);
        }
        await survives(bytes);
      }),
      { numRuns: 250 },
    );
  });
}

test('hostile shapes end soon: nesting, cycles, a megabyte of one thing', async () => {
  let nested: unknown = { type: 'library', name: 'x' };
  for (let i = 0; i < 200; i++) nested = { type: 'library', name: 'x', components: [nested] };
  const bom = (parts: object) =>
    Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', ...parts }));
  await survives(bom({ components: [nested] }));
  await survives(Buffer.from(`{"bomFormat":"CycloneDX","components":${'['.repeat(1_000_000)}`));
  await survives(
    Buffer.from(
      `<bom xmlns="http://cyclonedx.org/schema/bom/1.6">${'<components><component>'.repeat(50_000)}`,
    ),
  );
  await survives(
    bom({ components: Array.from({ length: 40_000 }, (_, at) => ({ type: 'file', name: `n${at}` })) }),
  );
  check(format.read(documentInput(bom({ components: Array.from({ length: 50_000 }, () => ({})) }), 'x')));
  check(
    format.read(
      documentInput(
        bom({
          components: [{ type: 'library', name: 'a', 'bom-ref': 'a' }],
          dependencies: [{ ref: 'a', dependsOn: Array(50_000).fill('a') }],
        }),
        'x',
      ),
    ),
  );
});
