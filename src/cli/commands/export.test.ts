import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Schema } from '../schemas/audit.ts';
import { larder, temporaryFolder } from '../testing.ts';

const DAY = 86_400_000;
const VECTOR = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';

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
  components: ['a', 'b', 'c', 'd', 'e', 'f'].map(name => ({
    type: 'library',
    'bom-ref': `ref of ${name}`,
    name,
    version: '1.0.0',
    purl: `pkg:npm/${name}@1.0.0`,
  })),
  dependencies: [
    { ref: 'app', dependsOn: ['ref of a', 'ref of b', 'ref of c', 'ref of d', 'ref of e', 'ref of f'] },
  ],
};

const ADVISORIES = BOM.components.map(({ name }, index) => ({
  id: `GHSA-aaaa-bbbb-ccc${index}`,
  aliases: [`CVE-2026-000${index}`],
  modified: '2026-01-01T00:00:00Z',
  summary: `${name} is bad`,
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
}));

/** A larder of its own with the same bill of materials and advisories. */
async function larderIn(folder: string) {
  await mkdir(folder);
  await writeFile(join(folder, 'shop.json'), JSON.stringify(BOM));
  for (const advisory of ADVISORIES)
    await writeFile(join(folder, `${advisory.id}.json`), JSON.stringify(advisory));
  const run = (...args: string[]) => later(0, ...args);
  const later = (days: number, ...args: string[]) =>
    larder(folder, args, {
      env: { HOME: folder, LARDER_USER: 'alice' },
      now: () => new Date(Date.now() + days * DAY),
    });
  assert.equal((await run('add', '.')).stderr, '');
  const verdicts = async (days = 0) => {
    const ran = await later(days, 'audit', 'shop', '--json');
    return Schema.parse(JSON.parse(ran.stdout))
      .findings.map(one => [one.vulnerability, one.package, one.status, one.justification, one.severity])
      .sort();
  };
  return { run, verdicts };
}

async function decided(folder: string) {
  const mine = await larderIn(folder);
  const until = new Date(Date.now() + 10 * DAY).toISOString().slice(0, 10);
  const decisions = [
    [
      'CVE-2026-0000',
      '--status',
      'not_affected',
      '--justification',
      'vulnerable_code_not_in_execute_path',
      '--because',
      'dropped',
    ],
    ['CVE-2026-0001', '--status', 'not_affected', '--because', 'off', '--until', until],
    ['CVE-2026-0002', '--status', 'affected', '--severity', VECTOR, '--because', 'next sprint'],
    ['CVE-2026-0003', '--status', 'fixed', '--because', 'patched'],
    ['CVE-2026-0004', '--status', 'under_investigation', '--severity', 'low'],
  ];
  for (const [id = '', ...rest] of decisions)
    assert.equal((await mine.run('decide', 'shop@1.0.0', id, ...rest)).stderr, '');
  return mine;
}

test('what is decided here and exported gives the same verdicts elsewhere, in every format', async context => {
  const folder = await temporaryFolder(context);
  const mine = await decided(join(folder, 'mine'));
  const expected = [await mine.verdicts(), await mine.verdicts(12)];
  assert.deepEqual(
    expected.map(rows => rows.map(row => row[2])),
    [
      ['not_affected', 'not_affected', 'affected', 'fixed', 'under_investigation', 'affected'],
      ['not_affected', 'affected', 'affected', 'fixed', 'under_investigation', 'affected'],
    ],
  );
  for (const format of ['openvex', 'cyclonedx', 'csaf'] as const) {
    const theirs = await larderIn(join(folder, format));
    const written = await mine.run(
      'export',
      '--vex',
      format,
      '--app',
      'shop@1.0.0',
      '--namespace',
      'https://example.com',
    );
    assert.equal(written.stderr, '');
    await writeFile(join(folder, format, 'vex.json'), written.stdout);
    const added = await theirs.run('add', 'vex.json', '--json');
    assert.equal(JSON.parse(added.stdout).documents[0].status, 'accepted');
    const valid = await theirs.run('validate', 'vex.json');
    assert.equal(valid.code, 0, valid.stdout);
    assert.deepEqual([await theirs.verdicts(), await theirs.verdicts(12)], expected, format);
  }
});

test('audit writes findings in the formats of others, on one release', async context => {
  const folder = await temporaryFolder(context);
  const { run } = await decided(join(folder, 'mine'));

  const sarif = JSON.parse((await run('audit', 'shop@1.0.0', '-o', 'sarif')).stdout);
  assert.equal(sarif.version, '2.1.0');
  assert.equal(sarif.runs[0].results.length, 6);
  const vdr = JSON.parse((await run('audit', 'shop@1.0.0', '-o', 'cyclonedx')).stdout);
  assert.deepEqual([vdr.bomFormat, vdr.vulnerabilities.length], ['CycloneDX', 6]);
  const written = await run('audit', 'shop', '-o', 'openvex=vex.json', '-o', 'csaf=csaf.json', '-o', 'table');
  assert.deepEqual([written.code, written.stderr], [0, '']);
  assert.equal((await run('validate', 'vex.json', 'csaf.json')).code, 0);
});

test('where nothing is stated, and where no release is named, that is said', async context => {
  const { run } = await larderIn(join(await temporaryFolder(context), 'mine'));

  const none = await run('export', '--vex', 'csaf', '--app', 'shop');
  assert.deepEqual(
    [none.code, none.stderr],
    [
      3,
      'larder: Nothing is stated of this release, and such a document cannot be empty; larder decide states something.\n',
    ],
  );
  assert.equal((await run('export', '--vex', 'csaf')).code, 2);
});
