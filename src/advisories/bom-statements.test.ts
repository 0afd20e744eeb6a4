import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../formats/cyclonedx/format.ts';
import { documentInput } from '../formats/input.ts';
import { entryRef, statementsOfBom } from './bom-statements.ts';
import { type Target, targetOf } from './select.ts';
import { judge } from './verdict.ts';

const SERIAL = 'urn:uuid:11111111-2222-4333-8444-555555555555';

function read(vulnerability: object) {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: SERIAL,
    version: 1,
    metadata: { supplier: { name: 'Shop' } },
    components: [
      { type: 'library', 'bom-ref': 'left', name: 'left', version: '1.5.0', purl: 'pkg:npm/left@1.5.0' },
    ],
    vulnerabilities: [{ id: 'CVE-1', ...vulnerability }],
  };
  const { bom } = format.read(documentInput(Buffer.from(JSON.stringify(document)), 'vex.json'));
  assert(bom);
  return statementsOfBom(bom, 'ab'.repeat(32));
}

function judged(vulnerability: object, ref = entryRef({ serialNumber: SERIAL }, '', 'left')) {
  const target = targetOf({ purls: ['pkg:npm/left@1.5.0'], refs: [ref], version: '1.5.0' });
  const claims = read(vulnerability).flatMap(advisory =>
    advisory.claims.map(claim => ({ advisory, claim, document: null, trust: 'unsigned' })),
  );
  return judge(target, { subjects: [], holders: () => [] }, claims);
}

const states = {
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  EXPLOITABLE: 'affected',
  not_set: 'affected',
  looked_at_on_monday: 'under_investigation',
};
for (const [state, status] of Object.entries(states)) {
  test(`analysis state ${state} is ${status}`, () => {
    assert.equal(judged({ affects: [{ ref: 'left' }], analysis: { state } })?.status, status);
  });
}

test('a vulnerability that is listed without analysis is stated as present', () => {
  assert.equal(judged({ affects: [{ ref: 'left' }] })?.status, 'affected');
});

test('a BOM-Link names the entry of another document, whatever its version', () => {
  const ref = 'urn:cdx:11111111-2222-4333-8444-555555555555/7#left';
  assert.equal(
    judged({ affects: [{ ref }], analysis: { state: 'not_affected', justification: 'code_not_reachable' } })
      ?.justification,
    'vulnerable_code_not_in_execute_path',
  );
});

test('a statement on one entry is silent on another that has the same purl', () => {
  assert.equal(
    judged({ affects: [{ ref: 'left' }] }, entryRef({ serialNumber: SERIAL }, '', 'left-again')),
    null,
  );
});

test('a justification without counterpart stays as stated', () => {
  const verdict = judged({
    affects: [{ ref: 'left' }],
    analysis: { state: 'not_affected', justification: 'requires_configuration' },
  });
  assert.deepEqual([verdict?.justification, verdict?.statedJustification], [null, 'requires_configuration']);
});

test('versions that are stated of an entry hold for the version of the entry, wherever it says it', () => {
  const inVersions = (versions: object[], target: Target): string | undefined => {
    const claims = read({ affects: [{ ref: 'left', versions }] }).flatMap(advisory =>
      advisory.claims.map(claim => ({ advisory, claim, document: null, trust: 'unsigned' as const })),
    );
    return judge(target, { subjects: [], holders: () => [] }, claims)?.status;
  };
  const refs = [entryRef({ serialNumber: SERIAL }, '', 'left')];
  const byPurl = targetOf({ purls: ['pkg:npm/left@1.5.0'], refs, version: null });
  const named = targetOf({ purls: [], refs, version: '1.5.0' });
  for (const target of [byPurl, named]) {
    assert.equal(inVersions([{ version: '1.5.0', status: 'affected' }], target), 'affected');
    assert.equal(inVersions([{ version: '1.5.0' }], target), 'affected');
    assert.equal(inVersions([{ version: '1.5.0', status: 'unaffected' }], target), 'not_affected');
    assert.equal(inVersions([{ version: '1.5.0', status: 'unknown' }], target), 'under_investigation');
    assert.notEqual(inVersions([{ version: '2.0.0', status: 'affected' }], target), 'affected');
  }
  assert.equal(inVersions([{ range: 'vers:npm/<2', status: 'affected' }], byPurl), 'affected');
  const rpm = targetOf({ purls: ['pkg:rpm/redhat/left@1.5-1.el9?epoch=2'], refs, version: null });
  for (const version of ['1.5-1.el9', '2:1.5-1.el9'])
    assert.equal(inVersions([{ version }], rpm), 'affected');
});
