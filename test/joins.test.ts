import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { larder, temporaryFolder } from '../src/cli/testing.ts';

/** Documents are crossed by equal digest of a subject, by BOM-Link, by SPDX external reference, and by equal purl only when asked for. */

const DIGEST = 'ab'.repeat(32);
const SERIAL = '3e671687-395b-41f5-a30f-a58921a69b79';

interface Part {
  readonly ref: string;
  readonly purl?: string;
  readonly digest?: string;
  readonly bom?: string;
  readonly needs?: readonly string[];
}

function cyclonedx(subject: Part, parts: readonly Part[], serial?: string): string {
  const component = ({ ref, purl, digest, bom }: Part): object => ({
    type: 'library',
    'bom-ref': ref,
    name: ref,
    version: '1',
    ...(purl === undefined ? {} : { purl }),
    ...(digest === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: digest }] }),
    ...(bom === undefined ? {} : { externalReferences: [{ type: 'bom', url: bom }] }),
  });
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    ...(serial === undefined ? {} : { serialNumber: `urn:uuid:${serial}` }),
    metadata: { component: component(subject) },
    components: parts.map(component),
    dependencies: [subject, ...parts].map(part => ({ ref: part.ref, dependsOn: part.needs ?? [] })),
  });
}

const FILES: Readonly<Record<string, string>> = {
  // The product lists the image by digest, the firmware by BOM-Link, and a library by purl.
  'product.json': cyclonedx({ ref: 'product', needs: ['image', 'firmware', 'lib', 'empty'] }, [
    { ref: 'empty', digest: hash('sha256', '') },
    { ref: 'image', digest: DIGEST },
    { ref: 'firmware', bom: `urn:cdx:${SERIAL}/1` },
    { ref: 'lib', purl: 'pkg:npm/lib@2.0.0' },
  ]),
  'image.json': cyclonedx({ ref: 'image-subject', digest: DIGEST, needs: ['deep'] }, [
    { ref: 'deep', purl: 'pkg:npm/deep@1.0.0' },
  ]),
  'firmware.json': cyclonedx(
    { ref: 'firmware-subject', needs: ['chip'] },
    [{ ref: 'chip', purl: 'pkg:npm/chip@1.0.0' }],
    SERIAL,
  ),
  'lib.json': cyclonedx({ ref: 'lib-subject', purl: 'pkg:npm/lib@2.0.0', needs: ['far'] }, [
    { ref: 'far', purl: 'pkg:npm/far@1.0.0' },
  ]),
  // About a folder, with the digest of no bytes, which the product's empty file has too.
  'folder.json': cyclonedx({ ref: 'folder', digest: hash('sha256', ''), needs: ['ghost'] }, [
    { ref: 'ghost', purl: 'pkg:npm/ghost@1.0.0' },
  ]),
  // Lists the same bytes as the product, as one part among others: what it needs here is no business of the product's.
  'stranger.json': cyclonedx({ ref: 'stranger', needs: ['same-image'] }, [
    { ref: 'same-image', digest: DIGEST, needs: ['only-here'] },
    { ref: 'only-here', purl: 'pkg:npm/only-here@1.0.0' },
  ]),
};

