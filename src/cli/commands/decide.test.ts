import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Schema as AuditSchema } from '../schemas/audit.ts';
import { Schema as DecideSchema } from '../schemas/decide.ts';
import { larder, temporaryFolder } from '../testing.ts';

const DAY = 86_400_000;

function bom(version: string, left = '1.5.0') {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      component: {
        type: 'application',
        'bom-ref': 'app',
        name: 'shop',
        version,
        purl: `pkg:npm/shop@${version}`,
      },
    },
    components: [
      { type: 'library', 'bom-ref': 'web', name: 'web', version: '2.0.0', purl: 'pkg:npm/web@2.0.0' },
      { type: 'library', 'bom-ref': 'left', name: 'left', version: left, purl: `pkg:npm/left@${left}` },
    ],
    dependencies: [
      { ref: 'app', dependsOn: ['web'] },
      { ref: 'web', dependsOn: ['left'] },
    ],
  };
}

const ADVISORY = {
  id: 'GHSA-aaaa-bbbb-cccc',
  aliases: ['CVE-2026-0001'],
  modified: '2026-01-01T00:00:00Z',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
};

/** A larder with two releases of one app and an advisory; runs commands in it, at a moment so many days from now. */
async function shop(cwd: string) {
  const files = { 'one.json': bom('1.0.0'), 'two.json': bom('2.0.0'), 'advisory.json': ADVISORY };
  for (const [name, content] of Object.entries(files))
    await writeFile(join(cwd, name), JSON.stringify(content));
  const later = (days: number, ...args: string[]) =>
    larder(cwd, args, {
      env: { HOME: cwd, LARDER_USER: 'alice' },
      now: () => new Date(Date.now() + days * DAY),
    });
  const run = (...args: string[]) => later(0, ...args);
  assert.equal((await run('add', ...Object.keys(files))).stderr, '');
  const findings = async (days = 0, ...more: string[]) => {
    const ran = await later(days, 'audit', 'shop', '--json', ...more);
    return AuditSchema.parse(JSON.parse(ran.stdout)).findings;
  };
  return { run, later, findings };
}

function masked(text: string): string {
  return text.replaceAll(/document [0-9a-f]{8}/g, 'document DIGEST');
}

test('a decision on a release settles its finding there and nowhere else, and says who decided and why', async context => {
  const { run, findings } = await shop(await temporaryFolder(context));

  const decided = await run(
    'decide',
    'shop@1.0.0',
    'CVE-2026-0001',
    '--status',
    'not_affected',
    '--justification',
    'vulnerable_code_not_in_execute_path',
    '--because',
    'we never turn right',
  );

  assert.equal(decided.stderr, '');
  assert.equal(
    masked(decided.stdout),
    `CVE-2026-0001 in pkg:npm/left@1.5.0 of shop 1.0.0 is not affected (vulnerable_code_not_in_execute_path), says alice.
  kept as document DIGEST
`,
  );
  const found = await findings();
  assert.deepEqual(
    found
      .toSorted((a, b) => (a.release ?? '').localeCompare(b.release ?? ''))
      .map(one => [one.release, one.status, one.justification, one.reasons.at(-1)?.rule]),
    [
      ['1.0.0', 'not_affected', 'vulnerable_code_not_in_execute_path', 'decision'],
      ['2.0.0', 'affected', null, 'advisory-range'],
    ],
  );
  assert.equal(
    found.find(one => one.release === '1.0.0')?.reasons.at(-1)?.text,
    'alice says not_affected (vulnerable_code_not_in_execute_path): we never turn right',
  );
});

test('an app without a release means all its releases; an id means one finding; a later decision undoes an earlier one', async context => {
  const { run, findings } = await shop(await temporaryFolder(context));
  const [first] = await findings();

  await run(
    'decide',
    'shop',
    'ghsa-aaaa-bbbb-cccc',
    'left',
    '--status',
    'fixed',
    '--because',
    'patched here',
  );
  assert.deepEqual(
    (await findings()).map(one => one.status),
    ['fixed', 'fixed'],
  );

  const undone = await run('decide', first?.id.slice(0, 8) ?? '', '--status', 'affected', '--json');
  assert.equal(DecideSchema.parse(JSON.parse(undone.stdout)).statements.length, 1);
  const after = await findings();
  assert.equal(after.find(one => one.id === first?.id)?.status, 'affected');
  assert.equal(after.filter(one => one.status === 'fixed').length, 1);
});

test('a decision until a day is over after that day, and as-of tells what was decided then', async context => {
  const { run, findings } = await shop(await temporaryFolder(context));
  const before = new Date(Date.now()).toISOString();
  await new Promise(done => setTimeout(done, 5));
  const until = new Date(Date.now() + 10 * DAY).toISOString().slice(0, 10);
  await run(
    'decide',
    'shop@1.0.0',
    'CVE-2026-0001',
    '--status',
    'not_affected',
    '--until',
    until,
    '--because',
    'off for now',
  );

  const one = async (days: number, ...more: string[]) =>
    (await findings(days, ...more)).find(finding => finding.release === '1.0.0');
  assert.equal((await one(5))?.status, 'not_affected');
  const over = await one(12);
  assert.equal(over?.status, 'affected');
  assert.deepEqual(
    over?.reasons.filter(reason => reason.rule === 'expired').map(reason => reason.text),
    [`alice says not_affected without a justification, until ${until}: off for now, and that is over`],
  );
  assert.equal((await one(12, '--as-of', before))?.status, 'affected');
  assert.equal((await one(12, '--as-of', new Date(Date.now() + DAY).toISOString()))?.status, 'not_affected');
});

test('a severity of ones own takes the place of the advisories', async context => {
  const { run, findings } = await shop(await temporaryFolder(context));

  await run(
    'decide',
    'shop@1.0.0',
    'CVE-2026-0001',
    '--status',
    'affected',
    '--severity',
    'low',
    '--because',
    'only on the test host',
  );

  const found = (await findings()).find(one => one.release === '1.0.0');
  assert.deepEqual(found?.severity, { level: 'low', score: null, vector: null, version: null });
  assert.equal(found?.attention, 'look');
  assert.equal(found?.reasons.at(-1)?.text, 'alice says affected, severity low: only on the test host');
});

test('what OpenVEX forbids is refused, and what would be worth more is said', async context => {
  const { run } = await shop(await temporaryFolder(context));
  const decide = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('decide', 'shop@1.0.0', 'CVE-2026-0001', ...args);
    return code === 0 ? masked(stdout).split('\n').slice(1).join('\n') : `${code} ${stderr}`;
  };

  assert.match(await decide('--status', 'not_affected'), /^2 .*not_affected needs --justification/);
  assert.match(
    await decide('--status', 'fixed', '--justification', 'component_not_present'),
    /^2 .*leave it out, or say --status not_affected/,
  );
  assert.match(await decide('--status', 'affected', '--severity', 'bad'), /^2 .*neither a CVSS vector/);
  assert.match(await decide('--status', 'affected', '--until', '2026-02-30'), /^2 .*takes a day/);
  assert.match(await decide(), /^2 .*decide needs --status/);
  assert.equal(
    await decide('--status', 'not_affected', '--because', 'no'),
    '  kept as document DIGEST\n  without --justification other tools cannot weigh it; the reason stands as its impact statement\n',
  );
  const wrong = await run('decide', 'shop@1.0.0', 'CVE-2026-0009', '--status', 'fixed');
  assert.deepEqual(
    [wrong.code, wrong.stderr],
    [3, 'larder: shop 1.0.0 has no finding of CVE-2026-0009; it has CVE-2026-0001.\n'],
  );
});
