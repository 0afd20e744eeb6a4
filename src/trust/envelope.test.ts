import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { envelopeFromJson } from '../formats/dsse/envelope.ts';
import { artifactOfBytes, artifactOfDigests } from './artifact.ts';
import { verifyBundle } from './bundle.ts';
import { parseCertificate } from './certificate.ts';
import { checkSimpleSigning, cosignBundle } from './cosign.ts';
import { verifyEnvelope } from './envelope.ts';
import { TrustError } from './errors.ts';
import { exactly } from './identity.ts';
import { publicKeyFromSpki, verifyDigest } from './keys.ts';
import { checkIntegrity, verifyNpmManifest, verifyRegistrySignatures } from './npm.ts';
import { encodePae } from './pae.ts';
import { ALWAYS, NO_MATERIAL, trustMaterialFromJson, withKeys } from './root.ts';
import { NO_EXPECTATIONS } from './slsa/source.ts';
import { rekorBundleOf, signedBy, simpleSigning } from './testing/cosign.ts';
import { mintSigstore } from './testing/mint.ts';
import { newKey, pemOf } from './testing/mint-certificate.ts';
import { verifyTimestamp } from './timestamp.ts';

const payload = Buffer.from('{"a":1}');
const type = 'application/vnd.example+json';
const pae = encodePae(type, payload);

function pair(kind: 'P-256' | 'P-384' | 'P-521' | 'ed25519' | 'rsa', bits = 2048) {
  const made =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: bits })
        : generateKeyPairSync('ec', { namedCurve: kind });
  const spki = made.publicKey.export({ type: 'spki', format: 'der' });
  return { private: made.privateKey as KeyObject, spki };
}

const hashes = {
  'P-256': 'sha256',
  'P-384': 'sha384',
  'P-521': 'sha512',
  ed25519: null,
  rsa: 'sha256',
} as const;

function envelopeOf(...signatures: Buffer[]) {
  return envelopeFromJson({
    payload: payload.toString('base64'),
    payloadType: type,
    signatures: signatures.map(sig => ({ sig: sig.toString('base64'), keyid: 'k' })),
  });
}

for (const kind of Object.keys(hashes) as (keyof typeof hashes)[])
  test(`an envelope signed with ${kind} verifies with the hash of the key and with no other`, () => {
    const made = pair(kind);
    const key = publicKeyFromSpki(made.spki);
    const signature = sign(hashes[kind], pae, made.private);
    assert.equal(verifyEnvelope(envelopeOf(signature), [{ id: 'k', key }], { threshold: 1 }).length, 1);
    assert.throws(
      () =>
        verifyEnvelope(envelopeOf(sign(hashes[kind], payload, made.private)), [{ id: 'k', key }], {
          threshold: 1,
        }),
      { code: 'signature-invalid' },
    );
    if (hashes[kind] !== null && kind !== 'P-256')
      assert.throws(
        () =>
          verifyEnvelope(
            envelopeOf(sign(kind === 'rsa' ? 'sha1' : 'sha256', pae, made.private)),
            [{ id: 'k', key }],
            { threshold: 1 },
          ),
        { code: 'signature-invalid' },
      );
    if (kind !== 'ed25519') {
      const digest = createHash(hashes[kind] as string)
        .update(pae)
        .digest();
      assert.equal(verifyDigest(key, digest, signature), true);
      digest[0] = (digest[0] as number) ^ 1;
      assert.equal(verifyDigest(key, digest, signature), false);
    }
  });

test('a threshold counts keys, not signatures and not names', () => {
  const [one, other, third] = [pair('P-256'), pair('ed25519'), pair('P-384')];
  const keys = [one, other, third].map((made, index) => ({
    id: `k${index}`,
    key: publicKeyFromSpki(made.spki),
  }));
  const both = envelopeOf(sign('sha256', pae, one.private), sign(null, pae, other.private));
  assert.equal(verifyEnvelope(both, keys, { threshold: 2 }).length, 2);
  const twice = envelopeOf(sign('sha256', pae, one.private), sign('sha256', pae, one.private));
  const sameKeyTwice = [...keys, { id: 'again', key: publicKeyFromSpki(one.spki) }];
  assert.throws(() => verifyEnvelope(twice, sameKeyTwice, { threshold: 2 }), { code: 'threshold-not-met' });
  assert.throws(() => verifyEnvelope(both, [], { threshold: 1 }), { code: 'key-unknown', missing: true });
  assert.throws(() => verifyEnvelope(envelopeOf(), keys, { threshold: 1 }), { code: 'signature-missing' });
  assert.throws(() => verifyEnvelope(both, keys, { threshold: 1, idMustMatch: true }), {
    code: 'key-unknown',
  });
});

test('weak and odd keys are refused', () => {
  assert.throws(() => publicKeyFromSpki(pair('rsa', 1024).spki), { code: 'key-unsupported' });
  const secp = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  assert.throws(() => publicKeyFromSpki(secp), { code: 'key-unsupported' });
});

