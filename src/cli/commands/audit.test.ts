import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { Schema as AuditSchema } from '../schemas/audit.ts';
import { Schema as WhereSchema } from '../schemas/where.ts';
import { Schema as WhySchema } from '../schemas/why-vulnerability.ts';
import { larder, temporaryFolder } from '../testing.ts';

const BOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: 'urn:uuid:11111111-2222-4333-8444-555555555555',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': 'app',
      name: 'shop',
      version: '1.0.0',
      purl: 'pkg:npm/shop@1.0.0',
    },
  },
  components: [
    { type: 'library', 'bom-ref': 'web', name: 'web', version: '2.0.0', purl: 'pkg:npm/web@2.0.0' },
    { type: 'library', 'bom-ref': 'left', name: 'left', version: '1.5.0', purl: 'pkg:npm/left@1.5.0' },
    { type: 'library', 'bom-ref': 'odd', name: 'odd', version: '1' },
    { type: 'library', 'bom-ref': 'conan', name: 'zlib', version: '1.3', purl: 'pkg:conan/zlib@1.3' },
  ],
  dependencies: [
    { ref: 'app', dependsOn: ['web'] },
    { ref: 'web', dependsOn: ['left'] },
  ],
};

function osv(id: string, name: string, fixed: string, more: object = {}) {
  return {
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
    ...more,
  };
}

const ADVISORY = osv('GHSA-aaaa-bbbb-cccc', 'left', '2.0.0', {
  aliases: ['CVE-2026-0001'],
  summary: 'left goes right',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
});

/** Stands for a folder that is there. */
const FOLDER = {};

async function larderWith(cwd: string, files: Readonly<Record<string, object>>) {
  const env = { HOME: cwd };
  for (const [name, content] of Object.entries(files))
    if (content !== FOLDER) await writeFile(join(cwd, name), JSON.stringify(content));
  const run = (...args: string[]) => larder(cwd, args, { env, now: () => new Date() });
  for (const name of Object.keys(files)) {
    const added = await run('add', name);
    assert.equal(added.code, 0, added.stderr);
  }
  return run;
}

test('an advisory added as evidence is found in the app, with the direct dependency that brings it', async context => {
  const run = await larderWith(await temporaryFolder(context), {
    'shop.cdx.json': BOM,
    'advisory.json': ADVISORY,
  });

  const { code, stdout } = await run('audit', 'shop');

  assert.equal(code, 0);
  assert.equal(
    stdout,
    `shop: 1 to act on, 0 to look at, 0 settled
  CVE-2026-0001  critical 9.8  left 1.5.0  affected  fixed in 2.0.0; via web@2.0.0
what to bump to is unknown: no registry data (--online asks for it)
not judged: 1 package of conan (no advisories in the mirror), 1 component without an identity (--unidentified)
mirror: none; larder mirror update fetches advisories
`,
  );
});

test('both directions and the reasoning agree, in the shapes that scripts rely on', async context => {
  const run = await larderWith(await temporaryFolder(context), {
    'shop.cdx.json': BOM,
    'advisory.json': ADVISORY,
  });

  const audit = AuditSchema.parse(JSON.parse((await run('audit', '--json')).stdout));
  const where = WhereSchema.parse(JSON.parse((await run('where', 'CVE-2026-0001', '--json')).stdout));
  const why = WhySchema.parse(JSON.parse((await run('why', 'shop', 'ghsa-aaaa-bbbb-cccc', '--json')).stdout));

  assert.equal(where.matches[0]?.apps[0]?.finding, audit.findings[0]?.id);
  assert.equal(why.findings[0]?.id, audit.findings[0]?.id);
  assert.deepEqual(
    why.findings[0]?.paths[0]?.map(hop => hop.name),
    ['shop', 'web', 'left'],
  );
  assert.deepEqual(audit.findings[0]?.direct, [{ purl: 'pkg:npm/web@2.0.0', to: null }]);
  assert.equal(audit.unidentified, 1);
});

test('VEX settles a finding in the product it names, and says so', async context => {
  const vex = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex/1',
    author: 'Shop security',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-0001' },
        products: [{ '@id': 'pkg:npm/shop@1.0.0', subcomponents: [{ '@id': 'pkg:npm/left@1.5.0' }] }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  };
  const run = await larderWith(await temporaryFolder(context), {
    'shop.cdx.json': BOM,
    'advisory.json': ADVISORY,
    'vex.json': vex,
  });

  const { stdout } = await run('audit', 'shop');
  const { findings } = AuditSchema.parse(JSON.parse((await run('audit', '--json')).stdout));

  assert.match(stdout, /^shop: 0 to act on, 0 to look at, 1 settled\nsettled: 1 not affected/);
  assert.deepEqual(
    [findings[0]?.status, findings[0]?.justification],
    ['not_affected', 'vulnerable_code_not_in_execute_path'],
  );
});

