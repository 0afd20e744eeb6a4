import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Schema } from '../schemas/audit.ts';
import { larder, temporaryFolder } from '../testing.ts';

/** What to bump to, asked of a registry on this machine; everything in it is made up. */

type Needs = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

function npmAnswers(packages: Needs): [path: string, body: string][] {
  return Object.entries(packages).map(([name, versions]) => [
    `/npm/${name}`,
    JSON.stringify({
      versions: Object.fromEntries(
        Object.entries(versions).map(([version, dependencies]) => [version, { name, version, dependencies }]),
      ),
    }),
  ]);
}

function pypiAnswers(packages: Needs): [path: string, body: string][] {
  return Object.entries(packages).flatMap(([name, versions]): [string, string][] => {
    const stem = name.replaceAll('-', '_');
    const files = Object.keys(versions).map(version => `${stem}-${version}-py3-none-any.whl`);
    return [
      [
        `/simple/${name}/`,
        JSON.stringify({
          files: files.map(file => ({ filename: file, url: `../../files/${file}`, 'core-metadata': true })),
        }),
      ],
      ...Object.entries(versions).map(([version, needs]): [string, string] => [
        `/files/${stem}-${version}-py3-none-any.whl.metadata`,
        `Name: ${name}\n${Object.entries(needs)
          .map(([one, range]) => `Requires-Dist: ${one} ${range}\n`)
          .join('')}\n`,
      ]),
    ];
  });
}

function mavenAnswers(packages: Needs): [path: string, body: string][] {
  return Object.entries(packages).flatMap(([artifact, versions]): [string, string][] => [
    [
      `/m2/org/acme/${artifact}/maven-metadata.xml`,
      `<metadata><versioning><versions>${Object.keys(versions)
        .map(one => `<version>${one}</version>`)
        .join('')}</versions></versioning></metadata>`,
    ],
    ...Object.entries(versions).map(([version, needs]): [string, string] => [
      `/m2/org/acme/${artifact}/${version}/${artifact}-${version}.pom`,
      `<project><dependencies>${Object.entries(needs)
        .map(
          ([one, range]) =>
            `<dependency><groupId>org.acme</groupId><artifactId>${one}</artifactId><version>${range}</version></dependency>`,
        )
        .join('')}</dependencies></project>`,
    ]),
  ]);
}

interface Crate {
  readonly vers: string;
  readonly yanked?: boolean;
  /** Requirements as the index writes them: name, req, and what else they say. */
  readonly deps?: readonly (readonly [name: string, req: string, more?: object])[];
}

function cargoAnswers(crates: Readonly<Record<string, readonly Crate[]>>): [path: string, body: string][] {
  return Object.entries(crates).map(([name, versions]) => [
    `/index/${name.slice(0, 2)}/${name.slice(2, 4)}/${name}`,
    versions
      .map(({ vers, yanked = false, deps = [] }) => ({
        name,
        vers,
        yanked,
        cksum: '0'.repeat(64),
        features: {},
        deps: deps.map(([one, req, more]) => ({ name: one, req, kind: 'normal', optional: false, ...more })),
      }))
      .map(line => `${JSON.stringify(line)}\n`)
      .join(''),
  ]);
}

/** A module proxy: of each version its go.mod; the last one is the latest. */
function goAnswers(modules: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  return Object.entries(modules).flatMap(([name, versions]): [string, string][] => {
    const base = `/go/${name.replaceAll(/[A-Z]/g, letter => `!${letter.toLowerCase()}`)}`;
    return [
      [`${base}/@v/list`, `${Object.keys(versions).join('\n')}\n`],
      [`${base}/@latest`, JSON.stringify({ Version: Object.keys(versions).at(-1) })],
      ...Object.entries(versions).map(([version, text]): [string, string] => [
        `${base}/@v/${version}.mod`,
        `module ${name}\n\ngo 1.22\n\n${text}\n`,
      ]),
    ];
  });
}

