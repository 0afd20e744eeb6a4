import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { test } from 'node:test';
import { ed25519ph } from '@noble/curves/ed25519.js';
import { certificatesFromPem } from '../certificate.ts';
import { exactly } from '../identity.ts';
import { publicKeyFromSpki, verifyBytes, verifyPrehashed } from '../keys.ts';
import { encodeEarlyModelPae, encodePae } from '../pae.ts';
import { mintCertificate, newKey, pemOf } from '../testing/mint-certificate.ts';
import { verifyModelSignature } from './signature.ts';

const now = Date.UTC(2026, 5, 1);
const digest = createHash('sha256').update('w').digest('hex');
const early = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: "it's.bin", digest: { sha256: digest } }],
  predicateType: 'https://model_signing/Digests/v0.1',
  predicate: { unused: 'Unused' },
};
const type = 'application/vnd.in-toto+json';

function bundleOf(statement: object, encode: typeof encodePae, hash: string, key = newKey('P-384')) {
  const payload = Buffer.from(JSON.stringify(statement, null, 2));
  const root = newKey('P-384');
  const span = { notBefore: now - 1e9, notAfter: now - 1e6 };
  const rootDer = mintCertificate({
    subject: 'root',
    issuer: 'root',
    key: root,
    signer: root,
    authority: true,
    usage: null,
    ...span,
  });
  const leaf = mintCertificate({ subject: 'leaf', issuer: 'root', key, signer: root, ...span });
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { x509CertificateChain: { certificates: [{ rawBytes: leaf.toString('base64') }] } },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: type,
      signatures: [
        { sig: sign(hash, encode(type, payload), key.privateKey).toString('base64'), keyid: null },
      ],
    },
  };
  return { bundle, roots: certificatesFromPem(pemOf(rootDer, 'CERTIFICATE')), spki: key.spki };
}

test('the layout of version 0.2 is verified, with its own encoding and hash, and no other statement with them', () => {
  const made = bundleOf(early, encodeEarlyModelPae, 'sha256');
  const found = verifyModelSignature(made.bundle, { kind: 'roots', roots: made.roots }, now);
  assert.deepEqual(found.manifest.entries, [{ name: "it's.bin", digest }]);
  const v1 = { ...early, predicateType: 'https://model_signing/signature/v1.0' };
  const wrong = bundleOf(v1, encodeEarlyModelPae, 'sha256');
  assert.throws(() => verifyModelSignature(wrong.bundle, { kind: 'roots', roots: wrong.roots }, now), {
    code: 'signature-invalid',
  });
});

test('roots that did not issue the certificate make a model unverifiable; a key instead of a certificate is said', () => {
  const made = bundleOf(early, encodeEarlyModelPae, 'sha256');
  const other = bundleOf(early, encodeEarlyModelPae, 'sha256');
  const renamed = mintCertificate({
    subject: 'elsewhere',
    issuer: 'elsewhere',
    key: newKey(),
    signer: newKey(),
    authority: true,
    usage: null,
    notBefore: 0,
    notAfter: now,
  });
  assert.throws(() => verifyModelSignature(made.bundle, { kind: 'roots', roots: other.roots }, now), {
    code: 'certificate-invalid',
  });
  assert.throws(
    () =>
      verifyModelSignature(
        made.bundle,
        { kind: 'roots', roots: certificatesFromPem(pemOf(renamed, 'CERTIFICATE')) },
        now,
      ),
    { code: 'certificate-untrusted', missing: true },
  );
  assert.throws(
    () => verifyModelSignature(made.bundle, { kind: 'key', key: publicKeyFromSpki(made.spki) }, now),
    { code: 'key-mismatch' },
  );
});

test('Ed25519ph is known, and is not Ed25519', () => {
  const { secretKey, publicKey } = ed25519ph.keygen();
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  const key = publicKeyFromSpki(spki);
  const data = Buffer.from('data');
  const signature = ed25519ph.sign(data, secretKey);
  assert.equal(verifyPrehashed(key, data, signature), true);
  assert.equal(verifyBytes(key, data, signature), false);
  assert.equal(verifyPrehashed(key, Buffer.from('dat'), signature), false);
});

test('of those whom an authority of one’s own vouches for, only who was asked for', () => {
  const made = bundleOf(early, encodeEarlyModelPae, 'sha256');
  const codeOf = (name: string) => {
    const identity = { identity: exactly(name), issuer: null };
    try {
      verifyModelSignature(made.bundle, { kind: 'roots', roots: made.roots, identity }, now);
      return 'ok';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  assert.equal(codeOf('CN=leaf'), 'ok');
  assert.equal(codeOf('alice@example.com'), 'identity-mismatch');
});
