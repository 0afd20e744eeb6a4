import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { format } from '../src/formats/cyclonedx/format.ts';
import { documentInput, headOf } from '../src/formats/input.ts';
import { type Compression, decompress } from '../src/io/compression.ts';
import type { ReadResult } from '../src/model/facts.ts';
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

test('every CycloneDX document is read, and counted as it states', { skip }, async () => {
  const wrong: string[] = [];
  let counted = 0;
  for (const { path, expected } of rows()) {
    const result = await read(path, wrong);
    if (result === null) continue;
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
  const zookeeper = (await read('trustify/etc/test-data/zookeeper-3.9.2-cyclonedx.json'))?.bom;
  assert.equal(zookeeper?.counts.components, 40);
  assert.equal(zookeeper.components[zookeeper.subjects[0] ?? -1]?.name, 'zookeeper');
  const application = (await read('trustify/etc/test-data/cyclonedx/application.cdx.json'))?.bom;
  assert.equal(application?.counts.components, 88);
  assert.equal(application.components[application.subjects[0] ?? -1]?.name, 'spring-petclinic');
  const issue = (await read('dependency-track/apiserver/src/test/resources/unit/bom-issue2519.xml'))?.bom;
  // Dependency-Track counts a component once for each (group, name, version, purl).
  const distinct = new Set(
    issue?.components
      .filter(({ role }) => role === 'listed')
      .map(({ group, name, version, purls }) => JSON.stringify([group, name, version, purls])),
  );
  assert.deepEqual([issue?.counts.components, distinct.size], [2_184, 1_756]);
});

test('no edge is made up: each is stated between the refs of two entries', { skip }, async () => {
  for (const { path } of rows()) {
    if (!path.endsWith('.json')) continue;
    const input = documentInput(readFileSync(`${CORPUS}/${path}`), path);
    const { bom } = format.read(input);
    if (bom === null) continue;
    const document = input.json() as {
      dependencies?: { ref?: unknown; dependsOn?: unknown[]; provides?: unknown[] }[];
    };
    const stated = new Set<string>();
    for (const entry of document.dependencies ?? []) {
      for (const target of [...(entry.dependsOn ?? []), ...(entry.provides ?? [])])
        stated.add(JSON.stringify([entry.ref, target]));
    }
    const invented = bom.relations
      .filter(({ type }) => type === relationCode('DEPENDS_ON') || type === relationCode('PROVIDES'))
      .map(({ from, to }) => JSON.stringify([bom.components[from]?.ref, bom.components[to]?.ref]))
      .filter(edge => !stated.has(edge));
    assert.deepEqual(invented.slice(0, 3), [], path);
  }
});

function rows(): Row[] {
  const lines = readFileSync(`${CORPUS}/MANIFEST.tsv`, 'utf8').trimEnd().split('\n').slice(1);
  return lines
    .map(line => line.split('\t'))
    .filter(cells => /^cdx-(?:json|xml)/.test(cells[7] ?? '') && !NOT_DOCUMENTS.test(cells[1] ?? ''))
    .map(cells => ({ path: cells[1] ?? '', expected: (cells[8] ?? '').replace('computed: ', '').trim() }));
}

async function read(path: string, wrong: string[] = []): Promise<ReadResult | null> {
  const file = readFileSync(`${CORPUS}/${path}`);
  const compression = COMPRESSIONS.get(path.slice(path.lastIndexOf('.')));
  const input = documentInput(
    compression === undefined ? file : await decompress(file, compression, path),
    path,
  );
  if (format.detect(headOf(input)) < 0.9) {
    wrong.push(`${path}: not detected`);
    return null;
  }
  return format.read(input);
}