const ANSWERS = new Map([
  ...cargoAnswers({
    left: ['0.1.0', '0.1.4', '0.1.9', '0.2.0', '1.0.0-rc.1', '1.0.0'].map(vers => ({ vers })),
    // 1.0.1 was yanked; 1.1.0 may still take the bad one; 1.2.0 names it by another name; only builds and tests of 1.3.0 need an old one.
    pinned: [
      { vers: '1.0.0', deps: [['left', '=0.1.4']] },
      { vers: '1.0.1', yanked: true, deps: [['left', '^0.2']] },
      { vers: '1.1.0', deps: [['left', '>=0.1.0, <0.1.9']] },
      { vers: '1.2.0', deps: [['right', '0.2', { package: 'left' }]] },
    ],
    building: [
      { vers: '1.0.0', deps: [['left', '~0.1.0', { kind: 'build' }]] },
      { vers: '1.1.0', deps: [['left', '=0.1.4', { kind: 'build' }]] },
      { vers: '1.2.0', deps: [['left', '=0.1.4', { kind: 'dev' }]] },
    ],
    feature: [
      { vers: '1.0.0', deps: [['left', '=0.1.4', { optional: true }]] },
      { vers: '1.1.0', deps: [['left', '=0.1.4', { optional: true }]] },
      { vers: '2.0.0', deps: [['left', '1', { optional: true }]] },
    ],
  }),
  ...goAnswers({
    // v1.1.1 was retracted by v1.3.0; v1.2.0 states a fixed one only beside what it needs.
    'example.com/Acme/web': {
      'v1.0.0': 'require example.com/mid v1.0.0',
      'v1.1.0': 'require (\n\texample.com/mid v1.0.0\n\texample.com/left v1.1.0 // indirect\n)',
      'v1.1.1': 'require example.com/left v1.9.0',
      'v1.2.0': 'require (\n\texample.com/mid v1.0.0\n\texample.com/left v1.5.0 // indirect\n)',
      'v1.3.0': 'require example.com/mid v1.0.0\n\nretract [v1.1.1, v1.1.9] // broken',
    },
    'example.com/mid': { 'v1.0.0': 'require "example.com/left" v1.0.0' },
    'example.com/low': {
      'v0.0.0-20260101000000-abcdefabcdef': 'require example.com/left v1.0.0',
      'v0.1.0': 'require example.com/mid v1.0.0',
    },
    'example.com/left': { 'v1.0.0': '', 'v1.1.0': '', 'v1.5.0': '', 'v1.9.0': '' },
  }),

  ...npmAnswers({
    // 2.1.0 still pins the bad one; 2.2.0 brings it over another way; 3.0.0-rc is no release; 3.0.0 is clear.
    web: {
      '2.0.0': { left: '~1.5.0' },
      '2.1.0': { left: '1.5.1' },
      '2.2.0': { mid: '^1.0.0', left: '^2.0.0' },
      '3.0.0-rc.1': { left: '^2.0.0' },
      '3.0.0': { mid: '^2.0.0' },
      '4.0.0': {},
    },
    mid: { '1.0.0': { left: '1.x' }, '2.0.0': { left: '>=1.9 <3 || 9' } },
    left: { '1.5.0': {}, '1.5.1': {}, '1.9.0': {}, '2.0.0': {}, '2.1.0': {} },
    stuck: { '1.0.0': { left: '1.5.0' }, '1.1.0': { left: '^1.0.0' } },
    loose: { '1.0.0': { left: '>=1' } },
  }),
  ...pypiAnswers({
    site: {
      '1.0': { Tem_plates: '<2' },
      '1.1': { tem_plates: '>=1' },
      '1.2': { 'tem.plates': '>=1', forms: '>=1' },
      '2.0': { forms: '~=2.0' },
    },
    forms: {
      '1.0': { 'tem-plates': '<2' },
      '2.0': { 'tem-plates': '>=2' },
      '2.5': { 'tem-plates': '>=2,!=2.1' },
    },
    'tem-plates': { '1.5': {}, '2.0': {}, '2.1': {}, '3.0a1': {} },
  }),
  ...mavenAnswers({
    starter: {
      '1.0': { logger: '2.14.1' },
      '1.1': { bridge: '1.0' },
      '1.2': { bridge: '1.0', logger: '2.17.1' },
      '1.3': { logger: '[2.15,2.17)' },
    },
    bridge: { '1.0': { logger: '2.14.1' } },
    logger: { '2.14.1': {}, '2.15.0': {}, '2.16.0': {}, '2.17.1': {} },
  }),
]);

