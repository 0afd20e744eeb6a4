import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { format as cve } from '../src/formats/cve/format.ts';
import type { Format, Validation } from '../src/formats/format.ts';
import { documentInput } from '../src/formats/input.ts';
import { format as openvex } from '../src/formats/openvex/format.ts';
import { format as osv } from '../src/formats/osv/format.ts';
import { members } from '../src/io/archive.ts';

const skip = existsSync('data/osv')
  ? false
  : 'data/osv and data/vex-csaf are absent; unpack the corpus to run this';

function judge(format: Format, text: string | Uint8Array): Promise<Validation> {
  assert(format.validate);
  return format.validate(documentInput(typeof text === 'string' ? Buffer.from(text) : text, 'record'));
}

function codes({ faults }: Validation): string[] {
  return faults.filter(fault => fault.severity === 'error').map(fault => fault.code);
}

describe('strict judgement of advisories of the corpus', { skip }, () => {
  test('our rules and the official OSV schema agree on real records', async () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    addFormats.default(ajv);
    const official = ajv.compile(
      JSON.parse(readFileSync('data/osv/osv-schema/validation/schema.json', 'utf8')) as object,
    );
    /** What the schema says in words only. */
    const beyond = new Set(['nondistinct-event', 'duplicate-key']);
    let seen = 0;
    for (const path of globSync('data/osv/*/all.zip')) {
      let number = 0;
      for await (const member of members(readFileSync(path), 'zip', path)) {
        if (!member.path.endsWith('.json') || number++ % 9 !== 0) continue;
        const text = Buffer.from(member.bytes).toString();
        const found = codes(await judge(osv, text)).filter(code => !beyond.has(code));
        const theirs = official(JSON.parse(text));
        assert.equal(
          found.length === 0,
          theirs,
          `${path} ${member.path}: ours ${found.join()}; the schema: ${ajv.errorsText(official.errors)}`,
        );
        seen++;
      }
    }
    assert(seen > 1_000, String(seen));
  });

  test('the fixtures of the OSV linter whose names say a rule break it', async () => {
    const folder = 'data/osv/osv-schema/tools/osv-linter/testdata';
    const found = async (name: string) => codes(await judge(osv, readFileSync(`${folder}/${name}.json`)));
    assert((await found('nointroduced-CVE-2023-41045')).includes('no-introduced'));
    assert((await found('nondistinct-CVE-2018-5407')).includes('nondistinct-event'));
  });

  test('published CVE records are sound', async () => {
    for (const path of globSync('data/vex-csaf/cve5/vulndb/**/*.json'))
      assert.deepEqual(codes(await judge(cve, readFileSync(path))), [], path);
  });

  test('the OpenVEX documents of VEX Hub are sound', async () => {
    const paths = globSync('data/vex-csaf/openvex/vexhub/**/*.json');
    assert(paths.length > 100);
    for (const path of paths) {
      const faults = codes(await judge(openvex, readFileSync(path)));
      assert.deepEqual(faults, [], path);
    }
  });
});