test('a package of the same name in another ecosystem is new, whatever the base has', async context => {
  const { component } = BOM.metadata;
  const named = (name: string, purl: string) => ({
    ...BOM,
    serialNumber: undefined,
    metadata: { component: { ...component, name, purl: `pkg:npm/${name}@1.0.0` } },
    components: [{ type: 'library', 'bom-ref': 'left', name: 'left', version: '1.5.0', purl }],
    dependencies: [],
  });
  const python = {
    ...ADVISORY,
    affected: [...ADVISORY.affected, ...ADVISORY.affected].map((one, at) => ({
      ...one,
      package: { ecosystem: ['npm', 'PyPI'][at], name: 'left' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    })),
  };
  const run = await larderWith(await temporaryFolder(context), {
    'shop.cdx.json': named('shop', 'pkg:npm/left@1.5.0'),
    'later.cdx.json': named('later', 'pkg:npm/left@1.6.0'),
    'desk.cdx.json': named('desk', 'pkg:pypi/left@1.5.0'),
    'advisory.json': python,
  });

  assert.equal((await run('audit', 'later', '--fail-on', 'new', '--base', 'shop')).code, 0);
  assert.equal((await run('audit', 'desk', '--fail-on', 'new', '--base', 'shop')).code, 1);
});

test('--fail-on decides the exit code; a wrong one is a usage error', async context => {
  const run = await larderWith(await temporaryFolder(context), {
    'shop.cdx.json': BOM,
    'advisory.json': ADVISORY,
  });

  const high = await run('audit', '--fail-on', 'high', '--fail-on', 'kev');
  assert.equal(high.code, 1);
  assert.match(high.stdout, /\nfails on high, kev \(--fail-on\): exit 1\n$/);
  assert.equal((await run('audit', '--fail-on', 'fixable')).code, 1);
  const kev = await run('audit', '--fail-on', 'kev');
  assert.equal(kev.code, 0);
  assert.doesNotMatch(kev.stdout, /fails on/);
  assert.equal((await run('audit', '--fail-on', 'new', '--base', 'shop')).code, 0);
  const baseless = await run('audit', '--fail-on', 'new');
  assert.deepEqual([baseless.code, /--fail-on new needs --base/.test(baseless.stderr)], [2, true]);
  const wrong = await run('audit', '--fail-on', 'loud');
  assert.deepEqual(
    [wrong.code, wrong.stderr],
    [
      2,
      "larder: --fail-on cannot be 'loud'; it is one of critical, high, medium, low, kev, epss:0.5, fixable, new, malicious\n",
    ],
  );
});

test('a vulnerability that no advisory names is unknown, not absent', async context => {
  const run = await larderWith(await temporaryFolder(context), { 'shop.cdx.json': BOM });

  assert.match(
    (await run('where', 'CVE-2026-9999')).stdout,
    /^CVE-2026-9999 is in no advisory here; whether any app has it is unknown\./,
  );
});

test('what was known then: an advisory counts from the day it was taken in', async context => {
  const run = await larderWith(await temporaryFolder(context), { 'shop.cdx.json': BOM });
  const before = new Date().toISOString();
  await new Promise(resolve => setTimeout(resolve, 20));
  const cwd = JSON.parse((await run('status', '--json')).stdout).location.replace(/\/\.larder$/, '');
  await writeFile(join(cwd, 'advisory.json'), JSON.stringify(ADVISORY));
  await run('add', 'advisory.json');

  assert.equal(AuditSchema.parse(JSON.parse((await run('audit', '--json')).stdout)).total, 1);
  assert.equal(
    AuditSchema.parse(JSON.parse((await run('audit', '--json', '--as-of', before)).stdout)).total,
    0,
  );
});

test('a clock that was set back hides nothing that is recorded', async context => {
  const cwd = await temporaryFolder(context);
  await larderWith(cwd, { 'shop.cdx.json': BOM, 'advisory.json': ADVISORY });
  const early = { now: () => new Date('2001-01-01T00:00:00Z') };

  for (const question of [
    ['audit', 'shop', '--fail-on', 'high'],
    ['where', 'CVE-2026-0001'],
    ['why', 'shop', 'CVE-2026-0001'],
  ])
    assert.match((await larder(cwd, question, early)).stdout, /left 1\.5\.0.* affected/);
});

test('scores count from the day each was taken in, and are gone when their document is forgotten', async context => {
  const cwd = await temporaryFolder(context);
  const run = await larderWith(cwd, { 'shop.cdx.json': BOM, 'advisory.json': ADVISORY });
  const moments: string[] = [];
  const add = async (name: string, text: string): Promise<void> => {
    await writeFile(join(cwd, name), text);
    assert.equal((await run('add', name)).code, 0);
    await new Promise(resolve => setTimeout(resolve, 5));
    moments.push(new Date().toISOString());
    await new Promise(resolve => setTimeout(resolve, 5));
  };
  const epss = (day: string, score: number): string =>
    `#model_version:v1,score_date:${day}\ncve,epss,percentile\nCVE-2026-0001,${score},0.5\n`;
  const known = { cveID: 'CVE-2026-0001', dateAdded: '2026-02-02', vulnerabilityName: 'left' };
  await add('one.csv', epss('2026-02-01', 0.1));
  await add('two.csv', epss('2026-02-02', 0.8));
  await add('kev.json', JSON.stringify({ dateReleased: '2026-02-02', vulnerabilities: [known] }));
  const scored = async (...args: string[]) => {
    const { findings } = AuditSchema.parse(JSON.parse((await run('audit', '--json', ...args)).stdout));
    return [findings[0]?.epss, findings[0]?.kev];
  };

  const then: unknown[] = [];
  for (const moment of moments) then.push(await scored('--as-of', moment));
  assert.deepEqual(then, [
    [0.1, false],
    [0.8, false],
    [0.8, true],
  ]);
  const listed = JSON.parse((await run('documents', '--json')).stdout) as {
    readonly documents: readonly { readonly sha256: string; readonly name: string }[];
  };
  const second = listed.documents.find(document => document.name.endsWith('two.csv'))?.sha256 ?? '';
  assert.equal((await run('forget', second, '--reason', 'wrong file')).code, 0);
  assert.deepEqual(await scored(), [0.1, true]);
});

test('a larder that is too large to be judged for each question is judged once, and answers the same', async context => {
  const cwd = await temporaryFolder(context);
  await mkdir(join(cwd, 'boms'));
  for (let release = 0; release < 205; release++) {
    const component = { ...BOM.metadata.component, version: `1.0.${release}`, purl: undefined };
    const bom = { ...BOM, serialNumber: undefined, metadata: { component } };
    await writeFile(join(cwd, 'boms', `${release}.cdx.json`), JSON.stringify(bom));
  }
  const run = await larderWith(cwd, { boms: FOLDER, 'advisory.json': ADVISORY });
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
  const { components, ...anew } = await json('audit', '--unidentified');
  assert.equal(components.length, 205);
  const kept = async () => {
    const store = openSqliteStore(join(cwd, '.larder'), { mode: 'read' });
    const state = await store.findings.state();
    await store.close();
    return state;
  };
  assert.equal(await kept(), null);

  const once = await json('audit', '--limit', '1000');

  assert.equal((await kept())?.pending, false);
  assert.deepEqual(once, anew);
  assert.deepEqual(await json('audit', '--limit', '1000'), anew);
  assert.deepEqual(
    [once.total, once.unidentified, once.notCovered],
    [205, 205, [{ kind: 'conan', packages: 1 }]],
  );
  const first = await json('audit', '--limit', '200');
  const rest = await json('audit', '--limit', '200', '--after', first.next);
  assert.deepEqual([...first.findings, ...rest.findings], anew.findings);
  assert.equal((await run('audit', '--fail-on', 'critical')).code, 1);
  assert.equal((await run('audit', '--fail-on', 'kev')).code, 0);

  const where = await json('where', 'CVE-2026-0001', '--limit', '3');

  assert.deepEqual(
    [where.total, where.counts.apps, where.counts.documents, where.matches[0].apps.length],
    [205, 1, 205, 3],
  );
});

test('packages of a distribution are judged by what a document says beside their purls: the source, the release, the module', async context => {
  const property = (name: string, value: string) => ({ name, value });
  const entry = (purl: string, ...properties: object[]) => ({
    type: 'library',
    'bom-ref': purl,
    name: purl.replace(/^.*\/|@.*$/g, ''),
    version: '1',
    purl,
    properties,
  });
  const trivy = (key: string, value: string) => property(`aquasecurity:trivy:Src${key}`, value);
  const bom = (name: string, system: readonly [string, string], ...components: object[]) => ({
    ...BOM,
    serialNumber: undefined,
    metadata: { component: { type: 'container', 'bom-ref': name, name, version: '1' } },
    components: [
      { type: 'operating-system', 'bom-ref': 'os', name: system[0], version: system[1] },
      ...components,
    ],
    dependencies: [],
  });
  const fixed = (id: string, ecosystem: string, name: string, version: string) => ({
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: version }] }],
      },
    ],
  });
  const run = await larderWith(await temporaryFolder(context), {
    'debian.json': bom(
      'debian',
      ['debian', '11.6'],
      entry(
        'pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3?arch=amd64',
        trivy('Name', 'openssl'),
        trivy('Version', '1.1.1n'),
        trivy('Release', '0+deb11u3'),
      ),
      entry('pkg:deb/debian/zlib1g@1.2.11?arch=amd64', property('syft:metadata:source', 'zlib')),
    ),
    'rhel.json': bom(
      'rhel',
      ['redhat', '8.6'],
      entry(
        'pkg:rpm/redhat/npm@8.11-1?arch=x86_64',
        property('syft:metadata:epoch', '1'),
        property('syft:metadata:sourceRpm', 'nodejs-16-1.src.rpm'),
      ),
    ),
    'openssl.json': fixed('DSA-5000-1', 'Debian:11', 'openssl', '1.1.1n-0+deb11u4'),
    'other.json': fixed('DSA-5000-2', 'Debian:12', 'openssl', '3.0.9-1'),
    'zlib.json': fixed('DSA-5000-3', 'Debian:11', 'zlib', '1:1.2.11'),
    'npm.json': fixed('RHSA-2026:0001', 'Red Hat:enterprise_linux:8::appstream', 'npm', '1:8.19-1'),
    'npm0.json': fixed('RHSA-2026:0002', 'Red Hat:enterprise_linux:8::appstream', 'npm', '1:8.11-1'),
  });

  const audit = AuditSchema.parse(JSON.parse((await run('audit', '--json')).stdout));
  assert.deepEqual(
    audit.findings.map(one => [one.vulnerability, one.status, one.package]),
    [
      ['DSA-5000-1', 'affected', 'pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3?arch=amd64'],
      ['DSA-5000-3', 'affected', 'pkg:deb/debian/zlib1g@1.2.11?arch=amd64'],
      ['RHSA-2026:0001', 'affected', 'pkg:rpm/redhat/npm@8.11-1?arch=x86_64'],
    ],
  );
  for (const { vulnerability } of audit.findings) {
    const where = WhereSchema.parse(JSON.parse((await run('where', vulnerability, '--json')).stdout));
    assert.equal(where.counts.apps, 1, vulnerability);
  }
});

