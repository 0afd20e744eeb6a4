import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EvidenceFacts } from '../dsse/evidence.ts';
import { format as dsse } from '../dsse/format.ts';
import { documentInput, headOf } from '../input.ts';
import { format as sigstore } from '../sigstore/format.ts';
import { classicEnvelope } from './classic.ts';
import { format } from './format.ts';
import { readPredicate } from './predicates.ts';
import { splitUri } from './provenance.ts';
import { statementFromJson } from './statement.ts';

const subject = [{ name: 'app.tgz', digest: { sha256: 'AB'.repeat(32) } }];
const statementOf = (predicateType: string, predicate: object) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType,
  predicate,
});
const factsOf = (predicateType: string, predicate: object) =>
  statementFromJson(statementOf(predicateType, predicate)).predicate;

test('a GitHub provenance says builder, source, commit, ref, inputs and materials', () => {
  const facts = factsOf('https://slsa.dev/provenance/v1', {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: {
          ref: 'refs/tags/v1',
          repository: 'https://github.com/acme/app',
          path: '.github/workflows/release.yml',
          inputs: { dry: true },
        },
      },
      internalParameters: { github: { event_name: 'push' } },
      resolvedDependencies: [
        { uri: 'git+https://github.com/acme/app@refs/tags/v1', digest: { gitCommit: 'c0ffee' } },
        { uri: 'pkg:npm/left-pad@1.0.0', digest: { sha512: 'aa' } },
      ],
    },
    runDetails: {
      builder: { id: 'https://github.com/acme/build/.github/workflows/b.yml@refs/tags/v2' },
      metadata: {
        invocationId: 'https://github.com/acme/app/actions/runs/1',
        startedOn: '2026-01-01T00:00:00Z',
      },
    },
  });
  assert.equal(facts.kind, 'provenance');
  const { environment, ...provenance } = facts.provenance ?? { environment: new Map() };
  assert.deepEqual(provenance, {
    version: '1',
    builder: 'https://github.com/acme/build/.github/workflows/b.yml@refs/tags/v2',
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    source: 'git+https://github.com/acme/app',
    commit: 'c0ffee',
    ref: 'refs/tags/v1',
    entryPoint: '.github/workflows/release.yml',
    trigger: 'https://github.com/acme/app@refs/tags/v1',
    inputs: [['dry', 'true']],
    invocation: 'https://github.com/acme/app/actions/runs/1',
    baseRef: null,
  });
  assert.equal(environment.get('GITHUB_EVENT_NAME'), 'push');
  assert.deepEqual(
    facts.resources.map(([role, one]) => [role, one.uri, one.digests[0]?.value]),
    [
      ['source', 'git+https://github.com/acme/app@refs/tags/v1', 'c0ffee'],
      ['material', 'pkg:npm/left-pad@1.0.0', 'aa'],
    ],
  );
  assert.equal(facts.started, '2026-01-01T00:00:00Z');
});

const registered = {
  'https://slsa.dev/provenance/v0.2': [
    'provenance',
    { builder: { id: 'b' }, materials: [{ uri: 'git+https://x.example/a@main', digest: { sha1: 'aa' } }] },
  ],
  'https://slsa.dev/provenance/v0.1': ['provenance', { builder: { id: 'b' }, recipe: { type: 't' } }],
  'https://slsa.dev/verification_summary/v1': [
    'verification-summary',
    {
      verifier: { id: 'b' },
      verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
      resourceUri: 'r',
      verificationResult: 'PASSED',
    },
  ],
  'https://slsa.dev/verification_summary/v0.2': [
    'verification-summary',
    { verifier: { id: 'b' }, policy_level: 'SLSA_LEVEL_3', resource_uri: 'r', verification_result: 'PASSED' },
  ],
  'https://in-toto.io/attestation/link/v0.3': [
    'link',
    { name: 'build', command: ['make'], materials: [{ uri: 'a', digest: { sha256: 'aa' } }] },
  ],
  'https://in-toto.io/Link/v1': ['link', { name: 'build', materials: { a: { sha256: 'aa' } } }],
  'https://in-toto.io/attestation/test-result/v0.1': [
    'test-result',
    { result: 'PASSED', passedTests: ['t'], configuration: [{ name: 'c' }] },
  ],
  'https://in-toto.io/attestation/release/v0.1': ['release', { purl: 'pkg:npm/a@1' }],
  'https://in-toto.io/attestation/release/v0.2': ['release', { purl: 'pkg:npm/a@1', packageId: '7' }],
  'https://in-toto.io/attestation/promotion-record/v0.1': [
    'promotion',
    { srcRef: 'staging.example.com/a:1', dstRef: 'r.example.com/a:1', digest: 'sha256:aa', builderId: 'b' },
  ],
  'https://k8s.io/promo-tools/promotion/v1': [
    'promotion',
    { dstRef: 'r.example.com/a:1', digest: 'sha256:aa' },
  ],
  'https://in-toto.io/attestation/vulns/v0.2': [
    'vulns',
    { scanner: { uri: 's', db: { uri: 'd' }, result: [{ id: 'CVE-1' }] } },
  ],
  'https://in-toto.io/attestation/scai/v0.3': [
    'scai',
    { attributes: [{ attribute: 'A', target: { name: 't' } }] },
  ],
  'https://spdx.dev/Document/v3': ['sbom', { '@context': 'x', '@graph': [] }],
  'https://in-toto.io/attestation/runtime-trace/v0.2': [
    'runtime-trace',
    { monitor: { type: 'm' }, monitoredProcess: { event: 'e' }, monitorLog: { fileAccess: [{ name: 'f' }] } },
  ],
  'https://in-toto.io/attestation/runtime-trace/v0.1': [
    'runtime-trace',
    { monitor: { type: 'm' }, monitorLog: { process: [{ name: 'p' }] } },
  ],
  'https://in-toto.io/attestation/scai/attribute-report/v0.2': [
    'scai',
    { attributes: [{ attribute: 'HARDENED' }], producer: { uri: 'b' } },
  ],
  'https://in-toto.io/attestation/svr/v0.1': ['svr', { verifier: { id: 'b' }, properties: ['P'] }],
  'https://in-toto.io/attestation/reference/v0.1': [
    'reference',
    { attester: { id: 'b' }, references: [{ downloadLocation: 'u' }] },
  ],
  'https://in-toto.io/attestation/vulns/v0.1': [
    'vulns',
    { scanner: { uri: 's', result: [{ vulnerability: { id: 'CVE-1' } }] } },
  ],
  'https://cyclonedx.org/bom': ['sbom', { bomFormat: 'CycloneDX' }],
  'https://spdx.dev/Document/v2.3': ['sbom', { spdxVersion: 'SPDX-2.3' }],
  'https://openvex.dev/ns/v0.2.0': ['vex', { '@context': 'x' }],
  'https://github.com/npm/attestation/tree/main/specs/publish/v0.1': [
    'publish',
    { name: 'a', version: '1', registry: 'https://registry.example.com' },
  ],
  'https://docs.example.com/attestations/publish/v1': ['publish', {}],
  'https://model_signing/signature/v1.0': [
    'model-signature',
    { resources: [{ name: 'w', algorithm: 'sha256', digest: 'aa' }] },
  ],
  'https://sigstore.dev/cosign/sign/v1': ['image-signature', {}],
  'https://witness.testifysec.com/attestation-collection/v0.1': [
    'collection',
    { name: 'c', attestations: [{ type: 't' }] },
  ],
  'https://example.com/unheard': ['unknown', {}],
} as const;
for (const [type, [kind, predicate]] of Object.entries(registered))
  test(`${type} is read as ${kind}, also when its fields are of other types`, () => {
    assert.equal(factsOf(type, predicate).kind, kind);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
        assert.equal(readPredicate(type, value).kind, kind);
        for (const key of Object.keys(predicate)) readPredicate(type, { ...predicate, [key]: value });
      }),
      { numRuns: 30 },
    );
  });

