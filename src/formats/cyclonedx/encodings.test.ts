import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadResult } from '../../model/facts.ts';
import { RELATIONS } from '../../model/relation.ts';
import { documentInput, headOf } from '../input.ts';
import { format } from './format.ts';
import { protoEnum, protoMessage } from './proto-schema.ts';
import { isMessage, parseProtoText, type RawMessage } from './proto-text.ts';

const JSON_BOM = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  version: 2,
  metadata: {
    timestamp: '2026-01-02T03:04:05Z',
    lifecycles: [{ phase: 'build' }],
    tools: { components: [{ type: 'application', name: 'maker', version: '2' }] },
    component: { type: 'application', 'bom-ref': 'app', name: 'shop', version: '1' },
    supplier: {
      name: 'Acme',
      url: ['https://example.com'],
      contact: [{ name: 'Ada', email: 'ada@example.com' }],
    },
  },
  components: [
    {
      type: 'library',
      'bom-ref': 'a',
      name: 'a',
      version: '1 & 2',
      hashes: [{ alg: 'SHA-1', content: 'a'.repeat(40) }],
      licenses: [{ license: { id: 'MIT', acknowledgement: 'concluded' } }, { expression: 'MIT OR ISC' }],
      purl: 'pkg:npm/a@1',
      swid: { tagId: 't', name: 'a' },
      externalReferences: [{ type: 'vcs', url: 'https://example.com/a.git', comment: 'c' }],
      properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
      components: [{ type: 'file', 'bom-ref': 'b', name: 'b' }],
      evidence: {
        identity: [{ field: 'purl', concludedValue: 'pkg:npm/a@1.0.0' }],
        occurrences: [{ location: 'package.json', line: 3 }],
      },
      pedigree: { ancestors: [{ type: 'library', name: 'old' }] },
    },
  ],
  services: [{ 'bom-ref': 's', name: 's', endpoints: ['https://example.com/s'] }],
  dependencies: [
    { ref: 'app', dependsOn: ['a', 's'] },
    { ref: 'a', dependsOn: ['b'], provides: ['s'] },
    { ref: 'b' },
  ],
  compositions: [{ aggregate: 'complete', assemblies: ['a'], dependencies: ['app'] }],
  vulnerabilities: [
    {
      id: 'CVE-2026-1',
      source: { name: 'NVD' },
      references: [{ id: 'GHSA-1', source: { name: 'GitHub' } }],
      ratings: [{ method: 'CVSSv31', vector: 'AV:N', score: 9.8, severity: 'critical' }],
      analysis: {
        state: 'not_affected',
        justification: 'code_not_present',
        response: ['update'],
        detail: 'why',
      },
      affects: [{ ref: 'a', versions: [{ version: '1', status: 'affected' }] }],
    },
  ],
});

