import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { DocumentInput, Format } from '../src/formats/format.ts';
import { documentInput, headOf } from '../src/formats/input.ts';
import { formats } from '../src/formats/list.ts';
import { format as spdx } from '../src/formats/spdx/format.ts';
import { format as spdx3 } from '../src/formats/spdx3/format.ts';
import { decompress } from '../src/io/compression.ts';
import type { BomFacts, ReadResult } from '../src/model/facts.ts';
import { RELATIONS } from '../src/model/relation.ts';

// Every SPDX document of the corpus: read without a throw, counted as a simple counter counts it, with no edge it does not state.

const CORPUS = 'data/sbom';
const skip = existsSync(`${CORPUS}/MANIFEST.tsv`) ? false : 'the corpus is absent: data/sbom/MANIFEST.tsv';

interface Row {
  readonly path: string;
  readonly what: string;
  readonly packages: number;
  readonly files: number;
  readonly relationships: number;
}

/** Where the manifest's counter and the specification differ; docs/corpus-differences.md says why. */
const DIFFERENCES: ReadonlyMap<string, { readonly components?: number; readonly files?: number }> = new Map([
  ['trivy/pkg/sbom/spdx/testdata/happy/no-relationship.json', { files: 2 }],
  ['spdx-examples/ai/example02/spdx3.0/sbom.spdx3.json', { components: 2 }],
  ['spdx-examples/dataset/example01/spdx3.0/example01.spdx3.json', { components: 1 }],
]);

/** Rows that say SPDX 3 and are no SPDX document: the ontology itself. */
const NOT_DOCUMENTS = new Set(['tools-python/src/spdx_tools/spdx3/writer/json_ld/SPDX_OWL.json']);

test('every SPDX document is read, and counted as it states', { skip }, async () => {
  const wrong: string[] = [];
  let counted = 0;
  for (const row of rows()) {
    const input = await inputOf(row.path);
    const format = await detected(input);
    if (!format?.id.startsWith('spdx')) {
      wrong.push(`${row.path}: detected as ${format?.id}`);
      continue;
    }
    const bom = format.read(input).bom;
    const expected = { components: row.packages, files: row.files, ...DIFFERENCES.get(row.path) };
    const { components, files, dependencyEntries } = bom?.counts ?? {};
    counted++;
    if (
      components === expected.components &&
      files === expected.files &&
      dependencyEntries === row.relationships
    )
      continue;
    wrong.push(
      `${row.path}: stated ${row.packages} ${row.files} ${row.relationships}, read ${components} ${files} ${dependencyEntries}`,
    );
  }
  assert.deepEqual(wrong, []);
  assert.ok(counted > 2_000, `${counted} documents`);
});

test('no document has an edge it does not state', { skip }, async () => {
  for (const row of rows()) {
    if (!row.what.startsWith('spdx-json')) continue;
    const input = await inputOf(row.path);
    const { bom } = spdx.read(input);
    if (bom !== null) assertStated(bom, input.json(), row.path);
  }
});

test('what other projects assert on their own documents holds', { skip }, async () => {
  const counts = async (path: string) => (await read(path)).bom?.counts;
  const trustify = 'trustify/etc/test-data';
  assert.equal((await counts(`${trustify}/openshift-container-storage-4.8.z.json.xz`))?.components, 7_994);
  assert.equal((await counts(`${trustify}/spdx/SATELLITE-6.15-RHEL-8.json`))?.components, 2_084);
  assert.equal((await counts(`${trustify}/spdx/TC-1817-1.json`))?.components, 105);
  assert.equal((await counts(`${trustify}/spdx/loop.json`))?.components, 3);
  assert.equal((await counts(`${trustify}/spdx/double-ref.json`))?.components, 3);
  assert.equal((await counts(`${trustify}/spdx/self.json`))?.components, 0);
  assert.equal((await counts(`${trustify}/spdx/self-package.json`))?.components, 1);
  const broken = await read(`${trustify}/spdx/broken-refs.json`);
  assert.deepEqual(
    broken.diagnostics.map(found => `${found.code} ${found.at}`),
    ['dangling-reference /relationships/0'],
  );
});

test('one document in five encodings gives one set of facts', { skip }, async () => {
  const folder = 'tools-python/tests/spdx/data';
  const names = [
    'SPDXJSONExample-v2.3.spdx.json',
    'SPDXYAMLExample-v2.3.spdx.yaml',
    'SPDXXMLExample-v2.3.spdx.xml',
    'SPDXTagExample-v2.3.spdx',
    'SPDXRdfExample-v2.3.spdx.rdf.xml',
  ];
  const [json, ...others] = await Promise.all(
    names.map(async name => essence((await read(`${folder}/${name}`)).bom)),
  );
  for (const [index, other] of others.entries()) assert.deepEqual(other, json, names[index + 1]);
});