function advisory(id: string, ecosystem: string, name: string, fixed: string) {
  return {
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  };
}

function bom(name: string, edges: readonly (readonly [from: string, to: string])[]) {
  const purls = [...new Set(edges.flat())].filter(one => one !== 'app');
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { type: 'application', 'bom-ref': 'app', name, version: '1' } },
    components: purls.map(purl => ({
      'bom-ref': purl,
      type: 'library',
      name: purl.replace(/^.*\//, '').replace(/@.*/, ''),
      version: purl.replace(/^.*@/, ''),
      purl,
    })),
    dependencies: ['app', ...purls].map(ref => ({
      ref,
      dependsOn: edges.filter(([from]) => from === ref).map(([, to]) => to),
    })),
  };
}

const VIA = (direct: string, vulnerable: string) =>
  [
    ['app', direct],
    [direct, vulnerable],
  ] as const;

async function bumped(
  context: Parameters<typeof temporaryFolder>[0],
  files: Readonly<Record<string, object>>,
) {
  const folder = await temporaryFolder(context);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const body = ANSWERS.get(path);
    if (body === undefined) response.writeHead(404).end();
    else response.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(async () => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(join(folder, '.m2'));
  await writeFile(
    join(folder, '.m2', 'settings.xml'),
    `<settings><mirrors><mirror><url>${origin}/m2</url></mirror></mirrors></settings>`,
  );
  await mkdir(join(folder, '.cargo'));
  await writeFile(
    join(folder, '.cargo', 'config.toml'),
    `[source.crates-io]\nreplace-with = "here"\n[source.here]\nregistry = "sparse+${origin}/index/"\n`,
  );
  const env = {
    HOME: folder,
    npm_config_registry: `${origin}/npm`,
    PIP_INDEX_URL: `${origin}/simple/`,
    GOPROXY: `${origin}/go,direct`,
  };
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content));
  const run = (...args: string[]) => larder(folder, args, { env, now: () => new Date() });
  assert.equal((await run('add', ...Object.keys(files))).stderr, '');
  const audit = async (...args: string[]) => {
    const { findings } = Schema.parse(JSON.parse((await run('audit', ...args, '--json')).stdout));
    return Object.fromEntries(
      findings.map(one => [
        one.app,
        one.direct.map(({ to, why }) => (why === undefined ? to : `${to}: ${why}`)),
      ]),
    );
  };
  return { run, audit, asked };
}

test('npm: the smallest version of the direct dependency that no longer brings an affected one', async context => {
  const { run, audit, asked } = await bumped(context, {
    'left.json': advisory('CVE-2026-0001', 'npm', 'left', '1.6.0'),
    'web.json': bom('web-app', VIA('pkg:npm/web@2.0.0', 'pkg:npm/left@1.5.0')),
    'stuck.json': bom('stuck-app', VIA('pkg:npm/stuck@1.0.0', 'pkg:npm/left@1.5.0')),
    'loose.json': bom('loose-app', VIA('pkg:npm/loose@1.0.0', 'pkg:npm/left@1.5.0')),
    'gone.json': bom('gone-app', VIA('pkg:npm/gone@1.0.0', 'pkg:npm/left@1.5.0')),
  });

  assert.deepEqual(await audit('web-app'), { 'web-app': [null] });
  assert.deepEqual(asked, []);
  const online = await audit('--online');
  assert.deepEqual(online, {
    'web-app': ['2.2.0'],
    'stuck-app': ['1.1.0'],
    'loose-app': ['1.0.0'],
    'gone-app': ['null: The registry has no gone; check the name and which registry is configured.'],
  });
  assert.match(
    (await run('audit', 'web-app', '--online')).stdout,
    /left 1\.5\.0 {2}affected {2}fixed in 1\.6\.0; bump web -> 2\.2\.0\n/,
  );
  assert.match(
    (await run('audit', 'loose-app', '--online')).stdout,
    /loose@1\.0\.0 allows it, renew the lockfile\n/,
  );
  const where = JSON.parse((await run('where', 'CVE-2026-0001', '--online', '--json')).stdout);
  assert.deepEqual(
    where.matches[0].apps.map((one: { app: string; bump: { to: string | null }[] }) => [
      one.app,
      one.bump.map(bump => bump.to),
    ]),
    [
      ['gone-app', [null]],
      ['loose-app', ['1.0.0']],
      ['stuck-app', ['1.1.0']],
      ['web-app', ['2.2.0']],
    ],
  );
  const before = asked.length;
  assert.deepEqual(await audit('web-app', '--online', '--offline'), { 'web-app': ['2.2.0'] });
  assert.equal(asked.length, before);
});

