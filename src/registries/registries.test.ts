import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cachedFetch } from './cache.ts';
import { indexPath } from './cargo.ts';
import { registryBase, type Surroundings } from './config.ts';
import { escapePath } from './golang.ts';
import { openRegistry, REGISTRIES } from './list.ts';

const ANSWERS: Record<string, string> = {
  '/npm/@acme%2Fshop': JSON.stringify({
    time: { created: '2020-01-01T00:00:00Z', '1.0.0': '2020-01-02T00:00:00Z' },
    versions: {
      '1.0.0': {
        deprecated: 'use 2',
        dependencies: { a: '^1', b: '1' },
        optionalDependencies: { b: '1' },
        peerDependencies: { c: '*' },
      },
      '2.0.0': {},
    },
  }),
  '/simple/zope-interface/': JSON.stringify({
    files: [
      {
        filename: 'zope.interface-5.0.tar.gz',
        url: '../../files/zope.interface-5.0.tar.gz',
        'upload-time': '2020-02-02T00:00:00Z',
        yanked: 'broken',
      },
      {
        filename: 'zope.interface-6.0-py3-none-any.whl',
        url: '../../files/zope.whl#sha256=x',
        'upload-time': '2021-02-02T00:00:00Z',
        yanked: false,
        'core-metadata': { sha256: 'x' },
      },
    ],
  }),
  '/files/zope.whl.metadata':
    'Metadata-Version: 2.1\nRequires-Dist: setuptools (>=40)\nRequires-Dist: coverage[toml]>=5; extra == "test"\n\nRequires-Dist: no\n',
  '/index/se/rd/serde': [
    JSON.stringify({ name: 'serde', vers: '1.0.0', yanked: true, deps: [] }),
    'not json',
    JSON.stringify({
      name: 'serde',
      vers: '1.0.1',
      yanked: false,
      deps: [
        { name: 'derive', package: 'serde_derive', req: '^1', kind: 'normal', optional: true },
        { name: 'cc', req: '1', kind: 'build', optional: false },
      ],
    }),
  ].join('\n'),
  '/go/example.com/!owner/lib/@v/list': 'v1.0.0\nv1.1.0\n',
  '/go/example.com/!owner/lib/@v/v1.0.0.info': JSON.stringify({
    Version: 'v1.0.0',
    Time: '2020-03-03T00:00:00Z',
  }),
  '/go/example.com/!owner/lib/@latest': JSON.stringify({ Version: 'v1.1.0' }),
  '/go/example.com/!owner/lib/@v/v1.1.0.mod':
    '// Deprecated: use example.com/Owner/lib/v2.\nmodule example.com/Owner/lib\n\nretract (\n\t[v0.9.0, v1.0.0] // broken\n)\n\nrequire example.com/a v1.2.3 // indirect\n\nrequire (\n\texample.com/b v0.1.0\n)\n',
  '/m2/org/example/lib/maven-metadata.xml':
    '<metadata><versioning><release>2</release><versions><version>1</version><version>2</version></versions></versioning></metadata>',
  '/m2/org/example/lib/2/lib-2.pom': `<project><groupId>org.example</groupId><properties><a.version>3</a.version></properties>
    <dependencyManagement><dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId></dependency></dependencies></dependencyManagement>
    <dependencies><dependency><groupId>\${project.groupId}</groupId><artifactId>a</artifactId><version>\${a.version}</version>
    <exclusions><exclusion><groupId>e</groupId></exclusion></exclusions></dependency>
    <dependency><groupId>t</groupId><artifactId>t</artifactId><version>\${other}</version><scope>test</scope></dependency></dependencies></project>`,
  '/m2/org/example/evil/maven-metadata.xml': '<!DOCTYPE x [<!ENTITY a "b">]><metadata/>',
};

const asked: string[] = [];
const authorizations: string[] = [];
let server: Server;
let folder = '';
let surroundings: Surroundings;

before(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    authorizations.push(request.headers.authorization ?? '');
    const body = Object.hasOwn(ANSWERS, path) ? ANSWERS[path] : undefined;
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { etag: '"1"' }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'larder-registries-'));
  mkdirSync(join(folder, '.cargo'));
  mkdirSync(join(folder, '.m2'));
  writeFileSync(join(folder, '.npmrc'), `registry=http://127.0.0.1:1/\n@acme:registry=\${NPM_HOST}/npm/\n`);
  writeFileSync(
    join(folder, '.cargo/config.toml'),
    `[source.crates-io]\nreplace-with = "ours"\n[source.ours]\nregistry = "sparse+${origin}/index/"\n`,
  );
  writeFileSync(
    join(folder, '.m2/settings.xml'),
    `<settings><mirrors><mirror><url>${origin}/m2</url></mirror></mirrors></settings>`,
  );
  const env = { NPM_HOST: origin, PIP_INDEX_URL: `${origin}/simple/`, GOPROXY: `off,${origin}/go,direct` };
  surroundings = { env, home: folder, project: join(folder, 'project') };
});

