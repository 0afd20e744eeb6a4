import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentInput } from '../input.ts';
import { validateCycloneDx } from './validate.ts';

function judge(text: string) {
  return validateCycloneDx(documentInput(Buffer.from(text), 'bom'));
}

function json(document: object): string {
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, ...document });
}

test('a sound document has no fault', async () => {
  const sound = json({
    components: [{ type: 'library', 'bom-ref': 'a', name: 'a', licenses: [{ expression: 'MIT' }] }],
  });
  assert.deepEqual(await judge(sound), { valid: true, specVersion: '1.6', faults: [] });
  const xml =
    '<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>a</name></component></components></bom>';
  assert.deepEqual(await judge(xml), { valid: true, specVersion: '1.4', faults: [] });
});

test('each fault of JSON has its code, sentence and place', async () => {
  const { valid, faults } =
    await judge(`{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "version": 2,
 "serialNumber": 7, "nonsense": true,
 "components": [{"type": "gadget", "name": "a", "bom-ref": "r"}, {"type": "library", "bom-ref": "r"}]}`);
  assert.equal(valid, false);
  assert.deepEqual(faults.map(({ code, at }) => `${code} ${at}`).sort(), [
    'duplicate-key line 1, column 64: /version',
    'duplicate-ref line 3, column 97: /components/1/bom-ref',
    'missing-field line 3, column 66: /components/1',
    'not-allowed line 3, column 26: /components/0/type',
    'unknown-field line 2, column 33: /nonsense',
    'wrong-type line 2, column 18: /serialNumber',
  ]);
  assert.ok(faults.some(fault => fault.message === 'The value should be a text, not a number.'));
});

test('each fault of XML has its code, sentence and place', async () => {
  const { faults } = await judge(`<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="x">
<components>stray
<component type="gadget" bom-ref="r"><name>a</name><scope>never</scope></component>
<component type="library" bom-ref="r"><version>1</version></component>
<component><name>b</name><purl>pkg:npm/b</purl><version>late</version></component>
</components></bom>`);
  assert.deepEqual(
    faults.map(({ code, at }) => `${code} ${at}`),
    [
      'malformed line 1, column 1: /bom',
      'wrong-type line 2, column 1: /bom/components',
      'malformed line 3, column 1: /bom/components/component[1]',
      'malformed line 3, column 52: /bom/components/component[1]/scope',
      'unexpected-element line 4, column 39: /bom/components/component[2]/version',
      'missing-attribute line 5, column 1: /bom/components/component[3]',
      'unexpected-element line 5, column 48: /bom/components/component[3]/version',
      'duplicate-ref line 4, column 1: /bom/components/component[2]',
    ],
  );
});

test('what the schema of XML states as assertions is judged too', async () => {
  const { faults } = await judge(`<bom xmlns="http://cyclonedx.org/schema/bom/1.7"><components>
<component type="library"><name>a</name><versionRange>vers:npm/&gt;1</versionRange></component></components>
<citations><citation><pointers><pointer>/components/0</pointer></pointers><timestamp>2026-01-02T03:04:05Z</timestamp></citation></citations></bom>`);
  assert.deepEqual(
    faults.map(({ code, at }) => `${code} ${at}`),
    [
      'not-allowed line 2, column 41: /bom/components/component/versionRange',
      'missing-element line 3, column 12: /bom/citations/citation',
    ],
  );
});

test('protobuf is judged by what a message needs, may not combine and may not repeat', async () => {
  const { faults } = await judge(`spec_version: "1.7"
components { type: CLASSIFICATION_LIBRARY name: "a" bom_ref: "r" licenses { license { id: "MIT" name: "My own" } } }
components { type: CLASSIFICATION_LIBRARY name: "b" bom_ref: "r" versionRange: "vers:npm/>1" }
components { type: CLASSIFICATION_LIBRARY name: "c" version: "1" versionRange: "vers:npm/>1" isExternal: true }
citations { pointers { pointer: "/components/0/name" } expressions { expression: "$" } timestamp { seconds: 1 } process: "p" }
citations { pointers { } timestamp { seconds: 1 } }
annotations { subjects: "r" annotator { individual { name: "A" } service { name: "B" } } timestamp { seconds: 1 } text: "x" }
formulation { workflows { uid: "1" bom_ref: "w" taskTypes: TASK_TYPE_NAP } }
declarations { claims { predicat: "misspelt" } }`);
  assert.deepEqual(
    faults.map(({ code, at }) => `${code} ${at}`),
    [
      'not-allowed line 2, column 77',
      'not-allowed line 3, column 66',
      'duplicate-ref line 3, column 53',
      'not-allowed line 4, column 1',
      'not-allowed line 5, column 1',
      'missing-field line 6, column 13',
      'missing-field line 6, column 1',
      'not-allowed line 7, column 29',
      'not-allowed line 8, column 49',
      'unknown-field line 9, column 25',
    ],
  );
});

test('what cannot be parsed, or states no known version, has that fault', async () => {
  assert.deepEqual(
    (await judge('{"bomFormat"')).faults.map(fault => fault.code),
    ['invalid-json'],
  );
  assert.deepEqual(
    (await judge('<bom')).faults.map(fault => fault.code),
    ['invalid-xml'],
  );
  assert.deepEqual(
    (await judge(json({ specVersion: '1.1' }))).faults.map(fault => fault.code),
    ['unknown-spec-version'],
  );
  assert.deepEqual(
    (await judge('{}')).faults.map(fault => fault.code),
    ['missing-field'],
  );
  assert.deepEqual(
    (await judge('<bom xmlns="http://cyclonedx.org/schema/bom/9.9"/>')).faults.map(fault => fault.code),
    ['unknown-spec-version'],
  );
});

test('faults by the ten thousand are told up to a bound, in time that grows with the document', async () => {
  // More than a call takes arguments.
  const many = Array.from({ length: 150_000 });
  const empty = await judge(json({ components: many.map(() => ({ 'bom-ref': 'a' })) }));
  const unknown = await judge(json(Object.fromEntries(many.map((_, index) => [`k${index}`, 1]))));
  const licences = await judge(
    json({ components: [{ type: 'library', name: 'a', licenses: many.map(() => ({ license: {} })) }] }),
  );
  const xml = await judge(
    `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components>${'<component type="library" bom-ref="a"><name>a</name></component>'.repeat(30_000)}</components></bom>`,
  );
  assert.deepEqual(
    [empty, unknown, licences, xml].map(({ faults }) => faults.length),
    [1000, 1000, 1000, 1000],
  );
});
