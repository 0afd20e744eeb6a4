import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { format } from '../src/formats/cyclonedx/format.ts';
import type { DocumentInput } from '../src/formats/format.ts';
import { documentInput, headOf } from '../src/formats/input.ts';
import { type Compression, decompress } from '../src/io/compression.ts';
import type { BomFacts } from '../src/model/facts.ts';
import { relationCode } from '../src/model/relation.ts';

// Every CycloneDX document of the corpus: detected, read without a throw, counted as a simple counter counts it, with no edge it does not state.

const CORPUS = 'data/sbom';
const skip = existsSync(`${CORPUS}/MANIFEST.tsv`) ? false : 'the corpus is absent: data/sbom/MANIFEST.tsv';

interface Row {
  readonly path: string;
  readonly expected: string;
}

/** Where the manifest's counter and the specification differ: ours. docs/corpus-differences.md says why. */
const DIFFERENCES: ReadonlyMap<string, string> = new Map([
  [
    'bom-examples/SaaSBOM/apigateway-microservices-datastores/bom.json',
    'components=0 dependencies=5 services=6 vulnerabilities=0',
  ],
  [
    'bom-shelter/in-the-wild/cyclonedx/harp-darwin-amd64.sbom.json',
    'components=814 dependencies=157 services=0 vulnerabilities=0',
  ],
  [
    'dependency-track/apiserver/src/test/resources/unit/bom-metadata-components.json',
    'components=185 dependencies=218 services=0 vulnerabilities=0',
  ],
  ['dependency-track/apiserver/src/test/resources/unit/cyclonedx/valid-bom-1.1.xml', 'components=3'],
  ['dependency-track/apiserver/src/test/resources/unit/cyclonedx/valid-bom-1.5.xml', 'components=3'],
  ['dependency-track/apiserver/src/test/resources/unit/cyclonedx/valid-bom-1.7.xml', 'components=3'],
]);

const COMPRESSIONS = new Map<string, Compression>([
  ['.xz', 'xz'],
  ['.bz2', 'bzip2'],
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
]);

/** Snapshots of several documents in one file, which are no JSON: the manifest says that they may be refused. */
const NOT_DOCUMENTS = /\.snap$/;

test('every CycloneDX document is read, counted as it states, and no edge is made up', { skip }, async () => {
  const wrong: string[] = [];
  let counted = 0;
  for (const { path, expected } of rows()) {
    const input = await inputOf(path);
    if (format.detect(headOf(input)) < 0.9) wrong.push(`${path}: not detected`);
    const result = format.read(input);
    if (result.bom !== null && result.encoding === 'json') {
      for (const edge of inventedEdges(result.bom, input.json()))
        wrong.push(`${path}: no such edge: ${edge}`);
    }
    const {
      components = -1,
      dependencyEntries = -1,
      services = -1,
      vulnerabilities = -1,
    } = result.bom?.counts ?? {};
    const whole = `components=${components} dependencies=${dependencyEntries} services=${services} vulnerabilities=${vulnerabilities}`;
    const ours = expected.includes(' ') ? whole : `components=${components}`;
    const agreed = DIFFERENCES.get(path) ?? expected;
    if (ours !== agreed) wrong.push(`${path}: stated ${agreed}, read ${ours}`);
    if (result.status === 'rejected') wrong.push(`${path}: rejected, ${result.diagnostics[0]?.message}`);
    if (result.status === 'partial' && !result.diagnostics.some(({ severity }) => severity === 'error'))
      wrong.push(`${path}: partial without a reason`);
    counted++;
  }
  assert.deepEqual(wrong, []);
  assert.ok(counted > 400, `${counted} documents`);
});

test('figures that other projects assert on their own files hold', { skip }, async () => {
  const zookeeper = format.read(await inputOf('trustify/etc/test-data/zookeeper-3.9.2-cyclonedx.json')).bom;
  assert.equal(zookeeper?.counts.components, 40);
  assert.equal(zookeeper.components[zookeeper.subjects[0] ?? -1]?.name, 'zookeeper');
  const application = format.read(await inputOf('trustify/etc/test-data/cyclonedx/application.cdx.json')).bom;
  assert.equal(application?.counts.components, 88);
  assert.equal(application.components[application.subjects[0] ?? -1]?.name, 'spring-petclinic');
  const issue = format.read(
    await inputOf('dependency-track/apiserver/src/test/resources/unit/bom-issue2519.xml'),
  ).bom;
  // Dependency-Track counts a component once for each (group, name, version, purl).
  const distinct = new Set(
    issue?.components
      .filter(({ role }) => role === 'listed')
      .map(({ group, name, version, purls }) => JSON.stringify([group, name, version, purls])),
  );
  assert.deepEqual([issue?.counts.components, distinct.size], [2_184, 1_756]);
});

/** Edges that the bytes of a JSON document do not state between two refs. */
function inventedEdges(bom: BomFacts, document: unknown): readonly string[] {
  const { dependencies } = document as {
    dependencies?: { ref?: unknown; dependsOn?: unknown[]; provides?: unknown[] }[];
  };
  const stated = new Set<string>();
  for (const entry of dependencies ?? []) {
    for (const target of [...(entry.dependsOn ?? []), ...(entry.provides ?? [])])
      stated.add(`${entry.ref}\t${target}`);
  }
  return bom.relations
    .filter(({ type }) => type === relationCode('DEPENDS_ON') || type === relationCode('PROVIDES'))
    .map(({ from, to }) => `${bom.components[from]?.ref}\t${bom.components[to]?.ref}`)
    .filter(edge => !stated.has(edge));
}

function rows(): Row[] {
  const lines = readFileSync(`${CORPUS}/MANIFEST.tsv`, 'utf8').trimEnd().split('\n').slice(1);
  return lines
    .map(line => line.split('\t'))
    .filter(cells => /^cdx-(?:json|xml)/.test(cells[7] ?? '') && !NOT_DOCUMENTS.test(cells[1] ?? ''))
    .map(cells => ({ path: cells[1] ?? '', expected: (cells[8] ?? '').replace('computed: ', '').trim() }));
}

async function inputOf(path: string): Promise<DocumentInput> {
  const file = readFileSync(`${CORPUS}/${path}`);
  const compression = COMPRESSIONS.get(path.slice(path.lastIndexOf('.')));
  return documentInput(compression === undefined ? file : await decompress(file, compression, path), path);
}