after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything the clients are asked here, as one value. */
async function askAll(offline: boolean, fresh?: number): Promise<unknown[]> {
  const fetch = cachedFetch({ folder: join(folder, 'cache'), offline, fresh });
  const open = (id: string) => openRegistry(id, surroundings, fetch);
  const [npm, pypi, cargo, golang, maven] = await Promise.all(
    ['npm', 'pypi', 'cargo', 'golang', 'maven'].map(open),
  );
  assert.ok(npm && pypi && cargo && golang && maven);
  return [
    await npm.versions('@acme/shop'),
    await npm.dependencies('@acme/shop', '1.0.0'),
    await pypi.versions('Zope.Interface'),
    await pypi.dependencies('zope_interface', '6.0'),
    await cargo.versions('serde'),
    await cargo.dependencies('serde', '1.0.1'),
    await golang.versions('example.com/Owner/lib'),
    await golang.dependencies('example.com/Owner/lib', 'v1.1.0'),
    await maven.versions('org.example:lib'),
    await maven.dependencies('org.example:lib', '2'),
  ];
}

const EXPECTED = [
  [
    { version: '1.0.0', published: '2020-01-02T00:00:00Z', yanked: false, deprecated: 'use 2' },
    { version: '2.0.0', published: null, yanked: false, deprecated: null },
  ],
  [
    { name: 'a', range: '^1', scope: 'runtime' },
    { name: 'b', range: '1', scope: 'optional' },
    { name: 'c', range: '*', scope: 'peer' },
  ],
  [
    { version: '5.0', published: '2020-02-02T00:00:00Z', yanked: true, deprecated: null },
    { version: '6.0', published: '2021-02-02T00:00:00Z', yanked: false, deprecated: null },
  ],
  [
    { name: 'setuptools', range: '>=40', scope: 'runtime' },
    { name: 'coverage', range: '>=5', scope: 'optional' },
  ],
  [
    { version: '1.0.0', published: null, yanked: true, deprecated: null },
    { version: '1.0.1', published: null, yanked: false, deprecated: null },
  ],
  [
    { name: 'serde_derive', range: '^1', scope: 'optional' },
    { name: 'cc', range: '1', scope: 'build' },
  ],
  [
    {
      version: 'v1.0.0',
      published: '2020-03-03T00:00:00Z',
      yanked: true,
      deprecated: 'use example.com/Owner/lib/v2.',
    },
    { version: 'v1.1.0', published: null, yanked: false, deprecated: 'use example.com/Owner/lib/v2.' },
  ],
  [
    { name: 'example.com/a', range: 'v1.2.3', scope: 'runtime' },
    { name: 'example.com/b', range: 'v0.1.0', scope: 'runtime' },
  ],
  [
    { version: '1', published: null, yanked: false, deprecated: null },
    { version: '2', published: null, yanked: false, deprecated: null },
  ],
  [
    { name: 'org.example:a', range: '3', scope: 'runtime' },
    { name: 't:t', range: '${other}', scope: 'test' },
  ],
];

test('every protocol, then again with ETags, then from the recording alone', async () => {
  assert.deepEqual(await askAll(false), EXPECTED);
  const first = asked.length;
  assert.deepEqual(await askAll(false), EXPECTED);
  assert.equal(asked.length, first, 'fresh answers are not asked for again');
  assert.deepEqual(await askAll(false, 0), EXPECTED);
  assert.ok(asked.length > first, 'stale answers are asked for again');
  const online = asked.length;
  assert.deepEqual(await askAll(true), EXPECTED);
  assert.equal(asked.length, online, 'offline asks nothing');
});

test('what is missing, forbidden or no answer is said in a sentence', async () => {
  const fetch = cachedFetch({ folder: join(folder, 'cache2'), offline: false });
  const maven = await openRegistry('maven', surroundings, fetch);
  await assert.rejects(maven.versions('org.example:nothing'), {
    code: 'not-found',
    message: /has no org\.example:nothing/,
  });
  await assert.rejects(maven.versions('org.example:evil'), { code: 'not-understood', message: /DTD/ });
  const offline = await openRegistry(
    'npm',
    surroundings,
    cachedFetch({ folder: join(folder, 'empty'), offline: true }),
  );
  await assert.rejects(offline.versions('@acme/shop'), { code: 'not-recorded', message: /--offline/ });
});

test('an address nobody configured is never asked', async () => {
  const nowhere: Surroundings = {
    env: { PIP_CONFIG_FILE: join(folder, 'none') },
    home: join(folder, 'none'),
    project: join(folder, 'none'),
  };
  for (const { id } of REGISTRIES.filter(one => one.id !== 'pypi')) {
    await assert.rejects(async () => (await registryBase(id, nowhere))('x'), { code: 'not-configured' }, id);
  }
});

test('credentials in an address are kept nowhere', async () => {
  const cache = join(folder, 'cache3');
  const secret = {
    ...surroundings,
    env: {
      ...surroundings.env,
      PIP_INDEX_URL: surroundings.env['PIP_INDEX_URL']?.replace('//', '//user:hunter2@'),
    },
  };
  const pypi = await openRegistry('pypi', secret, cachedFetch({ folder: cache, offline: false }));
  assert.equal((await pypi.versions('zope.interface')).length, 2);
  assert.ok(authorizations.includes(`Basic ${Buffer.from('user:hunter2').toString('base64')}`));
  const kept = readdirSync(cache, { recursive: true, encoding: 'utf8' }).map(
    name => name + readFileSync(join(cache, name), 'utf8'),
  );
  assert.ok(!kept.join('').includes('hunter2'));
});

test('paths of crates and modules', () => {
  assert.deepEqual(['a', 'ab', 'abc', 'abcd'].map(indexPath), ['1/a', '2/ab', '3/a/abc', 'ab/cd/abcd']);
  assert.equal(escapePath('example.com/BurntSushi/toml'), 'example.com/!burnt!sushi/toml');
});
