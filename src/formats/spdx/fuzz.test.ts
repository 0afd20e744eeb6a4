import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Format } from '../format.ts';
import { documentInput, headOf } from '../input.ts';
import { format as spdx3 } from '../spdx3/format.ts';
import { format as spdx } from './format.ts';

// Small documents of every encoding, damaged at random: no throw, no hang, and every answer has a reason.

const JSON_TEXT = `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"s","dataLicense":"CC0-1.0","documentNamespace":"https://example.com/s",
"creationInfo":{"created":"2024-01-01T00:00:00Z","creators":["Tool: m-1.0","Person: J (j@example.com)"]},"documentDescribes":["SPDXRef-a"],
"packages":[{"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1","downloadLocation":"NONE","checksums":[{"algorithm":"SHA1","checksumValue":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}],
"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1"}],"hasFiles":["SPDXRef-f"],"licenseDeclared":"MIT"}],
"files":[{"SPDXID":"SPDXRef-f","fileName":"./f","checksums":[]}],"relationships":[{"spdxElementId":"SPDXRef-f","relationshipType":"STATIC_LINK","relatedSpdxElement":"SPDXRef-a"},
{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"DocumentRef-x:SPDXRef-y"}],
"externalDocumentRefs":[{"externalDocumentId":"DocumentRef-x","spdxDocument":"https://example.com/x","checksum":{"algorithm":"SHA1","checksumValue":"da39"}}]}`;

const TAGS = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: s
Creator: Tool: m-1.0
PackageName: a
SPDXID: SPDXRef-a
PackageChecksum: SHA1: da39a3ee5e6b4b0d3255bfef95601890afd80709
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1
ExternalRefComment: <text>of
two lines</text>
FileName: ./f
SPDXID: SPDXRef-f
SnippetSPDXID: SPDXRef-s
SnippetByteRange: 1:2
Relationship: SPDXRef-a CONTAINS SPDXRef-f
LicenseID: LicenseRef-1
ExtractedText: <text>x</text>
`;

const YAML = `spdxVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
creationInfo: {created: 2024-01-01T00:00:00Z, creators: ["Tool: m-1.0"]}
packages:
  - SPDXID: &p SPDXRef-a
    name: a
    versionInfo: 1.10
    hasFiles: [SPDXRef-f]
files:
  - {SPDXID: SPDXRef-f, fileName: ./f}
relationships:
  - {spdxElementId: *p, relationshipType: DEPENDS_ON, relatedSpdxElement: NONE}
