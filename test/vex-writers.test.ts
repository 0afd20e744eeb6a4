import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { statementsOfBom } from '../src/advisories/bom-statements.ts';
import { format as csaf } from '../src/formats/csaf/format.ts';
import { writeCsafVex } from '../src/formats/csaf/write.ts';
import { JUSTIFICATION_OF, JUSTIFICATIONS } from '../src/formats/cyclonedx/analysis.ts';
import { format as cyclonedx } from '../src/formats/cyclonedx/format.ts';
import { writeCycloneDxVex } from '../src/formats/cyclonedx/write-vex.ts';
import {
  actionOf,
  type Finding,
  type FindingDocument,
  idOf,
  impactOf,
} from '../src/formats/finding-document.ts';
import type { Format } from '../src/formats/format.ts';
import { documentInput } from '../src/formats/input.ts';
import { format as openvex } from '../src/formats/openvex/format.ts';
import { writeOpenVex } from '../src/formats/openvex/write.ts';
import { writeSarif } from '../src/formats/sarif/write.ts';
import type { AdvisoryFacts } from '../src/model/advisory.ts';
import { officialCsaf } from './support/official-csaf.ts';

const skip = existsSync('data/vex-csaf') ? false : 'data/vex-csaf is absent; unpack the corpus to run this';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const prose = fc.oneof(fc.stringMatching(/^[A-Z][a-z ,"<&é]{0,20}\.$/), fc.constant('Näh: 1 < 2.'));
const version = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map(parts => parts.join('.'));
const time = fc.nat(1000).map(day => new Date(Date.UTC(2024, 0, 1 + day)).toISOString());
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

/** A few names only, so that findings share components and vulnerabilities. */
const thing = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    version: maybe(fc.constantFrom('1.0.0', '2.0.0')),
    bare: fc.boolean(),
  })
  .map(({ name, version, bare }) => ({
    name,
    version,
    purl: bare ? null : `pkg:npm/${name}${version === null ? '' : `@${version}`}`,
    ref: bare ? `https://example.com/${name}/${version}` : null,
  }));
const vulnerability = fc.constantFrom(
  { id: 'CVE-2024-0001', aliases: ['GHSA-aaaa-bbbb-cccc'], summary: 'Bad.' },
  { id: 'CVE-2024-0002', aliases: [], summary: null },
  { id: 'GHSA-dddd-eeee-ffff', aliases: [], summary: null },
);
const severity = fc.constantFrom(
  null,
  { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, level: 'critical' as const },
  {
    vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
    score: 9.3,
    level: 'critical' as const,
  },
  { vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P', score: 7.5, level: 'high' as const },
  { vector: null, score: null, level: 'low' as const },
);
const finding: fc.Arbitrary<Finding> = fc.record({
  component: maybe(thing),
  vulnerability,
  severity,
  status: fc.constantFrom('affected', 'not_affected', 'fixed', 'under_investigation', 'unknown'),
  justification: fc.constantFrom(
    null,
    'component_not_present',
    'vulnerable_code_not_present',
    'vulnerable_code_not_in_execute_path',
    'vulnerable_code_cannot_be_controlled_by_adversary',
    'inline_mitigations_already_exist',
  ),
  statement: maybe(prose),
  action: maybe(prose),
  time: maybe(time),
  fixed: fc.array(version, { maxLength: 2 }),
  reasons: fc.array(prose, { maxLength: 2 }),
  location: maybe(
    fc.record({ file: fc.constantFrom('package-lock.json', 'a b/c%.lock'), line: maybe(fc.nat(99)) }),
  ),
});

/** Findings of one product; one verdict for each vulnerability in each component. */
const document: fc.Arbitrary<FindingDocument> = fc.record({
  id: word.map(name => `https://example.com/vex/${name}`),
  title: prose,
  author: prose,
  namespace: fc.constant('https://example.com'),
  role: fc.constantFrom('vendor', 'coordinator', 'user', 'other'),
  revisions: fc
    .uniqueArray(time, { minLength: 1, maxLength: 3 })
    .map(times => times.sort().map(time => ({ time, summary: 'Revised.' }))),
  tool: fc.constant({ name: 'larder', version: '1.0.0' }),
  product: fc.tuple(word, maybe(version), fc.boolean()).map(([name, version, linked]) => ({
    name,
    version,
    purl: `pkg:generic/${name}${version === null ? '' : `@${version}`}`,
    ref: null,
    bom: linked ? { serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79', version: 2 } : null,
  })),
  findings: fc.uniqueArray(finding, {
    maxLength: 8,
    selector: one => `${one.vulnerability.id} ${one.component === null ? '' : idOf(one.component)}`,
  }),
});

function claimsIn(
  format: Format,
  text: string,
): { advisory: AdvisoryFacts; claim: AdvisoryFacts['claims'][number] }[] {
  const result = format.read(documentInput(Buffer.from(text), 'written'));
  assert.equal(result.status, 'accepted', JSON.stringify(result.diagnostics));
  const advisories =
    result.bom === null
      ? (result.facts as { readonly advisories: readonly AdvisoryFacts[] }).advisories
      : statementsOfBom(result.bom, 'f'.repeat(64));
  return advisories.flatMap(advisory => advisory.claims.map(claim => ({ advisory, claim })));
}

async function assertValid(format: Format, text: string): Promise<void> {
  assert(format.validate);
  const { valid, faults } = await format.validate(documentInput(Buffer.from(text), 'written'));
  assert.deepEqual(
    faults.filter(fault => fault.severity === 'error'),
    [],
  );
  assert.equal(valid, true);
}

const idIn = (selector: { readonly purl: string | null; readonly ref: string | null } | null) =>
  selector && (selector.purl ?? selector.ref);
const sort = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort();
const settled = (document: FindingDocument) => document.findings.filter(one => one.status !== 'unknown');

/** What every VEX format must bring back of a finding. */
function said(document: FindingDocument, one: Finding) {
  const notAffected = one.status === 'not_affected';
  return {
    status: one.status,
    product: idOf(one.component ?? document.product),
    within: one.component === null ? null : idOf(document.product),
    justification: notAffected ? one.justification : null,
  };
}

function heard({ claim }: ReturnType<typeof claimsIn>[number]) {
  return {
    status: claim.status,
    product: idIn(claim.product),
    within: idIn(claim.within),
    justification: claim.justification,
  };
}

test('OpenVEX: what is written is read back as the same claims', async () => {
  await fc.assert(
    fc.asyncProperty(document, async document => {
      const text = writeOpenVex(document);
      assert.equal(text, writeOpenVex(structuredClone(document)));
      assert.equal(text === null, settled(document).length === 0);
      if (text === null) return;
      await assertValid(openvex, text);
      const expected = settled(document).map(one => ({
        ...said(document, one),
        vulnerability: one.vulnerability.id,
        aliases: one.vulnerability.aliases,
        statement: one.status === 'not_affected' ? impactOf(one) : one.statement,
        actions: one.status === 'affected' ? [actionOf(one)] : [],
        time: one.time ?? document.revisions.at(-1)?.time,
      }));
      const found = claimsIn(openvex, text).map(one => ({
        ...heard(one),
        vulnerability: one.advisory.vulnerability,
        aliases: one.advisory.aliases,
        statement: one.claim.statement,
        actions: one.claim.remediations.map(remediation => remediation.text),
        time: one.claim.time,
      }));
      assert.deepEqual(sort(found), sort(expected));
    }),
  );
});

test('CSAF: what is written passes every mandatory test and is read back as the same claims', async () => {
  const official = skip ? null : await officialCsaf();
  await fc.assert(
    fc.asyncProperty(document, async document => {
      const text = writeCsafVex(document);
      assert.equal(text, writeCsafVex(structuredClone(document)));
      assert.equal(text === null, settled(document).length === 0);
      if (text === null) return;
      await assertValid(csaf, text);
      if (official) assert.equal(official(JSON.parse(text)), null);
      const expected = settled(document).map(one => ({
        ...said(document, one),
        vulnerability: one.vulnerability.id,
        statement: one.status === 'not_affected' ? impactOf(one) : one.statement,
        actions: one.status === 'affected' ? [actionOf(one)] : [],
        severities:
          one.status === 'affected' && /^(?:CVSS:3|AV)/.test(one.severity?.vector ?? '')
            ? [one.severity?.vector]
            : [],
      }));
      const found = claimsIn(csaf, text).map(one => ({
        ...heard(one),
        ...(one.claim.product.purl === null && { product: byName(document, one.claim.product.name) }),
        vulnerability: one.advisory.vulnerability,
        statement: one.claim.statement,
        actions: one.claim.remediations.map(remediation => remediation.text),
        severities: one.claim.severities.map(stated => stated.value),
      }));
      assert.deepEqual(sort(found), sort(expected));
    }),
  );
});

/** The reader of CSAF has no place for a generic URI; such a component is found by its name. */
function byName(document: FindingDocument, name: string | null): string | undefined {
  const components = document.findings.flatMap(one => one.component ?? []);
  const found = components.find(
    one => one.purl === null && [one.name, one.version].filter(Boolean).join(' ') === name,
  );
  return found && idOf(found);
}

for (const kind of ['vdr', 'vex'] as const) {
  test(`CycloneDX ${kind}: what is written is valid and is read back as the same claims`, async () => {
    await fc.assert(
      fc.asyncProperty(document, async document => {
        const text = writeCycloneDxVex(document, kind);
        assert.equal(text, writeCycloneDxVex(structuredClone(document), kind));
        await assertValid(cyclonedx, text);
        const { serialNumber } = JSON.parse(text) as { serialNumber: string };
        const { bom } = document.product;
        const serial = kind === 'vex' && bom !== null ? bom.serialNumber : serialNumber;
        const findings = kind === 'vdr' ? document.findings : settled(document);
        const expected = findings.map(one => {
          const thing = one.component ?? document.product;
          const written = one.justification === null ? null : JUSTIFICATION_OF[one.justification];
          return {
            vulnerability: one.vulnerability.id,
            aliases: one.vulnerability.aliases,
            status: one.status === 'unknown' ? 'under_investigation' : one.status,
            product: `${serial}#${thing.ref ?? thing.purl}`,
            justification: one.status === 'not_affected' && written !== null ? JUSTIFICATIONS[written] : null,
            severities: one.severity === null ? [] : [one.severity.vector ?? one.severity.level],
          };
        });
        const found = claimsIn(cyclonedx, text).map(({ advisory, claim }) => ({
          vulnerability: advisory.vulnerability,
          aliases: advisory.aliases,
          status: claim.status,
          product: claim.product.ref,
          justification: claim.justification,
          severities: claim.severities.map(stated => stated.value),
        }));
        assert.deepEqual(sort(found), sort(expected));
      }),
    );
  });
}

test('SARIF: each result has its rule, a place, a level and a fingerprint of its own', () => {
  fc.assert(
    fc.property(document, document => {
      const text = writeSarif(document);
      assert.equal(text, writeSarif(structuredClone(document)));
      const sarif = JSON.parse(text);
      assert.equal(sarif.version, '2.1.0');
      const [run] = sarif.runs;
      const { rules, name } = run.tool.driver;
      assert.equal(name, 'larder');
      assert.equal(run.results.length, document.findings.length);
      const ids = rules.map((rule: { id: string }) => rule.id);
      assert.deepEqual(ids, [...new Set(ids)]);
      for (const [index, result] of run.results.entries()) {
        const one = document.findings[index];
        assert.equal(ids[result.ruleIndex], result.ruleId);
        assert.equal(result.ruleId, one?.vulnerability.id);
        assert.notEqual(result.message.text, '');
        assert(['error', 'warning', 'note'].includes(result.level));
        assert.match(result.partialFingerprints['larder/1'], /^[0-9a-f]{32}$/);
        const [{ physicalLocation, logicalLocations }] = result.locations;
        assert.equal(logicalLocations.length, 1);
        assert.equal(physicalLocation === undefined, one?.location === null);
        if (physicalLocation) assert.match(physicalLocation.artifactLocation.uri, /^[\w.%/-]+$/);
        if (physicalLocation?.region) assert(physicalLocation.region.startLine >= 1);
        assert.equal(
          result.suppressions !== undefined,
          one?.status === 'fixed' || one?.status === 'not_affected',
        );
      }
    }),
  );
});
