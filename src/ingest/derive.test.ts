import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BomFacts, Component } from '../model/facts.ts';
import { RELATIONS, relationCode } from '../model/relation.ts';
import { MEMBER } from '../store/intake.ts';
import { bomIntake } from './bom-intake.ts';
import { matchesGlob } from './glob.ts';
import { decideLine } from './line.ts';
import { distances, UNREACHED } from './reach.ts';

function component(given: Partial<Component>): Component {
  return {
    ref: null,
    role: 'listed',
    type: 'library',
    group: null,
    name: 'x',
    version: null,
    purls: [],
    cpes: [],
    digests: [],
    swids: [],
    gitoids: [],
    licences: { declared: [], concluded: [] },
    supplier: null,
    originators: [],
    scope: null,
    ownership: null,
    parent: null,
    references: [],
    properties: [],
    dates: null,
    at: '',
    ...given,
  };
}

function bom(given: Partial<BomFacts>): BomFacts {
  return {
    serialNumber: null,
    revision: null,
    namespace: null,
    name: null,
    created: null,
    tools: [],
    authors: [],
    supplier: null,
    manufacturer: null,
    lifecycles: [],
    licences: [],
    subjects: [],
    components: [],
    relations: [],
    links: [],
    files: [],
    vulnerabilities: [],
    completeness: [],
    counts: {
      components: 0,
      dependencies: 0,
      dependencyEntries: 0,
      files: 0,
      services: 0,
      vulnerabilities: 0,
    },
    ...given,
  };
}

const ACME = { kind: 'organization', name: 'ACME', email: null, url: null } as const;
const SHA = 'f'.repeat(64);

const LINES: readonly (readonly [string, Partial<BomFacts>, string, string | null, boolean])[] = [
  [
    'the purl of the subject',
    { components: [component({ name: 'n', version: '9', purls: ['pkg:maven/g/a@1.2?type=jar'] })] },
    'pkg:maven/g/a',
    '1.2',
    false,
  ],
  [
    'an image by repository, its tag the release',
    {
      components: [
        component({
          name: 'n',
          purls: ['pkg:oci/app@sha256:00?repository_url=example.com/app&tag=v1&arch=amd64'],
        }),
      ],
    },
    'pkg:oci/app?repository_url=example.com%2Fapp',
    'v1',
    false,
  ],
  [
    'an image whose tag stands in its name only',
    { components: [component({ name: 'registry.example:5000/app:1.2', purls: ['pkg:oci/app@sha256:00'] })] },
    'pkg:oci/app',
    '1.2',
    false,
  ],
  [
    'an image without a tag, its digest the release',
    { components: [component({ name: 'registry.example:5000/app', purls: ['pkg:oci/app@sha256:00'] })] },
    'pkg:oci/app',
    'sha256:00',
    false,
  ],
  [
    'a SWID purl, whose tag is new with each build',
    { components: [component({ name: 'n', purls: ['pkg:swid/Acme/example.com/n@1?tag_id=1b2c'] })] },
    'pkg:swid/Acme/example.com/n',
    '1',
    false,
  ],
  [
    'the document that describes files of something without a name',
    {
      subjects: [0],
      components: [component({ name: './a', type: 'file', digests: [{ algorithm: 'sha1', value: 'ab' }] })],
    },
    `document:${SHA}`,
    null,
    true,
  ],
  [
    'name with supplier',
    { components: [component({ name: 'n', version: '2', supplier: ACME })] },
    'name:ACME/n',
    '2',
    false,
  ],
  [
    "name with the document's supplier",
    { supplier: ACME, components: [component({ name: 'n' })] },
    'name:ACME/n',
    null,
    false,
  ],
  [
    'a digest where no version tells releases apart',
    { components: [component({ name: 'n', digests: [{ algorithm: 'sha256', value: 'ab' }] })] },
    'sha256:ab',
    null,
    false,
  ],
  [
    'a bare name with a version',
    { components: [component({ name: 'n', version: '2', group: 'g' })] },
    'name:g/n',
    '2',
    false,
  ],
  [
    'a bare name without one, standing alone',
    { components: [component({ name: 'n' })] },
    'name:n',
    null,
    true,
  ],
  [
    'the document where the subject has no name',
    { components: [component({ name: '.' })] },
    `document:${SHA}`,
    null,
    true,
  ],
  [
    'an image with its tag in the name and a digest for a version',
    {
      components: [
        component({ type: 'container', name: 'registry:5000/shop:1.3', version: `sha256:${'a'.repeat(64)}` }),
      ],
    },
    'name:registry:5000/shop',
    '1.3',
    false,
  ],
  [
    'a name that folders have, at a version that all builds have',
    { components: [component({ name: 'app', version: 'latest', purls: ['pkg:pypi/app@latest'] })] },
    'pkg:pypi/app',
    'latest',
    true,
  ],
  [
    'the same with a namespace, which is somebody',
    { components: [component({ name: 'app', version: 'latest', purls: ['pkg:npm/%40acme/app@latest'] })] },
    'pkg:npm/%40acme/app',
    'latest',
    false,
  ],
  [
    'a version that nobody gave',
    { components: [component({ name: 'shop', version: 'unspecified' })] },
    'name:shop',
    null,
    true,
  ],
  [
    'a purl whose name says nothing',
    { components: [component({ name: 'shop', version: '2', purls: ['pkg:generic/.@2'] })] },
    'name:shop',
    '2',
    false,
  ],
];

