import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { test } from 'node:test';
import { artifactOfBytes } from './artifact.ts';
import { type ExamineRequest, examine } from './examine.ts';
import { exactly } from './identity.ts';
import { publicKeyFromSpki } from './keys.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { EvidenceReport } from './report.ts';
import { ALWAYS, trustMaterialFromJson, withKeys } from './root.ts';
import { NO_EXPECTATIONS, type ProvenanceExpectations } from './slsa/source.ts';
import { mintSigstore } from './testing/mint.ts';
import { newKey } from './testing/mint-certificate.ts';
import { mintKeyed } from './testing/mint-keyed.ts';

const minted = mintSigstore();
const keyed = mintKeyed();
const keyGiven = publicKeyFromSpki(keyed.key.spki);
const bytes = Buffer.from('an artifact\n');
const artifact = artifactOfBytes('app.tgz', bytes);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const material = trustMaterialFromJson(minted.root, 'minted');
const identity = { identity: exactly(minted.identity), issuer: exactly(minted.issuer) };

const GOOGLE = 'https://cloudbuild.googleapis.com/GoogleHostedWorker';
const provenance = (builder: string, commit: string | null = null) =>
  Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'app.tgz', digest: { sha256 } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://example.com/build',
          externalParameters: {
            workflow: { repository: 'https://github.com/acme/app', ref: 'refs/tags/v1' },
          },
          ...(commit === null
            ? {}
            : {
                resolvedDependencies: [
                  { uri: 'git+https://github.com/acme/app@refs/tags/v1', digest: { gitCommit: commit } },
                ],
              }),
        },
        runDetails: { builder: { id: builder } },
      },
    }),
  );

function examined(evidence: unknown, request: Partial<ExamineRequest> = {}): EvidenceReport {
  const text = typeof evidence === 'string' ? evidence : JSON.stringify(evidence);
  const [report] = examine('evidence', text, {
    artifact,
    fileName: 'app.tgz',
    material,
    policy: DEFAULT_POLICY,
    identity: null,
    key: null,
    expectations: NO_EXPECTATIONS,
    summary: null,
    now: minted.time,
    ...request,
  });
  return report as EvidenceReport;
}

const asking = (asked: Partial<ProvenanceExpectations>) => ({
  expectations: { ...NO_EXPECTATIONS, ...asked },
});

test('what is asked of the build is not met by a signature that says nothing of it', () => {
  const bare = sign('sha256', bytes, keyed.key.privateKey).toString('base64');
  assert.equal(examined(bare, { key: keyGiven }).code, 'ok');
  const sourceUri = 'github.com/acme/app';
  assert.equal(examined(bare, { key: keyGiven, ...asking({ sourceUri }) }).code, 'predicate-mismatch');
  const summary = {
    verifierId: 'https://verifier.example.com',
    resourceUri: 'pkg:npm/app',
    levels: [],
    refs: [],
  };
  assert.equal(examined(bare, { key: keyGiven, summary }).code, 'predicate-mismatch');
  assert.equal(examined(bare, { key: keyGiven, identity }).code, 'identity-mismatch');
  assert.equal(examined(minted.bundle({ message: bytes }), { identity, summary }).code, 'predicate-mismatch');
});

test("the registry's word on a version answers neither who made it nor how", () => {
  const registry = newKey();
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const sig = sign('sha256', Buffer.from(`app@1.0.0:${integrity}`), registry.privateKey).toString('base64');
  const manifest = {
    name: 'app',
    version: '1.0.0',
    dist: { integrity, signatures: [{ keyid: 'registry', sig }] },
  };
  const trusted = { key: publicKeyFromSpki(registry.spki), window: ALWAYS, usage: 'npm:signatures' };
  const known = { material: withKeys(material, [['registry', trusted]]) };
  assert.equal(examined(manifest, known).code, 'ok');
  for (const asked of [
    asking({ sourceUri: 'github.com/acme/app' }),
    asking({ builderId: 'https://github.com/acme/app/.github/workflows/build.yml' }),
    { identity },
    { key: keyGiven },
  ]) {
    const { code, verdict } = examined(manifest, { ...known, ...asked });
    assert.deepEqual([code, verdict], ['predicate-mismatch', 'unverifiable']);
  }
});