test('paths cross documents by the named rules only', async t => {
  const folder = await temporaryFolder(t);
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  assert.equal((await larder(folder, ['add', ...Object.keys(FILES)])).stderr, '');
  const why = async (...words: string[]): Promise<unknown[][]> => {
    const ran = await larder(folder, ['why', 'product', ...words, '--json']);
    assert.equal(ran.stderr, '');
    const { paths } = JSON.parse(ran.stdout) as { paths: Record<string, unknown>[][] };
    return paths.map(path => path.map(hop => [hop['component'], hop['join'], hop['because']]));
  };
  assert.deepEqual(await why('deep'), [
    [
      ['product', null, null],
      ['image', null, null],
      ['image-subject', 'digest', DIGEST],
      ['deep', null, null],
    ],
  ]);
  assert.deepEqual(await why('chip'), [
    [
      ['product', null, null],
      ['firmware', null, null],
      ['firmware-subject', 'bom-link', `urn:cdx:${SERIAL}/1`],
      ['chip', null, null],
    ],
  ]);
  assert.deepEqual(await why('far'), []);
  assert.deepEqual(await why('far', '--join', 'purl'), [
    [
      ['product', null, null],
      ['lib', null, null],
      ['lib-subject', 'purl', 'pkg:npm/lib@2.0.0'],
      ['far', null, null],
    ],
  ]);
  assert.deepEqual(await why('only-here'), []);
  assert.deepEqual(await why('ghost'), []);
  const where = async (part: string): Promise<unknown[]> => {
    const ran = await larder(folder, ['where', part, '--json']);
    const { matches } = JSON.parse(ran.stdout) as { matches: { apps: Record<string, unknown>[] }[] };
    return matches.flatMap(match =>
      match.apps.map(app => [app['app'], (app['joinedBy'] as { rule: string } | null)?.rule]),
    );
  };
  assert.deepEqual(await where('deep'), [
    ['image-subject', undefined],
    ['product', 'digest'],
    ['stranger', 'digest'],
  ]);
  assert.deepEqual(await where('chip'), [
    ['firmware-subject', undefined],
    ['product', 'bom-link'],
  ]);
  assert.deepEqual(await where('far'), [['lib', undefined]]);
  assert.deepEqual(await where('ghost'), [['folder', undefined]]);
  assert.deepEqual(await where('only-here'), [['stranger', undefined]]);
});

function entry(SPDXID: string, name: string, purl?: string): object {
  return {
    SPDXID,
    name,
    versionInfo: '1',
    downloadLocation: 'NOASSERTION',
    ...(purl === undefined
      ? {}
      : {
          externalRefs: [
            { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
          ],
        }),
  };
}

function document(name: string, packages: object[], relationships: string[], more: object = {}): string {
  return JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://example.com/${name}`,
    creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: test'] },
    packages,
    relationships: relationships.map(text => {
      const [spdxElementId, relationshipType, relatedSpdxElement] = text.split(' ');
      return { spdxElementId, relationshipType, relatedSpdxElement };
    }),
    ...more,
  });
}

const REFERENCE = {
  externalDocumentId: 'DocumentRef-inner',
  spdxDocument: 'https://example.com/inner',
  checksum: { algorithm: 'SHA1', checksumValue: '0'.repeat(40) },
};

test('an SPDX external document reference joins what it names', async t => {
  const folder = await temporaryFolder(t);
  const inner = document(
    'inner',
    [entry('SPDXRef-engine', 'engine'), entry('SPDXRef-bolt', 'bolt', 'pkg:npm/bolt@1.0.0')],
    ['SPDXRef-DOCUMENT DESCRIBES SPDXRef-engine', 'SPDXRef-engine CONTAINS SPDXRef-bolt'],
  );
  const outer = document(
    'outer',
    [entry('SPDXRef-car', 'car')],
    ['SPDXRef-DOCUMENT DESCRIBES SPDXRef-car', 'SPDXRef-car CONTAINS DocumentRef-inner:SPDXRef-engine'],
    { externalDocumentRefs: [REFERENCE] },
  );
  await writeFile(join(folder, 'inner.json'), inner);
  await writeFile(join(folder, 'outer.json'), outer);
  assert.equal((await larder(folder, ['add', 'inner.json', 'outer.json'])).stderr, '');
  const ran = await larder(folder, ['why', 'car', 'bolt', '--json']);
  const { paths } = JSON.parse(ran.stdout) as { paths: Record<string, unknown>[][] };
  assert.deepEqual(
    paths.map(path => path.map(hop => [hop['component'], hop['relation'], hop['join']])),
    [
      [
        ['SPDXRef-car', null, null],
        ['SPDXRef-engine', 'CONTAINS', 'document-ref'],
        ['SPDXRef-bolt', 'CONTAINS', null],
      ],
    ],
  );
});