test('npm: a version that brings an affected one on another way clears nothing', async context => {
  const { audit } = await bumped(context, {
    'left.json': advisory('CVE-2026-0001', 'npm', 'left', '2.0.0'),
    'web.json': bom('web-app', VIA('pkg:npm/web@2.0.0', 'pkg:npm/left@1.5.0')),
    'stuck.json': bom('stuck-app', VIA('pkg:npm/stuck@1.0.0', 'pkg:npm/left@1.5.0')),
  });

  assert.deepEqual(await audit('--online'), {
    'web-app': ['3.0.0'],
    'stuck-app': ['null: no version of it clears it yet'],
  });
});

test('PyPI: one version must fit all that require it, names fold, prereleases wait', async context => {
  const { audit } = await bumped(context, {
    'advisory.json': advisory('PYSEC-2026-1', 'PyPI', 'tem-plates', '2.1'),
    'site.json': bom('site-app', VIA('pkg:pypi/site@1.0', 'pkg:pypi/tem-plates@1.5')),
    'two.json': bom('two-app', VIA('pkg:pypi/site@1.2', 'pkg:pypi/tem-plates@1.5')),
  });

  assert.deepEqual(await audit('--online'), {
    'site-app': ['1.1'],
    'two-app': ['null: no version of it clears it yet'],
  });
});

test('Maven: the nearest declaration decides, and a range takes its highest', async context => {
  const { audit } = await bumped(context, {
    'advisory.json': advisory('CVE-2021-44228', 'Maven', 'org.acme:logger', '2.15.0'),
    'log.json': bom('log-app', VIA('pkg:maven/org.acme/starter@1.0', 'pkg:maven/org.acme/logger@2.14.1')),
    'later.json': bom('later-app', VIA('pkg:maven/org.acme/starter@1.3', 'pkg:maven/org.acme/logger@2.14.1')),
  });

  assert.deepEqual(await audit('--online'), { 'log-app': ['1.2'], 'later-app': ['1.3'] });
});

test('Cargo: requirements in its own words, yanked and renamed crates, builds but no tests, features only where a lockfile has them', async context => {
  const { audit } = await bumped(context, {
    'advisory.json': advisory('RUSTSEC-2026-0001', 'crates.io', 'left', '0.1.9'),
    ...Object.fromEntries(
      ['pinned', 'building', 'feature'].map(name => [
        `${name}.json`,
        bom(name, VIA(`pkg:cargo/${name}@1.0.0`, 'pkg:cargo/left@0.1.4')),
      ]),
    ),
  });

  assert.deepEqual(await audit('--online'), { pinned: ['1.2.0'], building: ['1.0.0'], feature: ['2.0.0'] });
});

test('Go: the highest minimum decides, retracted versions are passed over, a missing v is filled in', async context => {
  const { audit } = await bumped(context, {
    'advisory.json': advisory('GO-2026-0001', 'Go', 'example.com/left', '1.2.0'),
    'web.json': bom(
      'web',
      VIA('pkg:golang/example.com/Acme/web@v1.0.0', 'pkg:golang/example.com/left@v1.0.0'),
    ),
    'bare.json': bom(
      'bare',
      VIA('pkg:golang/example.com/Acme/web@1.1.0', 'pkg:golang/example.com/left@1.1.0'),
    ),
    'low.json': bom(
      'low',
      VIA(
        'pkg:golang/example.com/low@v0.0.0-20260101000000-abcdefabcdef',
        'pkg:golang/example.com/left@v1.0.0',
      ),
    ),
  });

  assert.deepEqual(await audit('--online'), {
    web: ['v1.2.0'],
    bare: ['v1.2.0'],
    low: ['null: no version of it clears it yet'],
  });
});