for (const [name, facts, app, release, alone] of LINES) {
  test(`the app of a BOM is found by ${name}`, () => {
    const line = decideLine(bom({ subjects: [0], ...facts }), SHA, 'dir/file.json');
    assert.deepEqual([line.app, line.release, line.standsAlone], [app, release, alone]);
  });
}

test('a BOM without a subject stands for itself, named after itself or its file; tools lose their versions', () => {
  const line = decideLine(
    bom({
      tools: [
        { vendor: null, name: 'Syft-v0.98.0', version: null },
        { vendor: null, name: 'cdxgen', version: '9' },
      ],
    }),
    SHA,
    'dir/file.json',
  );
  assert.deepEqual([line.appName, line.rule, line.tool], ['file.json', 'document', 'cdxgen + syft']);
  assert.equal(decideLine(bom({}), SHA, 'dir/statement.json!/predicate').appName, 'statement.json');
});

test('distances agree with a plain breadth-first walk over the same edges', () => {
  const edge = fc.record({ from: fc.nat(9), to: fc.nat(9), relation: fc.nat(RELATIONS.length - 1) });
  fc.assert(
    fc.property(
      fc.array(edge, { maxLength: 30 }),
      fc.array(fc.nat(9), { maxLength: 3 }),
      (edges, subjects) => {
        const expected = Array.from({ length: 10 }, () => UNREACHED);
        let front = [...new Set(subjects)];
        for (let step = 0; front.length > 0; step++) {
          for (const node of front) expected[node] = step;
          const next = new Set<number>();
          for (const { from, to, relation } of edges) {
            const walk = RELATIONS[relation]?.walk;
            const [holder, held] = walk === 'up' ? [to, from] : [from, to];
            if (walk !== 'none' && front.includes(holder) && expected[held] === UNREACHED) next.add(held);
          }
          front = [...next];
        }
        assert.deepEqual([...distances(10, subjects, edges)], expected);
      },
    ),
  );
});

test('an intake keeps every identity, how it is reached, and what is missing', () => {
  const dependsOn = relationCode('DEPENDS_ON');
  const facts = bom({
    subjects: [0],
    components: [
      component({ role: 'subject', name: 'app', version: '1', purls: ['pkg:generic/app@1'] }),
      component({
        name: 'a',
        version: '1',
        purls: ['pkg:npm/a@1', 'PKG:NPM/a@1?x=y'],
        scope: 'optional',
        licences: { declared: ['MIT'], concluded: ['MIT', 'NOASSERTION'] },
      }),
      component({ name: 'b', version: '2', supplier: ACME, cpes: ['cpe:2.3:a:b:b:2:*:*:*:*:*:*:*'] }),
      component({ name: 'c', parent: 2, purls: ['no purl'], swids: ['s'] }),
      component({ name: 'twin', purls: ['pkg:npm/a@1'] }),
      component({
        name: './file',
        role: 'file',
        digests: [
          { algorithm: 'sha1', value: 'a'.repeat(40) },
          { algorithm: 'sha1', value: 'not hex' },
        ],
      }),
    ],
    relations: [
      { from: 0, to: 1, type: dependsOn },
      { from: 1, to: 2, type: dependsOn },
      { from: 1, to: 99, type: dependsOn },
    ],
    created: '2026-01-01T00:00:00',
  });
  const intake = bomIntake(facts, SHA, 'x');
  assert.deepEqual(intake.purls, ['pkg:generic/app@1', 'pkg:npm/a@1', 'pkg:npm/a@1?x=y']);
  assert.deepEqual(
    [...intake.purlFlags],
    [MEMBER.SUBJECT, MEMBER.DIRECT | MEMBER.OPTIONAL | MEMBER.NO_PATH, MEMBER.DIRECT | MEMBER.OPTIONAL],
  );
  assert.deepEqual(
    intake.identifiers.map(one => one.value),
    ['cpe:2.3:a:b:b:2:*:*:*:*:*:*:*', 'purl:no purl', 'swid:s'],
  );
  assert.deepEqual(intake.plain, [
    { name: 'b', version: '2', supplier: 'ACME' },
    { name: 'c', version: null, supplier: null },
  ]);
  assert.deepEqual([...intake.plainFlags], [MEMBER.TRANSITIVE, MEMBER.TRANSITIVE]);
  assert.deepEqual(intake.licences, ['MIT', 'NOASSERTION']);
  assert.deepEqual([...intake.licenceCounts], [1, 1]);
  assert.equal(intake.digests.ordinals.length, 1);
  assert.equal(intake.created, Date.UTC(2026, 0, 1));
  assert.deepEqual(intake.gaps, {
    withoutVersion: 2,
    withoutIdentity: 0,
    withoutSupplier: 3,
    withoutLicence: 3,
    withoutPath: 1,
    withoutSubject: 0,
    withoutEdges: 0,
  });
});