const XML_BOM = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment before the root -->
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="2">
  <metadata>
    <timestamp>2026-01-02T03:04:05Z</timestamp>
    <lifecycles><lifecycle><phase>build</phase></lifecycle></lifecycles>
    <tools><components><component type="application"><name>maker</name><version>2</version></component></components></tools>
    <component type="application" bom-ref="app"><name>shop</name><version>1</version></component>
    <supplier><name>Acme</name><url>https://example.com</url><contact><name>Ada</name><email>ada@example.com</email></contact></supplier>
  </metadata>
  <components>
    <component type="library" bom-ref="a">
      <name>a</name><version><![CDATA[1 & 2]]></version>
      <hashes><hash alg="SHA-1">${'a'.repeat(40)}</hash></hashes>
      <licenses><license acknowledgement="concluded"><id/><name>MIT</name></license><expression>MIT OR ISC</expression></licenses>
      <purl>pkg:npm/a@1</purl>
      <swid tagId="t" name="a"/>
      <pedigree><ancestors><component type="library"><name>old</name></component></ancestors></pedigree>
      <externalReferences><reference type="vcs"><url>https://example.com/a.git</url><comment>c</comment></reference></externalReferences>
      <properties><property name="cdx:npm:package:development">true</property></properties>
      <components><component type="file" bom-ref="b"><name>b</name></component></components>
      <evidence>
        <identity><field>purl</field><concludedValue>pkg:npm/a@1.0.0</concludedValue></identity>
        <occurrences><occurrence><location>package.json</location><line>3</line></occurrence></occurrences>
      </evidence>
    </component>
  </components>
  <services><service bom-ref="s"><name>s</name><endpoints><endpoint>https://example.com/s</endpoint></endpoints></service></services>
  <dependencies>
    <dependency ref="app"><dependency ref="a"/><dependency ref="s"/></dependency>
    <dependency ref="a"><dependency ref="b"/><provides ref="s"/></dependency>
    <dependency ref="b"/>
  </dependencies>
  <compositions>
    <composition><aggregate>complete</aggregate><assemblies><assembly ref="a"/></assemblies><dependencies><dependency ref="app"/></dependencies></composition>
  </compositions>
  <vulnerabilities>
    <vulnerability>
      <id>CVE-2026-1</id><source><name>NVD</name></source>
      <references><reference><id>GHSA-1</id><source><name>GitHub</name></source></reference></references>
      <ratings><rating><score>9.8</score><severity>critical</severity><method>CVSSv31</method><vector>AV:N</vector></rating></ratings>
      <analysis><state>not_affected</state><justification>code_not_present</justification><responses><response>update</response></responses><detail>why</detail></analysis>
      <affects><target><ref>a</ref><versions><version><version>1</version><status>affected</status></version></versions></target></affects>
    </vulnerability>
  </vulnerabilities>
