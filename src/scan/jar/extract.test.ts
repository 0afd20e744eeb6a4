import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { storedZip } from '../../io/testing.ts';
import { scan } from '../run.ts';
import { edges, listed } from '../testing.ts';
import { MemoryTree } from '../tree.ts';
import { identify, parseManifest } from './identity.ts';

const pom = (group: string, artifact: string, version: string) => ({
  [`META-INF/maven/${group}/${artifact}/pom.properties`]: `#x\ngroupId=${group}\nartifactId=${artifact}\nversion=${version}\n`,
});
const manifest = (text: string) => ({ 'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\r\n${text}\r\n` });
const scanJars = (files: Readonly<Record<string, Uint8Array>>) => scan(new MemoryTree(files));
const purls = async (name: string, files: Readonly<Record<string, string>>) =>
  (await scanJars({ [name]: storedZip(files) })).projects[0]?.components.map(
    ({ purl, name, version }) => purl ?? `${name} ${version}`,
  );

test('an archive, what was packed into it and the archives in it are components, with digests of what is a file', async () => {
  const library = storedZip(pom('org.example', 'lib', '1.0'));
  const shaded = storedZip({
    ...pom('org.example', 'app', '2.0'),
    ...pom('com.example', 'packed', '3.0'),
    'BOOT-INF/lib/lib-1.0.jar': library,
  });
  const { projects } = await scanJars({ 'opt/app-2.0.jar': shaded, 'opt/lib-1.0.jar': library });
  const [project] = projects;
  assert.equal(projects.length, 1);
  assert.deepEqual(listed(project), [
    'org.example:app 2.0 prod',
    'com.example:packed 3.0 prod',
    'org.example:lib 1.0 prod',
    'org.example:lib 1.0 prod',
  ]);
  assert.deepEqual(edges(project), [
    'org.example:app@2.0 > com.example:packed@3.0',
    'org.example:app@2.0 > org.example:lib@1.0',
  ]);
  assert.deepEqual(
    project?.components.map(({ locations, digests }) => [locations[0]?.file, digests.length]),
    [
      ['opt/app-2.0.jar', 2],
      ['opt/app-2.0.jar', 0],
      ['opt/app-2.0.jar!/BOOT-INF/lib/lib-1.0.jar', 2],
      ['opt/lib-1.0.jar', 2],
    ],
  );
  assert.equal(
    project?.components[2]?.digests[0],
    `sha1:${createHash('sha1').update(library).digest('hex')}`,
  );
});

test('without pom.properties the manifest and the name say what it is, and no group is made up', async () => {
  assert.deepEqual(
    await purls('core-2.15.jar', manifest('Bundle-SymbolicName: com.example.data.core;singleton:=true')),
    ['pkg:maven/com.example.data/core@2.15'],
  );
  assert.deepEqual(await purls('boot-1.0.jar', manifest('Implementation-Title: org.example#boot;1.0')), [
    'pkg:maven/org.example/boot@1.0',
  ]);
  assert.deepEqual(
    await purls(
      'tool.hpi',
      manifest('Group-Id: org.example.ci\r\nExtension-Name: tool\r\nPlugin-Version: 2.11'),
    ),
    ['pkg:maven/org.example.ci/tool@2.11'],
  );
  assert.deepEqual(await purls('a-1.jar', { 'META-INF/maven/g.x/a/pom.xml': '<project/>' }), [
    'pkg:maven/g.x/a@1',
  ]);
  assert.deepEqual(await purls('v-1.5.jar', manifest('Implementation-Vendor-Id: org.example')), ['v 1.5']);
  assert.deepEqual(await purls('j-4.jar', manifest('Implementation-Vendor-Id: j\r\nExtension-Name: o.j')), [
    'pkg:maven/j/j@4',
  ]);
  assert.deepEqual(await purls('root/.m2/repository/o/x/core/1.3/core-1.3.jar', {}), [
    'pkg:maven/o.x/core@1.3',
  ]);
  assert.deepEqual(await purls(`files-2.1/o.x/core/1.3/${'0a'.repeat(20)}/core-1.3.jar`, {}), [
    'pkg:maven/o.x/core@1.3',
  ]);
  assert.deepEqual(await purls('a-1.2.jar', { 'x.class': '' }), ['a 1.2']);
  assert.deepEqual(
    await purls('plain.jar', manifest('Implementation-Version: 4.0\r\nImplementation-Vendor: The Example')),
    ['plain 4.0'],
  );
});

test('of several packed projects the one named as the file is the archive', () => {
  const one = (artifact: string) => ({ group: 'g', artifact, version: '1' });
  const found = identify('b-1.jar', { properties: [one('a'), one('b')], poms: [], manifest: new Map() });
  assert.deepEqual([found.own?.artifact, found.packed.map(({ artifact }) => artifact)], ['b', ['a']]);
});

test('a value goes on in lines that begin with a blank', () => {
  assert.equal(
    parseManifest('Bundle-SymbolicName: org.ex\r\n ample\r\n\r\nName: x\r\nA: b').get('bundle-symbolicname'),
    'org.example',
  );
});

test('archives too deep, damaged ones and paths that climb out are told, the rest is read', async () => {
  let nested = storedZip(pom('g', 'deep', '1'));
  for (let i = 0; i < 8; i++) nested = storedZip({ [`n${i}-1.jar`]: nested, ...pom('g', `level${i}`, '1') });
  const { projects } = await scanJars({
    'a/n-1.jar': nested,
    'b/x.jar': Buffer.from('no zip'),
    'c/y.jar': storedZip({ '../META-INF/MANIFEST.MF': '', '../evil.jar': 'x', ...pom('g', 'y', '1') }),
  });
  assert.deepEqual(
    projects.map(({ components, reasons }) => [components.length, reasons.map(({ reason }) => reason)]),
    [
      [5, ['too-large']],
      [0, ['malformed-entry']],
      [1, ['malformed-entry']],
    ],
  );
});

test('ten thousand archives in one are read in bounded depth', async () => {
  const inner = storedZip({});
  const { projects } = await scanJars({
    'many.jar': storedZip(
      Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}-1.jar`, inner])),
    ),
  });
  assert.equal(projects[0]?.components.length, 10_001);
});

/** A zip of one compressed member. */
function packedZip(name: string, content: Uint8Array): Buffer {
  const data = zlib.deflateRawSync(content);
  const zip = storedZip({ [name]: data });
  for (const start of [4, zip.indexOf('PK\x01\x02') + 6]) {
    zip.writeUInt16LE(8, start + 4);
    zip.writeUInt32LE(zlib.crc32(content), start + 10);
    zip.writeUInt32LE(content.length, start + 18);
  }
  return zip;
}

test('archives in archives share one bound: a jar of bombs is stopped as one bomb is', async () => {
  const bomb = packedZip('META-INF/MANIFEST.MF', Buffer.alloc(30 * 1024 * 1024));
  const many = storedZip(Object.fromEntries(['a', 'b', 'c', 'd'].map(name => [`${name}-1.jar`, bomb])));
  const { projects } = await scanJars({ 'all.jar': packedZip('many.jar', many), 'b-1.jar': bomb });
  assert.deepEqual(
    projects[0]?.reasons.map(({ reason }) => reason),
    ['too-large'],
  );
  assert.ok(listed(projects[0]).includes('b 1 prod'));
});

test('damaged archives neither throw nor hang', async () => {
  const good = storedZip({
    ...pom('g', 'a', '1'),
    ...manifest('Bundle-Version: 1'),
    'lib/b-1.jar': storedZip(pom('g', 'b', '1')),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }),
      fc.nat(good.length),
      async (changes, cut) => {
        const bytes = Buffer.from(cut % 2 === 0 ? good : good.subarray(0, cut));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const { projects } = await scanJars({ 'a-1.jar': bytes });
        assert.equal(projects.length, 1);
        assert.notEqual(projects[0]?.completeness, 'failed');
      },
    ),
    { numRuns: 200 },
  );
});