test('what says nothing is a gap, however it is said; NONE is an answer', () => {
  const stated = (version: string, licence: string): Component =>
    component({ version, licences: { declared: [licence], concluded: [] } });
  const words = ['UNKNOWN', 'unspecified', 'NOASSERTION', 'null', '(devel)', '${version}', ''].map(word =>
    stated(word, word),
  );
  const { gaps } = bomIntake(bom({ components: [...words, stated('1', 'NONE')] }), SHA, 'x');
  assert.equal(gaps.withoutVersion, words.length);
  assert.equal(gaps.withoutLicence, words.length);

  const unknown = bomIntake(bom({ components: [component({ purls: ['NOASSERTION'] })] }), SHA, 'x');
  assert.equal(unknown.gaps.withoutIdentity, 1);
  assert.deepEqual(unknown.identifiers, []);
});

const GLOBS: readonly (readonly [string, string, boolean])[] = [
  ['a/b/c.json', '*.json', true],
  ['a/b/c.json', 'b/*.json', true],
  ['a/b/c.json', 'a/*.json', false],
  ['a/b/c.json', 'a/**', true],
  ['a/b/c.json', '/b/**', false],
  ['./a/b/c.json', 'a/**/c.*', true],
  ['a/c.json', 'a/**/c.json', true],
  ['a/b/c.json', 'a/?/c.json', true],
  [`${'a'.repeat(5000)}b`, '*a*a*a*a*a*a*c', false],
];
for (const [path, glob, expected] of GLOBS) {
  test(`${glob} ${expected ? 'fits' : 'does not fit'} ${path.slice(0, 20)}`, () =>
    assert.equal(matchesGlob(path, glob), expected));
}

const DEPENDS_ON = relationCode('DEPENDS_ON');

function about(components: readonly Component[], relations: readonly [number, number][] = []) {
  const facts = {
    name: 'project',
    components,
    subjects: components.map((_, at) => at),
    relations: relations.map(([from, to]) => ({ from, to, type: DEPENDS_ON })),
  };
  const { app, rule } = decideLine(bom(facts), SHA, 'file.json');
  return rule === 'document' ? rule : app;
}

test('several subjects are an app only where they are one', () => {
  const packages = ['abbrev', 'lodash'].map(name => component({ name, purls: [`pkg:npm/${name}@1`] }));
  const images = ['a', 'b'].map(digit =>
    component({
      name: 'shop',
      purls: [`pkg:oci/shop@sha256%3A${digit.repeat(64)}?repository_url=r.example.com/shop`],
    }),
  );
  const source = component({ name: './main.c', type: 'file', purls: [] });

  assert.equal(about(packages), 'document');
  assert.equal(about(images), 'pkg:oci/shop?repository_url=r.example.com%2Fshop');
  assert.equal(about([source, ...packages.slice(0, 1)]), 'pkg:npm/abbrev');
  assert.equal(about(packages, [[1, 0]]), 'pkg:npm/lodash');
  assert.equal(
    about(packages, [
      [0, 0],
      [0, 1],
    ]),
    'pkg:npm/abbrev',
  );
  assert.equal(
    about(packages, [
      [0, 1],
      [1, 0],
    ]),
    'document',
  );
});