test('a statement without type, predicate type or with a made-up version is refused; a digest is in lower case', () => {
  assert.equal(
    statementFromJson(statementOf('https://x.example', {})).subjects[0]?.digests[0]?.value,
    'ab'.repeat(32),
  );
  for (const wrong of [
    {},
    [],
    null,
    { ...statementOf('x', {}), _type: 'https://in-toto.io/Statement/v9' },
    { ...statementOf('x', {}), predicateType: 7 },
  ])
    assert.throws(() => statementFromJson(wrong), { code: 'invalid-content' });
});

test('references are split from repositories, not from user names', () => {
  assert.deepEqual(splitUri('git+https://github.com/a/b@refs/tags/v1'), {
    uri: 'git+https://github.com/a/b',
    ref: 'refs/tags/v1',
  });
  assert.deepEqual(splitUri('git+ssh://git@github.com/a/b'), {
    uri: 'git+ssh://git@github.com/a/b',
    ref: null,
  });
  assert.deepEqual(splitUri('pkg:npm/a@1'), { uri: 'pkg:npm/a@1', ref: null });
});

test('statements, envelopes and links are found by content; lines are read one by one, and one bad line costs only itself', () => {
  const statement = statementOf('https://cyclonedx.org/bom', { bomFormat: 'CycloneDX', components: [] });
  const envelope = JSON.stringify({
    payloadType: 'application/vnd.in-toto+json',
    payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
    signatures: [{ sig: 'AAAA' }],
  });
  const lines = documentInput(
    Buffer.from(`${envelope}\n${envelope.replace('"AAAA"', '"!"')}\n${envelope}\n`),
    'x.jsonl',
  );
  assert.ok(dsse.detect(headOf(lines)) > 0.5);
  const result = dsse.read(lines);
  assert.equal(result.status, 'partial');
  assert.equal(result.diagnostics[0]?.at, '/signatures/0/sig');
  const { entries } = result.facts as EvidenceFacts;
  assert.deepEqual(
    entries.map(entry => [entry.at, entry.contained?.path]),
    [
      ['line 1', '/predicate'],
      ['line 3', '/predicate'],
    ],
  );
  const bare = documentInput(Buffer.from(JSON.stringify(statement)), 'x.json');
  assert.ok(format.detect(headOf(bare)) > 0.5);
  assert.equal(format.read(bare).status, 'accepted');
  const link = documentInput(
    Buffer.from(
      JSON.stringify({
        signed: { _type: 'link', name: 's', products: { 'a.txt': { sha256: 'aa' } } },
        signatures: [],
      }),
    ),
    'x.link',
  );
  const [read] = (format.read(link).facts as EvidenceFacts).entries;
  assert.deepEqual(
    [read?.kind, read?.statement?.subjects[0]?.name, read?.statement?.predicate.about],
    ['link', 'a.txt', 's'],
  );
  assert.equal(sigstore.detect(headOf(bare)), 0);
});

test('a flood of signatures in the older wrapper is refused: each one costs a verification', () => {
  const signed = { _type: 'layout', steps: [], inspect: [] };
  const wrapper = (count: number) => ({ signed, signatures: Array(count).fill({ keyid: 'a', sig: '00' }) });
  assert.equal(classicEnvelope(wrapper(64)).signatures.length, 64);
  assert.throws(() => classicEnvelope(wrapper(65)), { code: 'invalid-content' });
});