test('the specification’s examples are judged valid, and what is wrong with the others is named', {
  skip,
}, async () => {
  const wrong = new Map([
    ['tools-java/testResources/BadJSON.spdx.json', 'wrong-type'],
    ['tools-java/testResources/SPDXJSONExample-wrongversion.spdx.json', 'later-field'],
    ['tools-java/testResources/SPDXWrongVersion.spdx.json', 'invalid-value'],
    ['tools-java/testResources/spdx-2-2-revision-8-ontology.owl.xml', 'not-supported'],
    [
      'tools-python/tests/spdx/parser/rdf/data/invalid_documents/invalid_creation_info.rdf.xml',
      'missing-field',
    ],
  ]);
  for (const [path, what] of manifest()) {
    if (!/^(?:tools-|spdx-examples|sbomqs\/spdx3)/.test(path) || path.includes('/data/invalid/')) continue;
    if (!what.startsWith('spdx') || NOT_DOCUMENTS.has(path)) continue;
    const format = what.startsWith('spdx3') ? spdx3 : spdx;
    const validation = await format.validate?.(await inputOf(path));
    const code = wrong.get(path);
    if (code === undefined) assert.deepEqual(validation?.faults, [], path);
    else
      assert.ok(
        validation?.faults.some(fault => fault.code === code),
        path,
      );
  }
});

function manifest(): (readonly [path: string, what: string, expected: string])[] {
  const lines = readFileSync(`${CORPUS}/MANIFEST.tsv`, 'utf8').split('\n').slice(1);
  return lines
    .filter(line => line !== '')
    .map(line => {
      const cells = line.split('\t');
      return [cells[1] ?? '', cells[7] ?? '', cells[8] ?? ''] as const;
    });
}

/** The rows that say how much of what an SPDX document states. */
function* rows(): Generator<Row> {
  for (const [path, what, expected] of manifest()) {
    const counts = /packages=(\d+) files=(\d+) relationships=(\d+)/.exec(expected);
    if (counts === null || !what.startsWith('spdx') || NOT_DOCUMENTS.has(path)) continue;
    yield {
      path,
      what,
      packages: Number(counts[1]),
      files: Number(counts[2]),
      relationships: Number(counts[3]),
    };
  }
}

async function inputOf(path: string): Promise<DocumentInput> {
  const bytes = readFileSync(`${CORPUS}/${path}`);
  return documentInput(path.endsWith('.xz') ? await decompress(bytes, 'xz', path) : bytes, path);
}

async function read(path: string): Promise<ReadResult> {
  const input = await inputOf(path);
  const format = await detected(input);
  assert.ok(format !== null, path);
  return format.read(input);
}

async function detected(input: DocumentInput): Promise<Format | null> {
  const head = headOf(input);
  let best: Format | null = null;
  let score = 0;
  for (const format of await formats()) {
    const own = format.detect(head);
    if (own > score) [best, score] = [format, own];
  }
  return best;
}

/** Looks each edge up in the relationships as the JSON has them, by a reading of its own. */
function assertStated(bom: BomFacts, json: unknown, path: string): void {
  const root = json as { relationships?: unknown[]; packages?: { SPDXID?: string; hasFiles?: string[] }[] };
  const stated = new Set<string>();
  const types = new Map<string, string>([['DESCRIBE', 'DESCRIBES']]);
  for (const item of root.relationships ?? []) {
    const { spdxElementId, relationshipType, relatedSpdxElement } = item as Record<string, string>;
    const type = types.get(relationshipType ?? '') ?? relationshipType;
    stated.add(`${spdxElementId} ${type} ${relatedSpdxElement}`);
  }
  for (const holder of root.packages ?? []) {
    for (const file of holder.hasFiles ?? []) stated.add(`${holder.SPDXID} CONTAINS ${file}`);
  }
  for (const { from, to, type } of bom.relations) {
    const edge = `${bom.components[from]?.ref} ${RELATIONS[type]?.name} ${bom.components[to]?.ref}`;
    assert.ok(stated.has(edge), `${path}: ${edge}`);
  }
}

/** What the encodings of the specification's example have in common: RDF keeps no order, and the files leave out different things. */
function essence(bom: BomFacts | null) {
  const packages = bom?.components.filter(component => component.role === 'listed') ?? [];
  const described = packages.map(({ ref, name, version, type, purls, cpes, digests, supplier, dates }) => {
    const sums = digests.map(({ algorithm, value }) => `${algorithm}:${value}`).sort();
    return { ref, name, version, type, purls, cpes, sums, supplier, dates };
  });
  return {
    name: bom?.name,
    created: bom?.created,
    tools: bom?.tools,
    packages: described.sort((a, b) => ((a.ref ?? '') < (b.ref ?? '') ? -1 : 1)),
    files: bom?.files.map(file => file.path).sort(),
    subjects: bom?.subjects.map(ordinal => bom.components[ordinal]?.ref).sort(),
    licences: bom?.extractedLicences?.map(({ id }) => id).sort(),
    external: bom?.links.filter(link => link.relation === null).map(link => [link.target, link.digests]),
  };
}
