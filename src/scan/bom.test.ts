import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BomDocument } from '../formats/bom-document.ts';
import { writeCycloneDx } from '../formats/cyclonedx/write.ts';
import { documentInput } from '../formats/input.ts';
import { formats } from '../formats/list.ts';
import { writeSpdx } from '../formats/spdx/write.ts';
import { writeSpdx3 } from '../formats/spdx3/write.ts';
import { readDocument } from '../ingest/read-document.ts';
import type { BomFacts, Component } from '../model/facts.ts';
import { scanBom } from './bom.ts';
import { type Project, SCOPES, type ScannedComponent } from './extractor.ts';

// Projects as no extractor gives them, written in each format and read as `larder add` reads them: the same facts, and a strictly valid document.

const word = fc.string({ minLength: 1, maxLength: 10, unit: 'grapheme' });
const odd = fc.oneof(
  word,
  fc.constantFrom(
    '__proto__',
    'constructor',
    '<b>&"',
    '../..',
    '%2F',
    'ünï',
    ' lead',
    '\u202eevil',
    '🍞',
    'a\nb',
  ),
);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const digest = fc
  .tuple(fc.constantFrom(['md5', 16], ['sha1', 20], ['sha256', 32], ['sha512', 64]), fc.nat(255))
  .map(([[algorithm, length], byte]) => `${algorithm}:${Buffer.alloc(Number(length), byte).toString('hex')}`);
const SPDX_LICENCES = ['MIT', 'MIT OR Apache-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'];

/** Names carry their ordinal, so that each is told from the others whatever its odd part is. */
function component(tag: string, ordinal: number): fc.Arbitrary<ScannedComponent> {
  const purl = fc
    .tuple(odd, fc.constantFrom('npm', 'generic', 'maven'))
    .map(([version, type]) => `pkg:${type}/g/n${ordinal}@${encodeURIComponent(version.toWellFormed())}`);
  return fc.record({
    name: fc
      .oneof(odd, fc.constantFrom('@scope/x', 'org.example:lib', 'a/b/c'))
      .map(text => `${text}${tag}#${ordinal}`),
    version: some(odd),
    range: some(fc.constantFrom('^1', '>=2, <3', '*')),
    purl: some(purl),
    scopes: fc.subarray([...SCOPES]),
    direct: some(fc.boolean()),
    locations: fc.array(fc.record({ file: word, line: some(fc.integer({ min: 1, max: 1e6 })) }), {
      maxLength: 2,
    }),
    licences: fc.subarray([...SPDX_LICENCES, 'Our own terms']),
    digests: fc.uniqueArray(digest, { maxLength: 3, selector: text => text.split(':')[0] }),
    source: some(
      fc.constantFrom('https://example.com/a.tgz', 'git+ssh://git@example.com/a.git#1', '../local'),
    ),
  });
}

function project(path: string): fc.Arbitrary<Project> {
  return fc.integer({ min: 0, max: 5 }).chain(count =>
    fc.record({
      path: fc.constant(path),
      file: fc.constant(`${path}/x.lock`),
      ecosystem: fc.constantFrom('npm', 'Maven', 'PyPI'),
      subject: fc.record({
        name: some(odd),
        version: some(odd),
        purl: fc.constantFrom(null, 'pkg:npm/subject@1.0.0'),
        licences: fc.subarray(SPDX_LICENCES),
        contacts: fc.subarray(['a@example.com', 'https://example.com/bugs']),
      }),
      completeness: fc.constantFrom('complete', 'partial'),
      reasons: fc.constant([]),
      components: fc.tuple(...Array.from({ length: count }, (_, ordinal) => component(path, ordinal))),
      dependencies: fc.array(
        fc.tuple(
          fc.integer({ min: -1, max: count - 1 }),
          fc.integer({ min: 0, max: Math.max(0, count - 1) }),
        ),
        { maxLength: count === 0 ? 0 : 10 },
      ),
      links: fc.subarray(['.', 'a', 'b']),
      covers: fc.constant([path]),
    }),
  );
}

