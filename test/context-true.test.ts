import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../src/cli/testing.ts';
import { howOfFlags } from '../src/graph/hits.ts';
import { type Thing, thingOf } from '../src/graph/things.ts';
import { type How, howOf } from '../src/graph/walk.ts';
import { type WhyAnswer, why, withRefs } from '../src/graph/why.ts';
import { addPaths } from '../src/ingest/add.ts';
import type { Store } from '../src/store/ports.ts';
import { EVERYTHING } from '../src/store/scope.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { type SlowReader, slowReader } from './support/slow-reader.ts';

/**
 * Zero false paths: every path that `why` gives is looked up, hop by hop, in the original bytes with a second reader. And none missed: on small
 * documents the shortest way is found again by looking at every pair.
 */

const SCOPE = { ...EVERYTHING, includeSuperseded: true };

async function larderOf(folder: string, paths: readonly string[]): Promise<Store> {
  const store = openSqliteStore(join(folder, '.larder'), { mode: 'create' });
  for await (const _ of addPaths({ store, paths, who: 'tester', workers: 1 })) {
    // Run to the end.
  }
  return store;
}

/** Asks for each package of a BOM, and checks every hop of every path. Gives how many paths there were. */
async function checkDocument(store: Store, sha256: string, slow: SlowReader, most: number): Promise<number> {
  const thing = await thingOf(store, sha256, SCOPE);
  if (thing.kind !== 'document' || thing.document.bom === null) return 0;
  const graph = await store.graphs.graph(thing.document.bom, SCOPE);
  const ids = [...new Set(graph?.packages ?? [])].filter(id => id !== 0);
  const step = Math.max(1, Math.floor(ids.length / most));
  const purls = await store.dictionary.packages(ids.filter((_, at) => at % step === 0));
  let paths = 0;
  for (const { purl } of purls) {
    const bounds = { limit: 20, steps: 20_000 };
    const request = { thing, words: purl, wants: null, bounds, joinByPurl: false, scope: SCOPE };
    const answer = await withRefs(store, await why(store, request), SCOPE);
    checkPaths(answer, slow, sha256);
    paths += answer.paths.length;
  }
  return paths;
}

function checkPaths(answer: WhyAnswer, slow: SlowReader, sha256: string): void {
  assert.ok(answer.total >= answer.paths.length);
  for (const { hops, root } of answer.paths) {
    const names = hops.map(hop => hop.ref ?? assert.fail('a hop without a name'));
    assert.equal(new Set(hops.map(hop => hop.ordinal)).size, hops.length, 'a component twice in a path');
    if (root === 'subject')
      assert.ok(slow.isSubject(names[0] ?? ''), `${names[0]} is no subject of ${sha256}`);
    for (const [at, hop] of hops.entries()) {
      assert.equal(hop.document, sha256);
      assert.equal(hop.join, null);
      if (at === 0) continue;
      const before = names[at - 1] ?? '';
      assert.ok(slow.states(before, names[at] ?? ''), `${sha256} does not state ${before} -> ${names[at]}`);
    }
  }
}

const CORPUS = 'data/sbom';
const absent = existsSync(CORPUS) ? false : 'data/sbom is not unpacked';

/** BOMs that list one purl several times, of every kind of writer. */
const REPEATING = [
  'trustify-ui/e2e/tests/common/assets/sbom/ocp-tools-4.12.json',
  'bom-shelter/in-the-wild/spdx/constellation-spdx.json',
  'trustify/etc/test-data/cyclonedx/rh/latest_filters/middleware/quarkus-bom-sbom.json',
  'bom-shelter/in-the-lab/trivy/rancher_mirrored-prometheus-prometheus-ea9b0fee42bcfd1c.json',
  'bom-shelter/in-the-lab/syft/rancher_mirrored-prometheus-prometheus-ea9b0fee42bcfd1c.json',
  'bom-shelter/in-the-wild/spdx/grype-sbom.spdx.json',
  'trustify/etc/test-data/cyclonedx/cyclonedx-circular.json',
  'trustify-ui/e2e/tests/common/dataset/sbom/quarkus-3.20.json',
];

test('every path in real BOMs that repeat a purl is in their bytes', { skip: absent }, async t => {
  const folder = await temporaryFolder(t);
  const store = await larderOf(
    folder,
    REPEATING.map(path => join(CORPUS, path)).filter(path => existsSync(path)),
  );
  t.after(() => store.close());
  let paths = 0;
  for (const { sha256 } of (await store.documents.list({}, { limit: 100 }, SCOPE)).items) {
    const slow = slowReader((await store.bytes.read(sha256)) ?? assert.fail());
    if (slow !== null) paths += await checkDocument(store, sha256, slow, 16);
  }
  assert.ok(paths > 150, `only ${paths} paths were there to check`);
});

interface RandomBom {
  readonly subject: boolean;
  /** Purl number of each component: few, so that they repeat. */
  readonly purls: readonly number[];
  readonly edges: readonly (readonly [number, number])[];
  /** CycloneDX: the component that each is nested in, when it comes before. */
  readonly nested: readonly number[];
}

const randomBom: fc.Arbitrary<RandomBom> = fc.integer({ min: 1, max: 9 }).chain(size => {
  const node = fc.integer({ min: -1, max: size - 1 });
  return fc.record({
    subject: fc.boolean(),
    purls: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: size, maxLength: size }),
    edges: fc.array(fc.tuple(node, node), { maxLength: 16 }),
    nested: fc.array(fc.integer({ min: -4, max: size - 1 }), { minLength: size, maxLength: size }),
  });
});