</bom>`;

const TEXT_BOM = `# a comment
spec_version: "1.6" version: 2
serial_number: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
metadata: {
  timestamp { seconds: 1767323045 }
  lifecycles { phase: LIFECYCLE_PHASE_BUILD }
  tools { components { type: CLASSIFICATION_APPLICATION name: "maker" version: '2' } }
  component <type: CLASSIFICATION_APPLICATION bom_ref: "app" name: "sh" "op" version: "1">
  supplier { name: "Acme" url: ["https://example.com"] contact { name: "Ada" email: "ada@example.com" } }
}
components: [{
  type: CLASSIFICATION_LIBRARY; bom_ref: "a"; name: "\\x61"; version: "1 & 2";
  hashes { alg: HASH_ALG_SHA_1 value: "${'a'.repeat(40)}" }
  licenses { license { id: "MIT" acknowledgement: LICENSE_ACKNOWLEDGEMENT_ENUMERATION_CONCLUDED } }
  licenses { expression: "MIT OR ISC" }
  purl: "pkg:npm/a@1"
  swid { tag_id: "t" name: "a" }
  external_references { type: EXTERNAL_REFERENCE_TYPE_VCS url: "https://example.com/a.git" comment: "c" }
  properties { name: "cdx:npm:package:development" value: "true" }
  components { type: CLASSIFICATION_FILE bom_ref: "b" name: "b" }
  evidence { identity { field: EVIDENCE_FIELD_PURL concludedValue: "pkg:npm/a@1.0.0" } occurrences { location: "package.json" line: 3 } }
  pedigree { ancestors { type: CLASSIFICATION_LIBRARY name: "old" } }
}]
services { bom_ref: "s" name: "s" endpoints: "https://example.com/s" }
dependencies { ref: "app" dependencies { ref: "a" } dependencies { ref: "s" } }
dependencies { ref: "a" dependencies { ref: "b" } provides: "s" }
dependencies { ref: "b" }
compositions { aggregate: AGGREGATE_COMPLETE assemblies: "a" dependencies: "app" }
vulnerabilities {
  id: "CVE-2026-1" source { name: "NVD" } references { id: "GHSA-1" source { name: "GitHub" } }
  ratings { score: 9.8 severity: SEVERITY_CRITICAL method: SCORE_METHOD_CVSSV31 vector: "AV:N" }
  analysis { state: IMPACT_ANALYSIS_STATE_NOT_AFFECTED justification: IMPACT_ANALYSIS_JUSTIFICATION_CODE_NOT_PRESENT
    response: VULNERABILITY_RESPONSE_UPDATE detail: "why" }
  affects { ref: "a" versions { version: "1" status: VULNERABILITY_AFFECTED_STATUS_AFFECTED } }
}
`;

function read(text: string | Uint8Array): ReadResult {
  const input = documentInput(typeof text === 'string' ? Buffer.from(text) : text, 'bom');
  assert.ok(format.detect(headOf(input)) > 0.9);
  return format.read(input);
}

function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'at' ? undefined : inner)));
}

/** Encodes a decoded message again, by the schema: the other half of what is tested. */
function encode(message: RawMessage, type: string): Buffer {
  const parts: Buffer[] = [];
  for (const { name, value } of message.fields) {
    const field = protoMessage(type).byName.get(name);
    assert.ok(field, name);
    const delimited = (bytes: Buffer) =>
      parts.push(varint((field.number << 3) | 2), varint(bytes.length), bytes);
    if (field.kind === 'time') delimited(Buffer.concat([varint(8), varint(1767323045)]));
    else if (isMessage(value)) delimited(encode(value, field.type));
    else if (field.kind === 'text') delimited(Buffer.from(value.token));
    else if (field.kind === 'number') {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value.token));
      parts.push(varint((field.number << 3) | 1), bytes);
    } else if (field.kind === 'enum') {
      const number = [...protoEnum(field.type).byName.keys()].indexOf(value.token);
      if (field.repeated) delimited(varint(number));
      else parts.push(varint(field.number << 3), varint(number));
    } else parts.push(varint(field.number << 3), varint(Number(value.token)));
  }
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

test('protobuf, as text and as bytes, gives the same facts as JSON', () => {
  const json = withoutPlaces(read(JSON_BOM).bom);
  const text = read(TEXT_BOM);
  assert.deepEqual([text.diagnostics, text.encoding], [[], 'textproto']);
  assert.deepEqual(withoutPlaces(text.bom), json);
  const wire = read(encode(parseProtoText(TEXT_BOM), 'Bom'));
  assert.deepEqual([wire.diagnostics, wire.encoding], [[], 'protobuf']);
  assert.deepEqual(withoutPlaces(wire.bom), json);
});

test('what is wrong in protobuf is named with its place, and the rest is kept', () => {
  const text = read(
    'spec_version: "1.5"\ncomponents { type: CLASSIFICATION_GADGET name: 7 nonsense: 1 }\ncomponents { type: 3 name: "b" }',
  );
  assert.equal(text.status, 'partial');
  assert.deepEqual(
    text.diagnostics.filter(({ severity }) => severity === 'error').map(({ code, at }) => [code, at]),
    [
      ['not-allowed', 'line 2, column 14'],
      ['wrong-type', 'line 2, column 42'],
      ['unknown-field', 'line 2, column 50'],
    ],
  );
  assert.deepEqual(
    text.bom?.components.map(({ name, type }) => [name, type]),
    [
      ['', 'unknown'],
      ['b', 'library'],
    ],
  );
  const bytes = encode(parseProtoText(TEXT_BOM), 'Bom');
  const cut = read(bytes.subarray(0, bytes.length - 5));
  assert.equal(cut.status, 'rejected');
  assert.match(cut.diagnostics[0]?.message ?? '', /^byte \d+: expected \d+ bytes here/);
  assert.match(
    read('spec_version: "1.5"\ncomponents {').diagnostics[0]?.message ?? '',
    /line 2, column 13: expected '}' here; the file looks cut off/,
  );
  assert.match(
    read(`spec_version: "1.5" ${'components {'.repeat(5_000)}`).diagnostics[0]?.message ?? '',
    /no more than 256 levels/,
  );
});

test('XML and JSON of one BOM give the same facts', () => {
  const json = read(JSON_BOM);
  const xml = read(XML_BOM);
  assert.deepEqual([json.diagnostics, xml.diagnostics], [[], []]);
  assert.deepEqual([xml.encoding, xml.specVersion, xml.status], ['xml', '1.6', 'accepted']);
  assert.deepEqual(withoutPlaces(xml.bom), withoutPlaces(json.bom));
});

test('places in XML are line, column and path', () => {
  const bom = read(XML_BOM).bom;
  assert.equal(bom?.components[1]?.at, 'line 12, column 5: /bom/components/component');
  const odd = read(
    '<bom xmlns="http://cyclonedx.org/schema/bom/1.4">\n<components>\n<component type="x"><name>a</name></component>\n<component/></components></bom>',
  );
  assert.deepEqual(
    odd.diagnostics.map(({ code, at }) => [code, at]),
    [
      ['unknown-component-type', 'line 3, column 1: /bom/components/component[1]/type'],
      ['unknown-component-type', 'line 4, column 1: /bom/components/component[2]/type'],
      ['missing-name', 'line 4, column 1: /bom/components/component[2]'],
    ],
  );
});

test('dependencies nested in XML keep each stated edge', () => {
  const { bom } = read(`<bom xmlns="http://cyclonedx.org/schema/bom/1.2"><components>
    ${['a', 'b', 'c'].map(ref => `<component type="library" bom-ref="${ref}"><name>${ref}</name></component>`).join('')}</components>
    <dependencies><dependency ref="a"><dependency ref="b"><dependency ref="c"/></dependency></dependency></dependencies></bom>`);
  assert.deepEqual(
    bom?.relations.map(({ from, to }) => [from, to]),
    [
      [0, 1],
      [1, 2],
    ],
  );
  assert.deepEqual([bom?.counts.dependencies, bom?.counts.dependencyEntries], [2, 1]);
});

test('elements and attributes of other namespaces are not CycloneDX', () => {
  const foreign = '<x:name>wrong</x:name>';
  const item = '<x:item ref="x"><x:name>x</x:name></x:item>';
  const component = (name: string, more = '') =>
    `<component type="library" bom-ref="${name}">${foreign}<name x:lang="en">${name}${foreign}</name>${more}</component>${item}`;
  const { bom, diagnostics, status } =
    read(`<bom xmlns="http://cyclonedx.org/schema/bom/1.6" xmlns:x="urn:other">${item}
    <x:components>${component('lost')}</x:components>
    <components>${component('a', `<pedigree><ancestors>${component('old')}</ancestors></pedigree>`)}</components>
    <services><service><name>s</name><endpoints>${item}<endpoint>https://example.com</endpoint></endpoints></service></services>
    <dependencies><dependency ref="a">${item}<x:dependency ref="a"/></dependency>${item}</dependencies>
    <compositions><composition><aggregate>complete</aggregate><assemblies><assembly ref="a"/>${item}</assemblies></composition></compositions>
    <vulnerabilities><vulnerability><id>V-1</id><analysis><state>resolved</state><responses>${item}<response>update</response></responses></analysis></vulnerability></vulnerabilities></bom>`);
  assert.deepEqual([status, diagnostics], ['accepted', []]);
  assert.deepEqual(
    bom?.components.map(({ name, role }) => [name, role]),
    [
      ['a', 'listed'],
      ['s', 'service'],
      ['old', 'pedigree'],
    ],
  );
  assert.match(bom?.components[0]?.at ?? '', /: \/bom\/components\/component$/);
  assert.equal(bom?.components[1]?.references.length, 1);
  assert.deepEqual([bom?.counts.dependencies, bom?.counts.dependencyEntries], [0, 1]);
  assert.deepEqual(bom?.completeness[0]?.refs, [0]);
  assert.deepEqual(bom?.vulnerabilities[0]?.responses, ['update']);
});

test('the vulnerability extension is read, at the top and in components', () => {
  const vulnerability = (id: string, attributes: string) => `<v:vulnerabilities><v:vulnerability${attributes}>
    <v:id>${id}</v:id><v:source name="NVD"><v:url>https://example.com/${id}</v:url></v:source>
    <v:ratings><v:rating><v:score><v:base>9.8</v:base><v:impact>5.9</v:impact></v:score><v:severity>Critical</v:severity><v:method>CVSSv3</v:method></v:rating></v:ratings>
  </v:vulnerability></v:vulnerabilities>`;
  const component = (attributes: string, name: string, more: string) =>
    `<component type="library"${attributes}><name>${name}</name><purl>pkg:npm/${name}@1</purl>${more}</component>`;
  const { bom, diagnostics, kind, status } =
    read(`<bom xmlns="http://cyclonedx.org/schema/bom/1.1" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0">
    <metadata>${component(' bom-ref="app"', 'app', vulnerability('V-1', ''))}</metadata>
    <components>${component(' bom-ref="a"', 'a', `${vulnerability('V-2', ' ref="a"')}<components>${component('', 'b', vulnerability('V-3', ''))}</components>`)}</components>
    ${vulnerability('V-4', ' ref="pkg:npm/b@1"')}</bom>`);
  assert.deepEqual([kind, status, diagnostics], ['sbom', 'accepted', []]);
  const found = bom?.vulnerabilities.map(({ id, affects }) => [id, ...affects.map(({ ref }) => ref)]);
  assert.deepEqual(found, [
    ['V-4', 'pkg:npm/b@1'],
    ['V-1', 'app'],
    ['V-2', 'a'],
    ['V-3', 'pkg:npm/b@1'],
  ]);
  assert.equal(bom?.vulnerabilities[0]?.source, 'NVD');
  assert.deepEqual(bom?.vulnerabilities[1]?.ratings, [
    { method: 'CVSSv3', vector: null, score: 9.8, severity: 'critical' },
  ]);
});

test('many vulnerabilities in a component of many elements are read in linear time', () => {
  const many = 30_000;
  const { bom } =
    read(`<bom xmlns="http://cyclonedx.org/schema/bom/1.1" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0" xmlns:x="https://example.com/x">
    <components><component bom-ref="a" type="library"><name>a</name>${'<x:y/>'.repeat(many)}
    <v:vulnerabilities>${'<v:vulnerability><v:id>V-1</v:id></v:vulnerability>'.repeat(many)}</v:vulnerabilities></component></components></bom>`);
  assert.equal(bom?.vulnerabilities.length, many);
  assert.deepEqual(bom?.vulnerabilities.at(-1)?.affects, [{ ref: 'a', versions: [] }]);
});

test('dependencies nested as deep as XML may be are each read once', () => {
  const [many, depth] = [200, 500];
  const nested = `${'<dependency ref="a">'.repeat(depth)}${'</dependency>'.repeat(depth)}`;
  const { bom } = read(
    `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component bom-ref="a" type="library"><name>a</name></component></components><dependencies>${nested.repeat(many)}</dependencies></bom>`,
  );
  assert.equal(bom?.relations.length, many * (depth - 1));
});

test('a model in XML keeps the datasets that it names by reference', () => {
  const { bom, diagnostics } = read(`<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>
    <component type="machine-learning-model"><name>m</name><modelCard><modelParameters><datasets>
      <ref>ds</ref><dataset><type>dataset</type><name>inline</name></dataset><ref>gone</ref></datasets></modelParameters></modelCard></component>
    <component type="data" bom-ref="ds"><name>corpus</name></component></components></bom>`);
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['dangling-ref'],
  );
  const names = bom?.relations.map(({ to, type }) => [RELATIONS[type]?.name, bom.components[to]?.name]);
  assert.deepEqual(names, [
    ['TRAINED_ON', 'inline'],
    ['TRAINED_ON', 'corpus'],
  ]);
});

test('XML that is not what it claims is rejected with place and reason', () => {
  const stranger = format.read(documentInput(Buffer.from('<bom xmlns="urn:other"/>'), 'bom'));
  assert.match(stranger.diagnostics[0]?.message ?? '', /root element is <bom> of "urn:other"/);
  const laughs = read('<!DOCTYPE bom [<!ENTITY a "ha">]><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>');
  assert.match(laughs.diagnostics[0]?.message ?? '', /document type declaration/);
  assert.deepEqual([stranger.status, laughs.status], ['rejected', 'rejected']);
});