const trees = fc.oneof(
  project('.').map(one => [one]),
  fc.tuple(project('.'), project('a')),
  fc.tuple(project('a'), project('b')),
);

const WRITERS = { cyclonedx: writeCycloneDx, spdx: writeSpdx, spdx3: writeSpdx3 } as const;

for (const [id, write] of Object.entries(WRITERS)) {
  test(`a scan written as ${id} is strictly valid and reads back with the same facts`, async () => {
    const validate = (await formats()).find(format => format.id === id)?.validate ?? null;
    assert.ok(validate !== null);
    await fc.assert(
      fc.asyncProperty(trees, async projects => {
        const document = bomOf(projects);
        const bytes = Buffer.from(write(document));
        const { faults } = await validate(documentInput(bytes, 'scan.json'));
        assert.deepEqual(
          faults.filter(fault => fault.severity === 'error'),
          [],
        );
        const { status, bom } = await readDocument(bytes, 'scan.json');
        assert.equal(status, 'accepted');
        assert.ok(bom !== null);
        assert.deepEqual(readFacts(bom, id), statedFacts(projects, id));
        assert.deepEqual(readEdges(bom), statedEdges(projects));
      }),
      { numRuns: 120 },
    );
  });
}

function bomOf(projects: readonly Project[]): BomDocument {
  const tool = { vendor: null, name: 'larder', version: '1.0.0' };
  return scanBom(projects, { name: 'tree', created: '2026-01-31T12:00:00Z', tool });
}

/** What the extractors said, one line per component. Only CycloneDX has words for scopes and lines, and for several licences beside each other. */
function statedFacts(projects: readonly Project[], id: string): string[] {
  return projects
    .flatMap(one => one.components)
    .map(component =>
      JSON.stringify([
        letters(component.name),
        component.version,
        component.purl,
        component.digests.toSorted(),
        id === 'cyclonedx' ? component.licences.toSorted() : component.licences.length > 0,
        id === 'cyclonedx' ? [component.scopes.toSorted(), component.locations, component.range] : null,
      ]),
    )
    .sort();
}

function readFacts(bom: BomFacts, id: string): string[] {
  return bom.components
    .filter(isPackage)
    .map(component => {
      const licences = [...component.licences.declared, ...component.licences.concluded].filter(
        text => text !== 'NOASSERTION',
      );
      const stated = (name: string) =>
        component.properties.filter(([key]) => key === name).map(([, value]) => value);
      return JSON.stringify([
        letters(`${component.group ?? ''}${component.name}`),
        component.version,
        component.purls[0] ?? null,
        component.digests.map(({ algorithm, value }) => `${algorithm}:${value}`).sort(),
        id === 'cyclonedx' ? licences.sort() : licences.length > 0,
        id === 'cyclonedx'
          ? [stated('larder:usage').sort(), component.locations ?? [], stated('larder:range')[0] ?? null]
          : null,
      ]);
    })
    .sort();
}

/** Edges between packages by their names; the cyclic ones too. A package does not need itself. */
function statedEdges(projects: readonly Project[]): string[] {
  const found = projects.flatMap(one =>
    one.dependencies
      .filter(([from, to]) => from !== -1 && from !== to)
      .map(([from, to]) => [from, to].map(at => letters(one.components[at]?.name ?? '')).join(' > ')),
  );
  return [...new Set(found)].sort();
}

function readEdges(bom: BomFacts): string[] {
  const nameOf = (component: Component) => letters(`${component.group ?? ''}${component.name}`);
  const found = bom.relations.flatMap(({ from, to }) => {
    const [source, target] = [bom.components[from], bom.components[to]];
    return source && target && isPackage(source) && isPackage(target)
      ? [`${nameOf(source)} > ${nameOf(target)}`]
      : [];
  });
  return [...new Set(found)].sort();
}

/** Formats differ in what stands between a group and a name. */
function letters(name: string): string {
  return name.replaceAll(/[:/]/g, '');
}

function isPackage(component: Component): boolean {
  return /#\d+$/.test(component.name);
}
