import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { bundleFromJson } from '../formats/sigstore/bundle.ts';
import { bundleValues } from '../formats/sigstore/format.ts';
import { artifactOfBytes } from './artifact.ts';
import { type BundleVerdict, verifyBundle } from './bundle.ts';
import { bundledMaterial } from './bundled.ts';
import { publicKeyFromSpki } from './keys.ts';
import { trustMaterialFromJson } from './root.ts';
import { refusalOf } from './steps.ts';
import { dataBytes, dataJson, skipWithoutData } from './testing/data.ts';
import { mintSigstore } from './testing/mint.ts';
import { mintKeyed } from './testing/mint-keyed.ts';
import { type Mutant, mutantsOf } from './testing/mutate.ts';
import { conformanceCases } from './testing/vectors.ts';

/**
 * The changes that may be accepted, each with the proof that it means nothing: nobody signed the field, and nothing is concluded from it. A mutant that is
 * accepted must fall under one of these *and* prove the same as its original: signer, signed content, subject, and no time that was not proved before.
 */
const meaningless: readonly (readonly [RegExp, (change: string) => boolean, string])[] = [
  [
    /^\/mediaType$/,
    () => true,
    'the version of a bundle only says which fields it must have, and it has those of the other version too',
  ],
  [
    /\/signatures\/0\/keyid$/,
    () => true,
    'DSSE: the key id is a hint that is not authenticated; it is not used',
  ],
  [/\/publicKey\/hint$/, () => true, 'the key was given by the user, the hint is not used'],
  [
    /^\/messageSignature\/messageDigest$/,
    change => change === 'drop',
    'the digest is a hint; the artifact itself is hashed',
  ],
  [
    /\/x509CertificateChain\/certificates/,
    () => true,
    'only the leaf is used; its issuer comes from the trusted root',
  ],
  [
    /\/inclusionProof(\/checkpoint(\/envelope)?)?$/,
    change => change === 'drop',
    'version 0.1: the promise proves the entry',
  ],
  [
    /\/inclusionPromise$/,
    change => change === 'drop',
    'a timestamp proves the time and the inclusion proof the entry',
  ],
  [
    /\/(logIndex|integratedTime)$/,
    () => true,
    'without a promise nobody signed it; a time is not taken from it',
  ],
  [
    /\/timestampVerificationData/,
    change => change === 'drop' || change === 'empty',
    'the promise of the log proves the time',
  ],
  [
    /\/signedTimestamp$/,
    change => change.startsWith('flip'),
    'parts of a token that its signer does not sign (status text, versions, list of digest algorithms, certificates)',
  ],
  [/\/checkpoint\/envelope$/, change => change.startsWith('flip'), 'signature lines of others than the log'],
];

interface Vector {
  readonly name: string;
  readonly json: unknown;
  readonly verify: (json: unknown) => Pick<BundleVerdict, 'verdict'> & Partial<BundleVerdict>;
}

function survivors(vector: Vector): {
  readonly count: number;
  readonly accepted: string[];
  readonly forgiven: Set<string>;
} {
  const original = vector.verify(vector.json);
  assert.equal(original.verdict, 'verified', vector.name);
  const accepted: string[] = [];
  const forgiven = new Set<string>();
  let count = 0;
  for (const mutant of mutantsOf(vector.json)) {
    count++;
    const result = vector.verify(mutant.value);
    if (result.verdict !== 'verified') continue;
    const rule = ruleOf(mutant);
    if (rule !== null && provesTheSame(original, result)) forgiven.add(rule);
    else accepted.push(`${vector.name} ${mutant.at}: ${mutant.change}`);
  }
  return { count, accepted, forgiven };
}

function ruleOf(mutant: Mutant): string | null {
  return meaningless.find(([at, change]) => at.test(mutant.at) && change(mutant.change))?.[2] ?? null;
}

function provesTheSame(original: Partial<BundleVerdict>, mutant: Partial<BundleVerdict>): boolean {
  const spki = (verdict: Partial<BundleVerdict>) => verdict.signer?.key.spki.toString('hex');
  const der = (verdict: Partial<BundleVerdict>) =>
    verdict.signer?.kind === 'certificate' ? verdict.signer.certificate.der.toString('hex') : '';
  return (
    spki(original) === spki(mutant) &&
    der(original) === der(mutant) &&
    (mutant.times ?? []).every(time => original.times?.includes(time)) &&
    JSON.stringify(original.subject) === JSON.stringify(mutant.subject)
  );
}