`;

const XML = `<?xml version="1.0"?><Document><SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion>
<packages><SPDXID>SPDXRef-a</SPDXID><name>a</name><checksums><algorithm>MD5</algorithm><checksumValue>00</checksumValue></checksums></packages>
<relationships><spdxElementId>SPDXRef-a</spdxElementId><relationshipType>OTHER</relationshipType><relatedSpdxElement>SPDXRef-a</relatedSpdxElement></relationships></Document>`;

const RDF = `<rdf:RDF xmlns:spdx="http://spdx.org/rdf/terms#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<spdx:SpdxDocument rdf:about="https://example.com/s#SPDXRef-DOCUMENT"><spdx:specVersion>SPDX-2.3</spdx:specVersion>
<spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/>
<spdx:relatedSpdxElement><spdx:Package rdf:about="https://example.com/s#SPDXRef-a"><spdx:name>a</spdx:name>
<spdx:licenseDeclared><spdx:ConjunctiveLicenseSet rdf:nodeID="A"><spdx:member rdf:nodeID="A"/><spdx:member rdf:resource="http://spdx.org/licenses/MIT"/></spdx:ConjunctiveLicenseSet></spdx:licenseDeclared>
</spdx:Package></spdx:relatedSpdxElement></spdx:Relationship></spdx:relationship></spdx:SpdxDocument></rdf:RDF>`;

const JSON_LD = `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","createdBy":["urn:o"]},
{"type":"SpdxDocument","spdxId":"urn:d","creationInfo":"_:c","rootElement":["urn:a"],"import":[{"externalSpdxId":"urn:x"}]},{"type":"Organization","spdxId":"urn:o","name":"O"},
{"type":"software_Package","spdxId":"urn:a","name":"a","verifiedUsing":[{"type":"Hash","algorithm":"sha1","hashValue":"00"}],"suppliedBy":"urn:o"},{"type":"software_File","spdxId":"urn:f","name":"f"},
{"type":"Relationship","from":"urn:a","relationshipType":"contains","to":["urn:f","urn:x"]},{"type":"Relationship","from":"urn:a","relationshipType":"hasDeclaredLicense","to":["urn:l"]},
{"type":"expandedlicensing_ConjunctiveLicenseSet","spdxId":"urn:l","expandedlicensing_member":["urn:l"]}]}`;

const SAMPLES: readonly (readonly [name: string, format: Format, text: string])[] = [
  ['JSON', spdx, JSON_TEXT],
  ['tag-value', spdx, TAGS],
  ['YAML', spdx, YAML],
  ['XML', spdx, XML],
  ['RDF/XML', spdx, RDF],
  ['JSON-LD', spdx3, JSON_LD],
];

async function check(format: Format, bytes: Uint8Array): Promise<void> {
  const input = documentInput(bytes, 'fuzzed');
  const score = format.detect(headOf(input));
  assert.ok(score >= 0 && score <= 1);
  const result = format.read(input);
  assert.equal(result.bom === null, result.status === 'rejected');
  if (result.status !== 'accepted') assert.ok(result.diagnostics.some(found => found.severity === 'error'));
  for (const { from, to, type } of result.bom?.relations ?? []) {
    const { length } = result.bom?.components ?? [];
    assert.ok(from >= 0 && from < length && to >= 0 && to < length && type >= 0);
  }
  const validation = await format.validate?.(input);
  if (validation !== undefined) assert.equal(validation.valid, validation.faults.length === 0);
}

for (const [name, format, text] of SAMPLES) {
  test(`${name}: the sample itself is accepted or partial`, () => {
    assert.notEqual(format.read(documentInput(Buffer.from(text), 'sample')).status, 'rejected');
    assert.ok(format.detect(headOf(documentInput(Buffer.from(text), 'sample'))) > 0.5);
  });

  test(`${name}: damaged text never throws`, async () => {
    const at = fc.nat({ max: text.length });
    const piece = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('[', '{', '"', '</text>', '<text>', ':', '&a ', '*a', '\0', '\ud800', '<', '- '),
    );
    const damage = fc.record({ at, cut: fc.nat({ max: 60 }), piece, repeat: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async damages => {
        let damaged = text;
        for (const { at: start, cut, piece: put, repeat } of damages) {
          damaged = damaged.slice(0, start) + put.repeat(repeat) + damaged.slice(start + cut);
        }
        await check(format, Buffer.from(damaged));
      }),
      { numRuns: 150 },
    );
  });
}

test('JSON values of any kind in any place never throw', async () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  for (const [format, text] of [
    [spdx, JSON_TEXT],
    [spdx3, JSON_LD],
  ] as const) {
    const spots = text.split(/("[^"]*"|\[|\{)/).length;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: spots }), value, async (spot, put) => {
        let seen = -1;
        const changed: unknown = JSON.parse(text, (_key, old: unknown) => (++seen === spot ? put : old));
        await check(format, Buffer.from(JSON.stringify(changed)));
      }),
      { numRuns: 200 },
    );
  }
});

test('text made to hurt is answered within bounds', async () => {
  const size = 1_000_000;
  const fill = (unit: string, bytes = size) => unit.repeat(Math.floor(bytes / unit.length));
  const yamlBomb = Array.from(
    { length: 30 },
    (_, i) => `a${i + 1}: &a${i + 1} [*a${i},*a${i},*a${i},*a${i}]`,
  ).join('\n');
  const hostile = [
    fill('['),
    `{"spdxVersion":"SPDX-2.3","packages":[${fill('{},', 200_000)}{}]}`,
    `SPDXVersion: SPDX-2.3\n${fill('PackageComment: <text>\n')}`,
    `SPDXVersion: SPDX-2.3\n${fill('Relationship: a\n')}`,
    `spdxVersion: SPDX-2.3\n${fill('- ')}`,
    `spdxVersion: SPDX-2.3\nx: ${fill('[')}`,
    `spdxVersion: SPDX-2.3\na0: &a0 [x]\n${yamlBomb}`,
    `spdxVersion: SPDX-2.3\n${fill('a: b\n', 100_000)}`,
    `<Document><spdxVersion>SPDX-2.3</spdxVersion>${fill('<a>')}`,
    `<!DOCTYPE x [<!ENTITY a "aaaa">]><Document><spdxVersion>&a;</spdxVersion></Document>`,
  ];
  for (const text of hostile) await check(spdx, Buffer.from(text));
  await check(spdx3, Buffer.from(`{"@graph":[${fill('{"type":"Relationship"},')}{}]}`));
});