function cyclonedx(bom: RandomBom, number: number): object {
  type Node = {
    type: string;
    'bom-ref': string;
    name: string;
    version: string;
    purl: string;
    components?: Node[];
  };
  const nodes = bom.purls.map((purl, at): Node => {
    return {
      type: 'library',
      'bom-ref': `r${at}`,
      name: `p${purl}`,
      version: '1',
      purl: `pkg:npm/p${purl}@1`,
    };
  });
  const top: Node[] = [];
  for (const [at, node] of nodes.entries()) {
    const outer = bom.nested[at] ?? -1;
    const holder = outer >= 0 && outer < at ? nodes[outer] : undefined;
    if (holder === undefined) top.push(node);
    else holder.components = [...(holder.components ?? []), node];
  }
  const ref = (at: number): string => (at < 0 ? 'root' : `r${at}`);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    version: 1,
    ...(bom.subject
      ? {
          metadata: {
            component: { type: 'application', 'bom-ref': 'root', name: `app${number}`, version: '1' },
          },
        }
      : {}),
    components: top,
    dependencies: bom.edges.map(([from, to]) => ({ ref: ref(from), dependsOn: [ref(to)] })),
  };
}

const RELATIONSHIPS = ['DEPENDS_ON', 'DEPENDENCY_OF', 'CONTAINS', 'DEV_DEPENDENCY_OF', 'OTHER'];

function spdx(bom: RandomBom, number: number): object {
  const id = (at: number): string => (at < 0 ? 'SPDXRef-root' : `SPDXRef-${at}`);
  const entry = (SPDXID: string, name: string, purl: string | null): object => ({
    SPDXID,
    name,
    versionInfo: '1',
    downloadLocation: 'NOASSERTION',
    externalRefs:
      purl === null
        ? []
        : [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  });
  const stated = bom.edges.map(([from, to], at) => ({
    spdxElementId: id(from),
    relationshipType: RELATIONSHIPS[at % RELATIONSHIPS.length],
    relatedSpdxElement: id(to),
  }));
  const describes = {
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: 'SPDXRef-root',
  };
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `app${number}`,
    documentNamespace: `https://example.com/spdx/${number}`,
    creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: test'] },
    packages: [
      entry('SPDXRef-root', `app${number}`, null),
      ...bom.purls.map((purl, at) => entry(id(at), `p${purl}`, `pkg:npm/p${purl}@1`)),
    ],
    relationships: bom.subject ? [describes, ...stated] : stated,
  };
}

test('in generated BOMs no path is invented, and no shortest one is missed', async t => {
  const folder = await temporaryFolder(t);
  const boms = fc.sample(randomBom, { numRuns: 100, seed: 20260102 });
  const files = boms.flatMap((bom, at) => [
    [`c${at}.json`, cyclonedx(bom, at)] as const,
    [`s${at}.json`, spdx(bom, at + boms.length)] as const,
  ]);
  await Promise.all(files.map(([name, content]) => writeFile(join(folder, name), JSON.stringify(content))));
  const store = await larderOf(
    folder,
    files.map(([name]) => join(folder, name)),
  );
  t.after(() => store.close());
  let paths = 0;
  for (const { sha256, name } of (await store.documents.list({}, { limit: 1000 }, SCOPE)).items) {
    const slow = slowReader(await readFile(name)) ?? assert.fail(`${name} is neither CycloneDX nor SPDX`);
    paths += await checkDocument(store, sha256, slow, 10);
    await checkShortest(store, sha256, slow);
  }
  assert.ok(paths > 150, `only ${paths} paths were there to check`);
});

/** For every purl: `why` finds a path from a subject exactly when there is one, and the first has the fewest hops there can be. */
async function checkShortest(store: Store, sha256: string, slow: SlowReader): Promise<void> {
  const thing = await thingOf(store, sha256, SCOPE);
  for (const purl of new Set(slow.entries.flatMap(entry => entry.purls))) {
    const request = { thing, words: purl, wants: null, joinByPurl: false, scope: SCOPE };
    const answer = await why(store, request);
    const targets = slow.entries.filter(entry => entry.purls.includes(purl));
    const hops = targets.flatMap(entry => slow.hops(slow.subjectPlaces, entry.at) ?? []);
    const first = answer.paths.find(path => path.root === 'subject');
    assert.equal(
      first === undefined ? null : first.hops.length - 1,
      hops.length === 0 ? null : Math.min(...hops),
      `${sha256} ${purl}`,
    );
    assert.equal(
      await statedHow(store, purl, thing),
      howOf(hops.length === 0 ? -1 : Math.min(...hops)),
      `${sha256} ${purl}`,
    );
    const unreached = targets.filter(entry => slow.hops(slow.subjectPlaces, entry.at) === null);
    if (hops.length > 0) assert.equal(answer.unreached.length, unreached.length, `${sha256} ${purl}`);
  }
}

/** What the index says of how a document holds a purl: `where` counts by it without looking at graphs. */
async function statedHow(store: Store, purl: string, thing: Thing): Promise<How | null> {
  const record = (await store.dictionary.packageByPurl(purl)) ?? assert.fail(purl);
  const hits = await store.membership.ofPackages([record.id], SCOPE);
  const at = thing.kind === 'document' ? hits.bom.indexOf(thing.document.bom ?? 0) : -1;
  return howOfFlags(hits.flags[at] ?? 0);
}
