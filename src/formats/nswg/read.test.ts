import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AdvisoryFacts } from '../../model/advisory.ts';
import { isInAlternatives } from '../../versions/constraint.ts';
import { schemeByName } from '../../versions/list.ts';
import { parseNative } from '../../versions/native.ts';
import { isInVers, tryVers } from '../../versions/vers.ts';
import { documentInput, headOf } from '../input.ts';
import { patchedVersions, vulnerableVers } from './ranges.ts';
import { detect, read } from './read.ts';

const folder = 'data/osv/other-formats/nodejs-security-wg';
const skip = existsSync(folder) ? false : `${folder} is absent; unpack the corpus to run this`;

function advisoriesOf(value: unknown): readonly AdvisoryFacts[] {
  const input = documentInput(Buffer.from(JSON.stringify(value)), 'record');
  assert(detect(headOf(input)) > 0);
  return (read(input).facts as { readonly advisories: readonly AdvisoryFacts[] }).advisories;
}

test('a record of npm names the package, its versions and its fixes', () => {
  const [advisory] = advisoriesOf({
    id: 7,
    module_name: 'left',
    cves: ['CVE-2020-0001'],
    vulnerable_versions: '<1.2.0 || >2.0.0 <=2.5.1',
    patched_versions: '>=1.2.0 <2.0.0 || >=2.5.2',
    cvss_vector: 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
  });
  assert.equal(advisory?.id, 'NSWG-ECO-7');
  assert.deepEqual(advisory.aliases, ['CVE-2020-0001']);
  const [claim] = advisory.claims;
  assert.deepEqual(claim?.product.package, { ecosystem: 'npm', name: 'left' });
  assert.deepEqual(claim.product.ranges, [{ kind: 'vers', text: 'vers:npm/<1.2.0|>2.0.0|<=2.5.1' }]);
  assert.deepEqual(claim.fixed, ['1.2.0', '2.5.2']);
});

test('of the release lines of Node.js what is patched is left out', () => {
  const [advisory] = advisoriesOf({
    cve: ['CVE-2017-1', 'CVE-2017-2'],
    vulnerable: '8.x || 7.x || 5.x',
    patched: '^8.1.4 || ^7.10.1',
    severity: 'high',
    affectedEnvironments: ['all'],
  });
  assert.equal(advisory?.vulnerability, 'CVE-2017-1');
  assert.deepEqual(advisory.related, ['CVE-2017-2']);
  const [claim] = advisory.claims;
  assert.equal(claim?.product.purl, 'pkg:generic/node');
  const text = 'vers:npm/>=5.0.0|<6.0.0|>=7.0.0|<7.10.1|>=8.0.0|<8.1.4';
  assert.deepEqual(claim.product.ranges, [{ kind: 'vers', text }]);
  assert.deepEqual(claim.fixed, ['8.1.4', '7.10.1']);
  assert.match(advisory.claims[1]?.product.cpe ?? '', /nodejs:node\.js/);
  assert.equal(advisory.claims[1]?.product.ranges.length, 3);
});

test('a dependency that does not affect Node.js is a statement with its reason', () => {
  const [advisory] = advisoriesOf({ cve: ['CVE-2023-1'], reason: 'vulnerable_code_not_present' });
  assert.equal(advisory?.claims[0]?.status, 'not_affected');
  assert.equal(advisory.claims[0].justification, 'vulnerable_code_not_present');
});

test('a range that is none is told, and the record stays', () => {
  const input = documentInput(
    Buffer.from('{"id": 1, "module_name": "x", "vulnerable_versions": ">=", "cves": []}'),
    'record',
  );
  const { status, diagnostics } = read(input);
  assert.equal(status, 'partial');
  assert.equal(diagnostics[0]?.at, '/vulnerable_versions');
});

test('a version is in the difference exactly when it is vulnerable and not patched', () => {
  const version = fc.tuple(fc.nat(3), fc.nat(2), fc.nat(2)).map(parts => parts.join('.'));
  const part = fc.oneof(
    fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '^', '~', ''), version).map(pair => pair.join('')),
    fc.tuple(version, version).map(([a, b]) => `>${a} <=${b}`),
    fc.nat(3).map(major => `${major}.x`),
  );
  const range = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join(' || '));
  fc.assert(
    fc.property(range, fc.option(range), version, (vulnerable, patched, one) => {
      const npm = schemeByName('npm') ?? assert.fail();
      const isIn = (text: string) => isInAlternatives(parseNative(text, 'npm'), npm, one) === true;
      const vers = vulnerableVers(vulnerable, patched);
      const found = vers === null ? false : isInVers(tryVers(vers) ?? assert.fail(vers), one);
      assert.equal(found, isIn(vulnerable) && !(patched !== null && isIn(patched)), String(vers));
    }),
    { numRuns: 2_000 },
  );
  assert.deepEqual(patchedVersions('<0.0.0'), []);
});

test('all records of the working group are read', { skip }, () => {
  const paths = globSync(`${folder}/**/*.json`);
  assert.equal(paths.length, 646);
  for (const path of paths) {
    const input = documentInput(readFileSync(path), path);
    assert(detect(headOf(input)) > 0, path);
    const { status, diagnostics, facts } = read(input);
    assert.equal(status, 'accepted', `${path}: ${JSON.stringify(diagnostics[0])}`);
    const { advisories } = facts as { readonly advisories: readonly AdvisoryFacts[] };
    for (const advisory of advisories) assert(advisory.claims.length > 0, `${path} ${advisory.id}`);
  }
});