test('provenance that a key signed is compared with what was asked, in a bundle as in an envelope', () => {
  const payload = provenance('https://ci.example.com/builder');
  const bundle = keyed.bundle({ payload }, 'dsse/0.0.1');
  const given = { key: keyGiven, material: trustMaterialFromJson(keyed.root, 'keyed') };
  const asked = (more: Partial<ProvenanceExpectations>) =>
    examined(bundle, { ...given, ...asking({ sourceUri: 'github.com/acme/app', ...more }) }).code;
  assert.equal(asked({}), 'ok');
  assert.equal(asked({ tag: 'v1' }), 'ok');
  assert.equal(asked({ tag: 'v2' }), 'tag-mismatch');
  assert.equal(asked({ sourceUri: 'github.com/evil/app' }), 'source-mismatch');
  assert.equal(asked({ builderId: 'https://ci.example.com/other' }), 'builder-mismatch');
});

test('a key that was given must have signed, also where provenance is asked for', () => {
  const workflow = 'https://github.com/acme/app/.github/workflows/build.yml@refs/tags/v1';
  const github = mintSigstore(workflow, 'https://token.actions.githubusercontent.com', workflow);
  const bundle = github.bundle({ payload: provenance(workflow) });
  const material = trustMaterialFromJson(github.root, 'github');
  const by = {
    material,
    policy: {
      ...DEFAULT_POLICY,
      entries: [
        {
          name: 'ci',
          until: null,
          who: {
            kind: 'identity',
            identity: exactly(workflow),
            issuer: exactly('https://token.actions.githubusercontent.com'),
          },
          packages: [],
          apps: [],
          predicates: [],
          models: [],
        },
      ],
    },
    ...asking({ builderId: workflow }),
  } as const;
  const [without, withKey] = [examined(bundle, by), examined(bundle, { ...by, key: keyGiven })];
  assert.deepEqual([without.code, withKey.code], ['ok', 'key-mismatch']);
});

test('the hint of a bundle is nobody’s word: it neither names the signer nor makes a key Google’s', () => {
  const bundle = keyed.bundle({ payload: provenance(GOOGLE) }, 'dsse/0.0.1');
  bundle.verificationMaterial.publicKey.hint =
    'projects/verified-builder/locations/global/keyRings/attestor/x';
  const report = examined(bundle, {
    key: keyGiven,
    material: trustMaterialFromJson(keyed.root, 'keyed'),
  });
  assert.equal(report.code, 'ok');
  assert.equal(report.statement?.buildLevel, 1);
  assert.match(report.identity?.subject ?? '', /^P-256 key sha256:/);
});

test('a workflow that writes its own provenance cannot state another ref or commit than it ran at', () => {
  const workflow = 'https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main';
  const [commit, other] = ['ab'.repeat(20), 'cd'.repeat(20)];
  const codeOf = (ref: string, stated: string) => {
    const issuer = 'https://token.actions.githubusercontent.com';
    const claims = { 12: 'https://github.com/acme/app', 13: commit, 14: ref };
    const github = mintSigstore(workflow, issuer, workflow, undefined, claims);
    return examined(github.bundle({ payload: provenance(workflow, stated) }), {
      material: trustMaterialFromJson(github.root, 'github'),
      ...asking({ sourceUri: 'github.com/acme/app', builderId: workflow, tag: 'v1' }),
    }).code;
  };
  assert.equal(codeOf('refs/tags/v1', commit), 'ok');
  assert.equal(codeOf('refs/heads/evil', commit), 'provenance-mismatch');
  assert.equal(codeOf('refs/tags/v1', other), 'provenance-mismatch');
});

test('a repository that was asked for counts by the word of its own host only', () => {
  const fileName = 'acme_app-1.0.tar.gz';
  const payload = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: fileName, digest: { sha256 } }],
      predicateType: 'https://index.example.com/attestations/publish/v1',
      predicate: null,
    }),
  );
  const codeOf = (issuer: string) => {
    const claims = { 12: 'https://github.com/acme/app' };
    const builds = mintSigstore('https://build.example.com/1', issuer, null, undefined, claims);
    const bundle = builds.bundle({ payload }) as {
      verificationMaterial: { tlogEntries: unknown[] };
      dsseEnvelope: { payload: string; signatures: { sig: string }[] };
    };
    const attestation = {
      version: 1,
      verification_material: {
        certificate: builds.certificate.toString('base64'),
        transparency_entries: bundle.verificationMaterial.tlogEntries,
      },
      envelope: {
        statement: bundle.dsseEnvelope.payload,
        signature: bundle.dsseEnvelope.signatures[0]?.sig,
      },
    };
    return examined(attestation, {
      fileName,
      material: trustMaterialFromJson(builds.root, 'builds'),
      ...asking({ sourceUri: 'github.com/acme/app' }),
    }).code;
  };
  assert.equal(codeOf('https://token.actions.githubusercontent.com'), 'ok');
  assert.equal(codeOf('https://build.example.com'), 'issuer-mismatch');
});