test('VEX names products and components by their hashes, and no others of the same name', async context => {
  const digest = (letter: string) => letter.repeat(64);
  const hashed = (value: string) => ({ hashes: [{ alg: 'SHA-256', content: value }] });
  const product = (letter: string) => ({
    ...BOM,
    serialNumber: undefined,
    metadata: {
      component: { type: 'firmware', 'bom-ref': 'app', name: `fw-${letter}`, ...hashed(digest(letter)) },
    },
    components: [
      { type: 'library', 'bom-ref': 'left', name: 'left', version: '1.5.0', purl: 'pkg:npm/left@1.5.0' },
      { type: 'file', 'bom-ref': 'blob', name: 'blob.bin', ...hashed(digest('c')) },
      { type: 'file', 'bom-ref': 'unhashed', name: 'unhashed.bin', ...hashed(digest('0')) },
    ],
    dependencies: [{ ref: 'app', dependsOn: ['left'] }],
  });
  const vex = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex-1',
    author: 'vendor',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-0001' },
        products: [
          {
            '@id': 'https://example.com/fw',
            hashes: { 'sha-256': digest('a') },
            subcomponents: [{ '@id': 'pkg:npm/left@1.5.0' }],
          },
        ],
        status: 'not_affected',
        justification: 'component_not_present',
      },
      {
        vulnerability: { name: 'CVE-2026-0002' },
        products: ['c', '0'].map(letter => ({
          '@id': `https://example.com/blob-${letter}`,
          hashes: { 'sha-256': digest(letter) },
        })),
        status: 'affected',
        action_statement: 'wait',
      },
    ],
  };
  const run = await larderWith(await temporaryFolder(context), {
    'a.json': product('a'),
    'b.json': product('b'),
    'advisory.json': ADVISORY,
    'vex.json': vex,
  });

  const { findings } = AuditSchema.parse(JSON.parse((await run('audit', '--json')).stdout));
  assert.deepEqual(
    findings.map(one => `${one.app} ${one.vulnerability} ${one.component} ${one.status}`).sort(),
    [
      'fw-a CVE-2026-0001 left not_affected',
      'fw-a CVE-2026-0002 blob.bin affected',
      'fw-b CVE-2026-0001 left affected',
      'fw-b CVE-2026-0002 blob.bin affected',
    ],
  );
  const where = WhereSchema.parse(JSON.parse((await run('where', 'CVE-2026-0002', '--json')).stdout));
  assert.equal(where.counts.apps, 2);
});
