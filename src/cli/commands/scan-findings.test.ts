import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Schema as AuditSchema } from '../schemas/audit.ts';
import { Schema as DecideSchema } from '../schemas/decide.ts';
import { Schema } from '../schemas/scan.ts';
import { larder, temporaryFolder } from '../testing.ts';

const LOCK = {
  name: 'shop',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'shop', version: '1.0.0', dependencies: { web: '^2.0.0' } },
    'node_modules/web': {
      version: '2.0.0',
      resolved: 'https://npm.example.com/web/-/web-2.0.0.tgz',
      dependencies: { left: '^1.0.0' },
    },
    'node_modules/left': { version: '1.5.0', resolved: 'https://npm.example.com/left/-/left-1.5.0.tgz' },
  },
};
const ADVISORY = {
  id: 'GHSA-aaaa-bbbb-cccc',
  aliases: ['CVE-2026-0001'],
  modified: '2026-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
};

const NOT_IN_USE = ['--status', 'not_affected', '--justification', 'vulnerable_code_not_in_execute_path'];

async function shop(context: Parameters<typeof temporaryFolder>[0]) {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'tree'));
  await mkdir(join(folder, 'feed'));
  await writeFile(join(folder, 'tree', 'package-lock.json'), JSON.stringify(LOCK));
  await writeFile(join(folder, 'feed', 'advisory.json'), JSON.stringify(ADVISORY));
  const run = (...args: string[]) => larder(folder, args, { env: { HOME: folder } });
  return Object.assign(run, { folder });
}

test('without advisories nothing is checked, and that is said', async context => {
  const run = await shop(context);

  assert.match(
    (await run('scan', 'tree')).stdout,
    /vulnerabilities: not checked\. larder mirror update --for tree/,
  );
  assert.equal(
    Schema.parse(JSON.parse((await run('scan', 'tree', '--json')).stdout)).vulnerabilities,
    'not checked',
  );
  const demanded = await run('scan', 'tree', '--fail-on', 'high');
  assert.deepEqual([demanded.code, /cannot be judged without advisories/.test(demanded.stderr)], [3, true]);
});

test('with advisories a scan shows findings, their way in and the fix', async context => {
  const run = await shop(context);
  assert.equal((await run('mirror', 'update', '--from', 'feed')).code, 0);

  const people = await run('scan', 'tree');
  const answer = Schema.parse(JSON.parse((await run('scan', 'tree', '--json')).stdout));

  assert.match(
    people.stdout,
    /vulnerabilities: 1 to act on, 0 to look at, 0 settled\n {2}CVE-2026-0001 {2}critical 9\.8 {2}left 1\.5\.0 {2}affected {2}fixed in 2\.0\.0; via web@2\.0\.0\n/,
  );
  assert.equal(answer.vulnerabilities, 'checked');
  assert.deepEqual(
    answer.findings?.map(finding => [finding.vulnerability, finding.package, finding.fixed, finding.direct]),
    [['CVE-2026-0001', 'pkg:npm/left@1.5.0', ['2.0.0'], [{ purl: 'pkg:npm/web@2.0.0', to: null }]]],
  );
});

test('--fail-on ends with 1, and new means not in the base', async context => {
  const run = await shop(context);
  await run('mirror', 'update', '--from', 'feed');
  await run('scan', 'tree', '-o', 'cyclonedx=before.cdx.json');

  assert.equal((await run('scan', 'tree', '--fail-on', 'critical')).code, 1);
  assert.equal((await run('scan', 'tree', '--fail-on', 'kev')).code, 0);
  assert.equal((await run('scan', 'tree', '--fail-on', 'new', '--base', 'before.cdx.json')).code, 0);
});

test('a decision beside the code is obeyed by the next scan, which says so', async context => {
  const folder = await temporaryFolder(context);
  const tree = join(folder, 'tree');
  await mkdir(tree);
  await writeFile(join(tree, 'package-lock.json'), JSON.stringify(LOCK));
  await writeFile(join(folder, 'advisory.json'), JSON.stringify(ADVISORY));
  const run = (...args: string[]) =>
    larder(tree, args, { env: { HOME: folder, LARDER_USER: 'alice' }, now: () => new Date() });
  await run('mirror', 'update', '--from', '../advisory.json');

  const decided = await run(
    'decide',
    'CVE-2026-0001',
    'left',
    '--status',
    'not_affected',
    '--justification',
    'component_not_present',
    '--because',
    'the bundler drops it',
  );

  assert.equal(decided.stderr, '');
  assert.equal(
    decided.stdout.replace(tree, 'TREE'),
    `CVE-2026-0001 in pkg:npm/left@1.5.0 is not affected, says alice.
  kept in TREE/.larder/vex.json; commit it, larder scan and audit obey it
`,
  );
  assert.match(
    (await run('scan', '.')).stdout,
    /0 to act on, 0 to look at, 1 settled\nsettled: 1 not affected/,
  );
  const answer = Schema.parse(JSON.parse((await run('scan', '.', '--json')).stdout));
  assert.deepEqual(
    answer.findings?.map(finding => [finding.status, finding.reasons.at(-1)?.text]),
    [['not_affected', 'alice says not_affected (component_not_present): the bundler drops it']],
  );
  assert.equal((await run('scan', '.', '--fail-on', 'low')).code, 0);

  const byId = await run('decide', answer.findings?.[0]?.id ?? '', '--status', 'affected', '--json');
  assert.equal(DecideSchema.parse(JSON.parse(byId.stdout)).file, join(tree, '.larder', 'vex.json'));
  assert.equal((await run('scan', '.', '--fail-on', 'low')).code, 1);
  const none = await run('decide', 'CVE-2026-0009', '--status', 'fixed');
  assert.deepEqual([none.code, /larder scan finds no CVE-2026-0009/.test(none.stderr)], [3, true]);
});