test('hostile certificates and timestamps are refused with an error of ours, whatever their bytes are', () => {
  const minted = mintSigstore();
  const material = trustMaterialFromJson(minted.root, 'minted');
  const tokenJson = minted.bundle({ message: payload }, 2)['verificationMaterial'] as {
    timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  const token = Buffer.from(
    tokenJson.timestampVerificationData.rfc3161Timestamps[0]?.signedTimestamp ?? '',
    'base64',
  );
  const changes = fc.array(fc.tuple(fc.nat(4000), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  const damaged = (bytes: Buffer, list: [number, number][], cut: number): Buffer => {
    const copy = Buffer.from(bytes);
    for (const [at, value] of list) copy[at % copy.length] = value;
    return cut % 5 === 0 ? copy.subarray(0, cut % copy.length) : copy;
  };
  fc.assert(
    fc.property(changes, fc.nat(4000), (list, cut) => {
      for (const run of [
        () => parseCertificate(damaged(minted.certificate, list, cut)),
        () => verifyTimestamp(damaged(token, list, cut), Buffer.from('other'), material.timestampAuthorities),
      ])
        try {
          run();
        } catch (error) {
          assert.ok(error instanceof TrustError, String(error));
        }
    }),
    { numRuns: 400 },
  );
});

test("cosign's own bundle verifies like a version 0.1 bundle, and its simple signing payload is for one image", () => {
  const minted = mintSigstore();
  const digest = createHash('sha256').update('image').digest();
  const simple = simpleSigning(`sha256:${digest.toString('hex')}`);
  const bundle = signedBy(minted, simple);
  const cosign = {
    base64Signature: bundle.messageSignature?.signature,
    cert: Buffer.from(pemOf(minted.certificate, 'CERTIFICATE')).toString('base64'),
    rekorBundle: rekorBundleOf(bundle),
  };
  const material = trustMaterialFromJson(minted.root, 'minted');
  const artifact = artifactOfDigests(
    'payload',
    new Map([['sha256', createHash('sha256').update(simple).digest()]]),
  );
  const verdict = verifyBundle(cosignBundle(cosign), {
    material,
    artifact,
    identity: { identity: exactly(minted.identity), issuer: exactly(minted.issuer) },
  });
  assert.equal(verdict.message, 'The bundle is verified.');
  checkSimpleSigning(
    simple,
    artifactOfDigests('image', new Map([['sha256', digest]])),
    'registry.example.com/acme/app',
  );
  assert.throws(() => checkSimpleSigning(simple, artifact, null), { code: 'subject-mismatch' });
  const nothing = Buffer.from(simple.toString().replace(/sha256:[0-9a-f]{64}/, 'sha256:undefined'));
  const unknown = artifactOfDigests('an image without a known digest', new Map());
  assert.throws(() => checkSimpleSigning(nothing, unknown, null), { code: 'subject-mismatch' });
  assert.throws(
    () =>
      checkSimpleSigning(
        simple,
        artifactOfDigests('image', new Map([['sha256', digest]])),
        'example.com/other',
      ),
    { code: 'subject-mismatch' },
  );
  assert.throws(() => checkSimpleSigning(payload, artifact, null), { code: 'statement-malformed' });
});

test("a registry's signature is over name, version and integrity, by a key that was valid when it was published", () => {
  const key = newKey();
  const integrity = `sha512-${createHash('sha512').update('tarball').digest('base64')}`;
  const manifest = (version: string) => ({
    name: '@acme/app',
    version,
    dist: {
      integrity,
      signatures: [
        {
          keyid: 'SHA256:k',
          sig: sign('sha256', Buffer.from(`@acme/app@1.0.0:${integrity}`), key.privateKey).toString('base64'),
        },
      ],
    },
  });
  const known = { id: 'SHA256:k', key: publicKeyFromSpki(key.spki), window: ALWAYS };
  assert.deepEqual(verifyRegistrySignatures(manifest('1.0.0'), null, [known]), ['SHA256:k']);
  assert.throws(() => verifyRegistrySignatures(manifest('1.0.1'), null, [known]), {
    code: 'signature-invalid',
  });
  assert.throws(() => verifyRegistrySignatures(manifest('1.0.0'), null, []), { code: 'key-unknown' });
  const ended = { ...known, window: { start: 0, end: 1000 } };
  assert.throws(() => verifyRegistrySignatures(manifest('1.0.0'), 2000, [ended]), { code: 'key-expired' });
  assert.throws(
    () => verifyRegistrySignatures({ name: 'a', version: '1', dist: { integrity } }, null, [known]),
    { code: 'signature-missing' },
  );
  const material = withKeys(NO_MATERIAL, [
    ['SHA256:k', { key: known.key, window: ALWAYS, usage: 'npm:signatures' }],
  ]);
  const packument = {
    name: '@acme/app',
    versions: { '0.9.0': { name: '@acme/app', version: '0.9.0', dist: {} }, '1.0.0': manifest('1.0.0') },
    time: { '1.0.0': '2026-01-01T00:00:00Z' },
  };
  const found = verifyNpmManifest(
    packument,
    artifactOfBytes('app.tgz', Buffer.from('tarball')),
    NO_EXPECTATIONS,
    material,
  );
  assert.deepEqual(found, { name: '@acme/app', version: '1.0.0', keyIds: ['SHA256:k'] });
  assert.throws(
    () =>
      verifyNpmManifest(
        packument,
        artifactOfBytes('app.tgz', Buffer.from('other')),
        NO_EXPECTATIONS,
        material,
      ),
    { code: 'digest-mismatch' },
  );
  assert.throws(
    () =>
      verifyNpmManifest(
        packument,
        artifactOfBytes('app.tgz', Buffer.from('tarball')),
        { ...NO_EXPECTATIONS, packageName: 'x' },
        material,
      ),
    { code: 'package-name-mismatch' },
  );
  checkIntegrity(integrity, Buffer.from('tarball'));
  assert.throws(() => checkIntegrity(integrity, Buffer.from('other')), { code: 'digest-mismatch' });
  assert.throws(() => checkIntegrity('sha1-AAAA', Buffer.from('tarball')), { code: 'evidence-unsupported' });
});