test('a relation said of another document is followed in its own direction only', async t => {
  const folder = await temporaryFolder(t);
  const inner = document(
    'inner',
    [entry('SPDXRef-glibc', 'glibc'), entry('SPDXRef-tool', 'tool')],
    ['SPDXRef-DOCUMENT DESCRIBES SPDXRef-glibc', 'SPDXRef-tool DEPENDS_ON SPDXRef-glibc'],
  );
  // As Yocto writes what a recipe is built with; and something of the other document that needs ours.
  const outer = document(
    'outer',
    [entry('SPDXRef-busybox', 'busybox')],
    [
      'SPDXRef-DOCUMENT DESCRIBES SPDXRef-busybox',
      'DocumentRef-inner:SPDXRef-glibc BUILD_DEPENDENCY_OF SPDXRef-busybox',
      'DocumentRef-inner:SPDXRef-tool DEPENDS_ON SPDXRef-busybox',
    ],
    { externalDocumentRefs: [REFERENCE] },
  );
  await writeFile(join(folder, 'inner.json'), inner);
  await writeFile(join(folder, 'outer.json'), outer);
  await larder(folder, ['add', 'inner.json', 'outer.json']);
  const paths = async (part: string): Promise<unknown[][]> => {
    const ran = await larder(folder, ['why', 'busybox', part, '--json']);
    const answer = JSON.parse(ran.stdout) as { paths: Record<string, unknown>[][] };
    return answer.paths.map(path => path.map(hop => [hop['component'], hop['relation'], hop['join']]));
  };

  assert.deepEqual(await paths('glibc'), [
    [
      ['SPDXRef-busybox', null, null],
      ['SPDXRef-glibc', 'BUILD_DEPENDENCY_OF', 'document-ref'],
    ],
  ]);
  assert.deepEqual(await paths('tool'), []);
  const where = await larder(folder, ['where', 'glibc']);
  assert.match(where.stdout, /busybox 1 +1 +via busybox, by document reference/);
});

async function hops(folder: string, app: string, part: string): Promise<unknown[][]> {
  const ran = await larder(folder, ['why', app, part, '--json']);
  const { paths } = JSON.parse(ran.stdout) as { paths: Record<string, unknown>[][] };
  return paths.map(path => path.map(hop => hop['component']));
}

async function holders(folder: string, part: string): Promise<unknown[]> {
  const ran = await larder(folder, ['where', part, '--json']);
  const { matches } = JSON.parse(ran.stdout) as { matches: { apps: { app: string }[] }[] };
  return matches.flatMap(match => match.apps.map(app => app.app)).sort();
}