test('no meaningful change of a minted bundle is accepted', () => {
  const minted = mintSigstore();
  const material = trustMaterialFromJson(minted.root, 'minted');
  const message = Buffer.from('hello');
  const digest = { sha256: createHash('sha256').update(message).digest('hex') };
  const payload = Buffer.from(
    JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'a', digest }] }),
  );
  for (const content of [{ message }, { payload }])
    for (const generation of [1, 2] as const) {
      const verify = (json: unknown) => {
        try {
          return verifyBundle(bundleFromJson(json), {
            material,
            artifact: artifactOfBytes('a', message),
            identity: null,
          });
        } catch (error) {
          return refusalOf(error);
        }
      };
      const { count, accepted } = survivors({
        name: `minted ${generation}`,
        json: minted.bundle(content, generation),
        verify,
      });
      assert.ok(count > 300);
      assert.deepEqual(accepted, []);
    }
});

test('no meaningful change of a bundle signed by a key is accepted, whatever kind of entry records it', () => {
  const keyed = mintKeyed();
  const material = trustMaterialFromJson(keyed.root, 'minted');
  const key = publicKeyFromSpki(keyed.key.spki);
  const message = Buffer.from('hello');
  const digest = { sha256: createHash('sha256').update(message).digest('hex') };
  const payload = Buffer.from(
    JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'a', digest }] }),
  );
  const verify = (json: unknown) => {
    try {
      const artifact = artifactOfBytes('a', message);
      return verifyBundle(bundleFromJson(json), { material, artifact, identity: null, key });
    } catch (error) {
      return refusalOf(error);
    }
  };
  let total = 0;
  for (const [content, kind] of [
    [{ message }, 'hashedrekord/0.0.1'],
    [{ message }, 'hashedrekord/0.0.2'],
    [{ payload }, 'hashedrekord/0.0.1'],
    [{ payload }, 'hashedrekord/0.0.2'],
    [{ payload }, 'dsse/0.0.1'],
    [{ payload }, 'intoto/0.0.2'],
  ] as const) {
    const { count, accepted } = survivors({ name: kind, json: keyed.bundle(content, kind), verify });
    total += count;
    assert.deepEqual(accepted, []);
  }
  assert.ok(total > 1000, `${total} mutants`);
});

test('no meaningful change of an accepted case of sigstore-conformance is accepted', {
  skip: skipWithoutData,
}, async () => {
  let total = 0;
  for (const one of await conformanceCases()) {
    if (!one.accepted) continue;
    const { count, accepted } = survivors({
      name: one.name,
      json: JSON.parse(one.bundle.toString('utf8')),
      verify: one.verify,
    });
    total += count;
    assert.deepEqual(accepted, []);
  }
  assert.ok(total > 4000, `${total} mutants`);
});

/** One bundle of each shape that the conformance suite lacks: log entries of the in-toto kind, chains of certificates, keys of a registry. */
const shapes = [
  'slsa-verifier/cli/gha_container-based/v1.10.0/binary-linux-amd64-push-v14.intoto.build.slsa',
  'slsa-verifier/cli/gha_maven/v2.1.0/binary-linux-amd64-push-v14.2.build.slsa',
  'slsa-verifier/cli/npm/gha/provenance-npm-test-cli-v1-prega.tgz.json',
  'sigstore-python/test/assets/bundle_v3_github.whl.sigstore',
];

test('no meaningful change of other real bundles is accepted', { skip: skipWithoutData }, async () => {
  const material = await bundledMaterial();
  for (const path of shapes)
    for (const [index, json] of bundleValues(dataJson(path)).entries()) {
      const artifact = path.endsWith('.whl.sigstore')
        ? artifactOfBytes('a', dataBytes(path.replace('.sigstore', '')))
        : null;
      const verify = (value: unknown) => {
        try {
          return verifyBundle(bundleFromJson(value), { material, artifact, identity: null });
        } catch (error) {
          return refusalOf(error);
        }
      };
      assert.deepEqual(survivors({ name: `${path} ${index}`, json, verify }).accepted, []);
    }
});