test('a decision from before there was a larder is obeyed by audit, in the app of the tree alone', async context => {
  const folder = await temporaryFolder(context);
  const tree = join(folder, 'tree');
  await mkdir(join(tree, 'feed'), { recursive: true });
  await writeFile(join(tree, 'package-lock.json'), JSON.stringify(LOCK));
  await writeFile(join(tree, 'feed', 'advisory.json'), JSON.stringify(ADVISORY));
  const run = (...args: string[]) => larder(tree, args, { env: { HOME: folder, LARDER_USER: 'alice' } });
  await run('mirror', 'update', '--from', 'feed');
  const decided = await run('decide', 'CVE-2026-0001', ...NOT_IN_USE);
  assert.equal(decided.code, 0, decided.stderr);
  await run('scan', '.', '--add');
  await mkdir(join(folder, 'desk'));
  await writeFile(join(folder, 'desk', 'package-lock.json'), JSON.stringify(LOCK).replaceAll('shop', 'desk'));
  await run('scan', '../desk', '--add');

  const statuses = async () => {
    const { findings } = AuditSchema.parse(JSON.parse((await run('audit', '--json')).stdout));
    return findings.map(one => [one.app, one.status, one.firstSeen > '2020']).sort();
  };
  assert.deepEqual(await statuses(), [
    ['desk', 'affected', true],
    ['shop', 'not_affected', true],
  ]);
  const people = await run('audit');
  assert.match(people.stdout, /2 apps: 1 to act on, 0 to look at, 1 settled\n/);
  assert.match(people.stdout, /decided: also as kept in .*vex\.json\n/);
  await rm(join(tree, '.larder', 'vex.json'));
  assert.deepEqual(
    (await statuses()).map(([, status]) => status),
    ['affected', 'affected'],
  );
});

test('inside a larder a scan obeys what was decided and stated there, of this app alone, and says so', async context => {
  const run = await shop(context);
  await run('mirror', 'update', '--from', 'feed');
  await run('scan', 'tree', '--add');
  const decided = await run('decide', 'shop@1.0.0', 'CVE-2026-0001', ...NOT_IN_USE);
  assert.equal(decided.code, 0, decided.stderr);

  const people = await run('scan', 'tree', '--fail-on', 'high');
  assert.equal(people.code, 0);
  assert.match(people.stdout, /0 to act on, 0 to look at, 1 settled\n/);
  assert.match(people.stdout, /1 not affected \(1 finding; -o json lists them\)\n/);
  assert.match(people.stdout, /decided: 1 finding, as kept in .*\.larder\n/);
  const { findings } = Schema.parse(JSON.parse((await run('scan', 'tree', '--json')).stdout));
  assert.deepEqual(
    findings?.[0]?.reasons.map(reason => reason.rule),
    ['advisory-range', 'decision'],
  );

  const elsewhere = {
    ...LOCK,
    name: 'mart',
    packages: { ...LOCK.packages, '': { name: 'mart', version: '1.0.0', dependencies: { web: '^2.0.0' } } },
  };
  await mkdir(join(run.folder, 'mart'));
  await writeFile(join(run.folder, 'mart', 'package-lock.json'), JSON.stringify(elsewhere));
  assert.equal((await run('scan', 'mart', '--fail-on', 'high')).code, 1);
});

test('a decision on an app without a package URL is obeyed when its tree is scanned again', async context => {
  const run = await shop(context);
  await run('mirror', 'update', '--from', 'feed');
  await mkdir(join(run.folder, 'plain'));
  const { name: _, version: __, ...nameless } = LOCK;
  const packages = { ...LOCK.packages, '': { dependencies: { web: '^2.0.0' } } };
  await writeFile(join(run.folder, 'plain', 'package-lock.json'), JSON.stringify({ ...nameless, packages }));
  await run('scan', 'plain', '--add');
  const decided = await run('decide', 'plain', 'CVE-2026-0001', ...NOT_IN_USE);
  assert.equal(decided.code, 0, decided.stderr);

  assert.equal((await run('scan', 'plain', '--fail-on', 'high')).code, 0);
  assert.equal((await run('scan', 'tree', '--fail-on', 'high')).code, 1);
});

test('advisories that only the larder was given count too', async context => {
  const run = await shop(context);
  await run('add', 'feed/advisory.json');

  assert.equal((await run('scan', 'tree', '--fail-on', 'high')).code, 1);
});