test('where several documents have one namespace, the digest of the reference says which is meant', async t => {
  const folder = await temporaryFolder(t);
  const image = (name: string, part: string): string =>
    document(
      name,
      [
        entry(`SPDXRef-${name}`, name),
        entry('SPDXRef-layer', 'layer'),
        entry(`SPDXRef-${part}`, part, `pkg:npm/${part}@1.0.0`),
      ],
      [
        `SPDXRef-DOCUMENT DESCRIBES SPDXRef-${name}`,
        `SPDXRef-${name} CONTAINS SPDXRef-layer`,
        `SPDXRef-layer CONTAINS SPDXRef-${part}`,
      ],
      { documentNamespace: 'https://example.com/all-images' },
    );
  const [arm, amd] = [image('arm', 'left'), image('amd', 'right')];
  const index = (name: string, checksumValue: string): string =>
    document(
      name,
      [entry(`SPDXRef-${name}`, name)],
      [
        `SPDXRef-DOCUMENT DESCRIBES SPDXRef-${name}`,
        `SPDXRef-${name} CONTAINS DocumentRef-inner:SPDXRef-DOCUMENT`,
      ],
      {
        externalDocumentRefs: [
          {
            externalDocumentId: 'DocumentRef-inner',
            spdxDocument: 'https://example.com/all-images',
            checksum: { algorithm: 'SHA1', checksumValue },
          },
        ],
      },
    );
  const files = {
    'arm.json': arm,
    'amd.json': amd,
    'index.json': index('index', hash('sha1', amd)),
    'stale.json': index('stale', '0'.repeat(40)),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  assert.equal((await larder(folder, ['add', ...Object.keys(files)])).stderr, '');

  assert.deepEqual(await hops(folder, 'index', 'left'), []);
  assert.deepEqual(await hops(folder, 'index', 'right'), [
    ['SPDXRef-index', 'SPDXRef-amd', 'SPDXRef-layer', 'SPDXRef-right'],
  ]);
  assert.deepEqual(await hops(folder, 'stale', 'right'), []);
  assert.deepEqual(await holders(folder, 'left'), ['arm']);
  assert.deepEqual(await holders(folder, 'right'), ['amd', 'index']);
});

test('a link to a part of another document holds that part and what it leads to, as its path shows', async t => {
  const folder = await temporaryFolder(t);
  const inner = document(
    'inner',
    [
      entry('SPDXRef-engine', 'engine'),
      entry('SPDXRef-pump', 'pump', 'pkg:npm/pump@1.0.0'),
      entry('SPDXRef-seal', 'seal', 'pkg:npm/seal@1.0.0'),
      entry('SPDXRef-bolt', 'bolt', 'pkg:npm/bolt@1.0.0'),
    ],
    [
      'SPDXRef-DOCUMENT DESCRIBES SPDXRef-engine',
      'SPDXRef-engine CONTAINS SPDXRef-pump',
      'SPDXRef-engine CONTAINS SPDXRef-bolt',
      'SPDXRef-pump CONTAINS SPDXRef-seal',
    ],
  );
  const outer = document(
    'outer',
    [entry('SPDXRef-car', 'car')],
    ['SPDXRef-DOCUMENT DESCRIBES SPDXRef-car', 'SPDXRef-car CONTAINS DocumentRef-inner:SPDXRef-pump'],
    { externalDocumentRefs: [REFERENCE] },
  );
  await writeFile(join(folder, 'inner.json'), inner);
  await writeFile(join(folder, 'outer.json'), outer);
  await larder(folder, ['add', 'inner.json', 'outer.json']);

  for (const [part, apps] of [
    ['pump', ['car', 'engine']],
    ['seal', ['car', 'engine']],
    ['bolt', ['engine']],
  ] as const) {
    assert.deepEqual(await holders(folder, part), apps, part);
    assert.equal((await hops(folder, 'car', part)).length, apps.length - 1, part);
  }
});

test('a BOM-Link reaches a serial number in any case, and none that templates have', async t => {
  const folder = await temporaryFolder(t);
  const held = (name: string, part: string, serial: string): string =>
    cyclonedx({ ref: name, needs: [part] }, [{ ref: part, purl: `pkg:npm/${part}@1.0.0` }], serial);
  const holder = (name: string, serial: string): string =>
    cyclonedx({ ref: name, needs: ['part'] }, [{ ref: 'part', bom: `urn:cdx:${serial}/1` }]);
  const nil = '00000000-0000-0000-0000-000000000000';
  const files = {
    'upper.json': held('upper', 'bolt', SERIAL.toUpperCase()),
    'car.json': holder('car', SERIAL.toUpperCase()),
    'template.json': held('template', 'nut', nil),
    'bus.json': holder('bus', nil),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  assert.equal((await larder(folder, ['add', ...Object.keys(files)])).stderr, '');

  assert.equal((await hops(folder, 'car', 'bolt')).length, 1);
  assert.deepEqual(await holders(folder, 'bolt'), ['car', 'upper']);
  assert.deepEqual(await hops(folder, 'bus', 'nut'), []);
  assert.deepEqual(await holders(folder, 'nut'), ['template']);
});

function spdx3(
  name: string,
  folder: string,
  parts: readonly string[],
  edges: readonly string[],
  imports: readonly string[] = [],
): string {
  const creationInfo = '_:c';
  return JSON.stringify({
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      {
        type: 'CreationInfo',
        '@id': creationInfo,
        specVersion: '3.0.1',
        created: '2026-01-01T00:00:00Z',
        createdBy: [`${folder}agent`],
      },
      { type: 'Organization', spdxId: `${folder}agent`, creationInfo, name: 'Maker' },
      {
        type: 'SpdxDocument',
        spdxId: `${folder}document`,
        creationInfo,
        name,
        rootElement: [`${folder}${parts[0]}`],
        import: imports.map(externalSpdxId => ({ type: 'ExternalMap', externalSpdxId })),
      },
      ...parts.map(part => ({
        type: 'software_Package',
        spdxId: `${folder}${part}`,
        creationInfo,
        name: part,
        software_packageVersion: '1',
        software_packageUrl: `pkg:npm/${part}@1.0.0`,
      })),
      ...edges.map((edge, at) => {
        const [from, to] = edge.split(' ');
        return {
          type: 'Relationship',
          spdxId: `${folder}r${at}`,
          creationInfo,
          from,
          to: [to],
          relationshipType: 'dependsOn',
        };
      }),
    ],
  });
}

for (const end of ['/', '#']) {
  test(`an SPDX 3 element that is imported is found in the document that has it, whose names end behind ${end}`, async t => {
    const folder = await temporaryFolder(t);
    const [car, engine, other] = ['car', 'engine', 'other'].map(
      name => `https://example.com/docs/${name}${end}`,
    );
    const files = {
      'car.json': spdx3('car', `${car}`, ['car'], [`${car}car ${engine}motor`], [`${engine}motor`]),
      'engine.json': spdx3(
        'engine',
        `${engine}`,
        ['engine', 'motor', 'bolt', 'nut'],
        [`${engine}motor ${engine}bolt`, `${engine}engine ${engine}nut`],
      ),
      'other.json': spdx3('other', `${other}`, ['other'], []),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    assert.equal((await larder(folder, ['add', ...Object.keys(files)])).stderr, '');

    assert.equal((await hops(folder, 'car', 'bolt')).length, 1);
    assert.deepEqual(await hops(folder, 'car', 'nut'), []);
    assert.deepEqual(await holders(folder, 'bolt'), ['car', 'engine']);
    assert.deepEqual(await holders(folder, 'nut'), ['engine']);
  });
}

test('what a joined document lists without a path is held without one, as where counts it', async t => {
  const folder = await temporaryFolder(t);
  const files = {
    'product.json': cyclonedx({ ref: 'product' }, [
      { ref: 'image', digest: DIGEST },
      { ref: 'firmware', bom: `urn:cdx:${SERIAL}/1` },
      { ref: 'part', bom: `urn:cdx:${SERIAL}/1#piece` },
    ]),
    'image.json': cyclonedx({ ref: 'image-subject', digest: DIGEST }, [
      { ref: 'deep', purl: 'pkg:npm/deep@1.0.0' },
    ]),
    'firmware.json': cyclonedx(
      { ref: 'firmware-subject' },
      [{ ref: 'chip', purl: 'pkg:npm/chip@1.0.0' }, { ref: 'piece', needs: ['bolt'] }, { ref: 'bolt' }],
      SERIAL,
    ),
    // Links to one piece: it holds what that leads to, and not the chip beside it.
    'other.json': cyclonedx({ ref: 'other' }, [{ ref: 'part', bom: `urn:cdx:${SERIAL}/1#piece` }]),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  assert.equal((await larder(folder, ['add', ...Object.keys(files)])).stderr, '');

  for (const [app, part, rule] of [
    ['product', 'deep', 'digest'],
    ['product', 'chip', 'bom-link'],
    ['other', 'chip', null],
  ] as const) {
    const ran = await larder(folder, ['why', app, part, '--json']);
    const { paths, noPath } = JSON.parse(ran.stdout) as { paths: unknown[]; noPath: { join: string }[] };
    assert.deepEqual(paths, []);
    assert.deepEqual(
      noPath.map(entry => entry.join),
      rule === null ? [] : [rule],
      `${app} ${part}`,
    );
    assert.equal((await holders(folder, part)).includes(app), rule !== null, `${app} ${part}`);
  }
  assert.deepEqual(await hops(folder, 'other', 'bolt'), [['part', 'piece', 'bolt']]);
});