describe('strict judgement', () => {
  const statement = { vulnerability: { name: 'CVE-2024-1' }, products: [{ '@id': 'pkg:npm/a@1' }] };
  const vex = (own: object, context = 'https://openvex.dev/ns/v0.2.0') =>
    JSON.stringify({
      '@context': context,
      '@id': 'https://example.com/vex/1',
      author: 'A',
      timestamp: '2024-01-02T03:04:05Z',
      version: 1,
      statements: [{ ...statement, ...own }],
    });

  const openvexCases: readonly (readonly [string, object, readonly string[]])[] = [
    ['fixed needs nothing', { status: 'fixed' }, []],
    ['affected with action', { status: 'affected', action_statement: 'Update.' }, []],
    ['affected without action', { status: 'affected' }, ['no-action']],
    [
      'not_affected with justification',
      { status: 'not_affected', justification: 'component_not_present' },
      [],
    ],
    ['not_affected with impact', { status: 'not_affected', impact_statement: 'Never called.' }, []],
    ['not_affected with neither', { status: 'not_affected' }, ['no-justification']],
    ['unknown justification', { status: 'not_affected', justification: 'trust_me' }, ['not-allowed']],
    ['unknown status', { status: 'ok' }, ['not-allowed']],
    ['justified fix', { status: 'fixed', justification: 'component_not_present' }, ['misplaced-field']],
    ['no vulnerability name', { status: 'fixed', vulnerability: {} }, ['missing-field']],
    ['a date without zone', { status: 'fixed', timestamp: '2024-01-02' }, ['malformed']],
    ['version zero', { status: 'fixed', version: 0 }, ['not-allowed']],
  ];
  for (const [name, own, expected] of openvexCases) {
    test(`OpenVEX: ${name}`, async () => {
      const judged = await judge(openvex, vex(own));
      assert.deepEqual(codes(judged), expected);
      assert.equal(judged.specVersion, '0.2.0');
    });
  }

  test('OpenVEX: texts as vulnerability and products are of 0.0.x', async () => {
    const old = { vulnerability: 'CVE-2024-1', products: ['pkg:npm/a@1'], status: 'fixed' };
    assert.deepEqual(codes(await judge(openvex, vex(old, 'https://openvex.dev/ns'))), []);
    assert.deepEqual(codes(await judge(openvex, vex(old))), ['wrong-type', 'wrong-type']);
  });

  const record = (range: object, own: object = {}) =>
    JSON.stringify({
      id: 'GHSA-aaaa-bbbb-cccc',
      modified: '2024-01-02T03:04:05Z',
      affected: [{ package: { ecosystem: 'npm', name: 'a' }, ranges: [{ type: 'SEMVER', ...range }] }],
      ...own,
    });
  const sound = { events: [{ introduced: '0' }, { fixed: '1.0.0' }] };
  const osvCases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a sound record', record(sound), []],
    ['a private id', record(sound, { id: 'x_mine' }), []],
    ['an unknown prefix', record(sound, { id: 'MINE-1' }), ['malformed']],
    ['a time with an offset', record(sound, { modified: '2024-01-02T03:04:05+01:00' }), ['malformed']],
    ['no introduced', record({ events: [{ fixed: '1' }] }), ['no-introduced']],
    ['no event', record({ events: [] }), ['too-few']],
    [
      'both ends',
      record({ events: [{ introduced: '0' }, { fixed: '2' }, { last_affected: '1' }] }),
      ['mixed-events'],
    ],
    ['two in one event', record({ events: [{ introduced: '0', fixed: '1' }] }), ['one-event']],
    ['the same twice', record({ events: [{ introduced: '1' }, { fixed: '1' }] }), ['nondistinct-event']],
    ['commits without repository', record({ type: 'GIT', events: [{ introduced: '0' }] }), ['missing-field']],
    [
      'no commit',
      record({ type: 'GIT', repo: 'https://example.com', events: [{ introduced: 'v1' }] }),
      ['malformed'],
    ],
    [
      'an unknown ecosystem',
      record(sound, { affected: [{ package: { ecosystem: 'Nix', name: 'a' } }] }),
      ['malformed'],
    ],
    [
      'a vector of another version',
      record(sound, { severity: [{ type: 'CVSS_V3', score: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }] }),
      ['malformed'],
    ],
    ['an unknown field', record(sound, { extra: 1 }), ['unknown-field']],
  ];
  for (const [name, text, expected] of osvCases) {
    test(`OSV: ${name}`, async () => {
      const { valid, faults } = await judge(osv, text);
      assert.deepEqual(
        faults.map(fault => fault.code),
        expected,
      );
      assert.equal(valid, expected.length === 0);
      for (const { message, at } of faults)
        assert.match(`${at} ${message}`, /^line 1, column \d+(?:: \S+)? [^\n]+\.$/);
    });
  }

  const cveOf = (product: object, state = 'PUBLISHED') => {
    const orgId = '00000000-0000-4000-8000-000000000000';
    return JSON.stringify({
      dataType: 'CVE_RECORD',
      dataVersion: '5.1',
      cveMetadata: { cveId: 'CVE-2024-0001', assignerOrgId: orgId, state },
      containers: {
        cna: {
          providerMetadata: { orgId },
          descriptions: [{ lang: 'en', value: 'Bad.' }],
          affected: [{ vendor: 'v', product: 'p', ...product }],
          references: [{ url: 'https://example.com' }],
        },
      },
    });
  };
  const ranged = (version: object) => ({ versions: [{ version: '1', status: 'affected', ...version }] });
  const cveCases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a sound record', cveOf(ranged({ lessThan: '2', versionType: 'semver' })), []],
    ['a range without type', cveOf(ranged({ lessThan: '2' })), ['no-version-type']],
    ['two ends', cveOf(ranged({ lessThan: '2', lessThanOrEqual: '1', versionType: 'semver' })), ['two-ends']],
    ['changes of one version', cveOf(ranged({ changes: [{ at: '2', status: 'unaffected' }] })), ['no-end']],
    ['no status', cveOf({}), ['no-status']],
    ['rejected without reason', cveOf({ defaultStatus: 'affected' }, 'REJECTED'), ['missing-field']],
  ];
  for (const [name, text, expected] of cveCases) {
    test(`CVE: ${name}`, async () => assert.deepEqual(codes(await judge(cve, text)), expected));
  }
});
