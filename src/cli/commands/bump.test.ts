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

const ANSWERS = new Map([
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
  const env = { HOME: folder, npm_config_registry: `${origin}/npm`, PIP_INDEX_URL: `${origin}/simple/` };
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
