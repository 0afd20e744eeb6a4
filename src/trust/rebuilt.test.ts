import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { bundleFromJson } from '../formats/sigstore/bundle.ts';
import { artifactOfBytes } from './artifact.ts';
import { verifyBundle } from './bundle.ts';
import { exactly } from './identity.ts';
import { publicKeyFromSpki } from './keys.ts';
import { trustMaterialFromJson } from './root.ts';
import { refusalOf } from './steps.ts';
import { mintSigstore } from './testing/mint.ts';
import { mintCertificate, newKey } from './testing/mint-certificate.ts';
import { type EntryKind, mintKeyed } from './testing/mint-keyed.ts';
import { mintTimestamp } from './testing/mint-timestamp.ts';

/** Cases of sigstore-conformance whose files are not among those collected, built again with keys of our own as the suite's own notes describe them. */

const message = Buffer.from('hello\n');
const artifact = artifactOfBytes('a.txt', message);
const digest = createHash('sha256').update(message).digest('hex');
const statement = (more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'a.txt', digest: { sha256: digest } }],
      predicateType: 'https://example.com/test',
      predicate: {},
      ...more,
    }),
  );

const keyed = mintKeyed();
const minted = mintSigstore();
type Json = Record<string, never>;
const copy = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

function codeOf(
  bundle: unknown,
  root: unknown,
  more: { readonly identity?: boolean; readonly key?: boolean },
): string {
  try {
    const owner = { identity: exactly(minted.identity), issuer: exactly(minted.issuer) };
    return verifyBundle(bundleFromJson(bundle), {
      material: trustMaterialFromJson(root, 'minted'),
      artifact,
      identity: more.identity === true ? owner : null,
      key: more.key === true ? publicKeyFromSpki(keyed.key.spki) : null,
    }).code;
  } catch (error) {
    return refusalOf(error).code;
  }
}
const byKey = (bundle: unknown, root: unknown = keyed.root): string => codeOf(bundle, root, { key: true });
const byCertificate = (bundle: unknown, root: unknown = minted.root): string =>
  codeOf(bundle, root, { identity: true });

test('intoto-canonical-log-entry, and every other kind of entry for an envelope signed by a key', () => {
  for (const kind of ['intoto/0.0.2', 'dsse/0.0.1', 'hashedrekord/0.0.1', 'hashedrekord/0.0.2'] as const) {
    const bundle = keyed.bundle({ payload: statement() }, kind);
    assert.equal(byKey(bundle), 'ok', kind);
    // dsse-with-hashedrekord-mismatch-envelope: the entry is of another envelope.
    const content = { payload: statement({ predicate: { other: true } }) };
    const mismatched = copy(bundle) as unknown as { verificationMaterial: { tlogEntries: object[] } };
    mismatched.verificationMaterial.tlogEntries = [
      keyed.entry(kind, content, keyed.sign({ payload: statement() })),
    ];
    assert.equal(byKey(mismatched), 'log-entry-mismatch', kind);
    // dsse-with-hashedrekord-mismatch-sig: the entry is of another signature over the same.
    mismatched.verificationMaterial.tlogEntries = [
      keyed.entry(kind, { payload: statement() }, keyed.sign({ payload: statement() })),
    ];
    assert.equal(byKey(mismatched), 'log-entry-mismatch', kind);
    // dsse-with-hashedrekord-invalid-sig: both name a signature over something else.
    const wrong = keyed.sign({ message: Buffer.from('else') });
    const invalid = copy(bundle) as unknown as {
      verificationMaterial: { tlogEntries: object[] };
      dsseEnvelope: { signatures: { sig: string }[] };
    };
    invalid.verificationMaterial.tlogEntries = [keyed.entry(kind, { payload: statement() }, wrong)];
    invalid.dsseEnvelope.signatures = [{ sig: wrong.toString('base64') }];
    assert.equal(byKey(invalid), 'signature-invalid', kind);
  }
});

test('dsse-with-hashedrekord-happy-path holds for the encoding that was signed, not for the payload', () => {
  const payload = statement();
  const signature = keyed.sign({ payload });
  const bundle = copy(keyed.bundle({ payload }, 'hashedrekord/0.0.1')) as unknown as {
    verificationMaterial: { tlogEntries: object[] };
  };
  bundle.verificationMaterial.tlogEntries = [
    keyed.entry('hashedrekord/0.0.1', { message: payload }, signature),
  ];
  assert.equal(byKey(bundle), 'log-entry-mismatch');
});

test('dsse-statement-missing-type and dsse-statement-unknown-type', () => {
  for (const _type of [undefined, 'https://in-toto.io/Statement/v2', 'https://in-toto.io/Statement/v1x', 7])
    for (const kind of ['hashedrekord/0.0.2', 'intoto/0.0.2'] as const)
      assert.equal(byKey(keyed.bundle({ payload: statement({ _type }) }, kind)), 'statement-malformed');
  for (const version of ['v0.1', 'v1'])
    assert.equal(
      byKey(
        keyed.bundle(
          { payload: statement({ _type: `https://in-toto.io/Statement/${version}` }) },
          'dsse/0.0.1',
        ),
      ),
      'ok',
    );
});

test('managed-key: happy path, wrong key, no key, a key and an identity at once', () => {
  const bundle = keyed.bundle({ message }, 'hashedrekord/0.0.1');
  assert.equal(byKey(bundle), 'ok');
  assert.equal(codeOf(bundle, keyed.root, {}), 'time-missing', 'only a key that was given needs no time');
  assert.equal(codeOf(bundle, keyed.root, { key: true, identity: true }), 'identity-mismatch');
  const stranger = mintKeyed();
  assert.equal(
    byKey(stranger.bundle({ message }, 'hashedrekord/0.0.1'), stranger.root),
    'log-entry-mismatch',
  );
});

test('managed-key-and-trusted-root: a root without a log asks for no entry, any other does', () => {
  const bare = keyed.bundle({ message }, null);
  const empty = { mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' };
  assert.equal(byKey(bare, empty), 'ok');
  assert.equal(byKey(bare), 'log-entry-missing');
  // An entry that is there is checked all the same, and a certificate always needs the log.
  assert.equal(byKey(keyed.bundle({ message }, 'hashedrekord/0.0.1'), empty), 'log-unknown');
  const certified = copy(minted.bundle({ message })) as unknown as {
    verificationMaterial: { tlogEntries?: object[] };
  };
  delete certified.verificationMaterial.tlogEntries;
  assert.equal(byCertificate(certified, { ...minted.root, tlogs: [] }), 'log-entry-missing');
});

test('cve-2022-36056-swapped-tlog-entry: the entry of another signature by the same identity', () => {
  const entryOf = (bundle: object) =>
    (bundle as { verificationMaterial: { tlogEntries: object[] } }).verificationMaterial.tlogEntries;
  for (const generation of [1, 2] as const) {
    const first = copy(minted.bundle({ message }, generation)) as unknown as {
      verificationMaterial: { tlogEntries: object[] };
    };
    first.verificationMaterial.tlogEntries = entryOf(minted.bundle({ message }, generation));
    assert.equal(byCertificate(first), 'log-entry-mismatch');
  }
});

test('sct-duplicate-intermediate-name: the issuer is who signed, not who has the name', () => {
  const decoy = newKey('P-384');
  const der = mintCertificate({
    subject: 'inter',
    issuer: 'inter',
    key: decoy,
    signer: decoy,
    authority: true,
    usage: null,
    notBefore: minted.time - 1e10,
    notAfter: minted.time + 1e10,
  });
  const root = copy(minted.root) as unknown as { certificateAuthorities: object[] };
  root.certificateAuthorities = [
    {
      subject: { organization: 'example.com', commonName: 'example' },
      uri: 'https://ca.example.com',
      certChain: { certificates: [{ rawBytes: der.toString('base64') }] },
      validFor: { start: new Date(minted.time - 1e10).toISOString() },
    },
    ...root.certificateAuthorities,
  ];
  for (const generation of [1, 2] as const)
    assert.equal(byCertificate(minted.bundle({ message }, generation), root), 'ok');
});

interface Timed {
  verificationMaterial: { timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] } };
  messageSignature: { signature: string };
}

test('rekor2-multiple-timestamps-one-outside-cert-validity: each time must hold', () => {
  const bundle = copy(minted.bundle({ message }, 2)) as unknown as Timed;
  const signature = Buffer.from(bundle.messageSignature.signature, 'base64');
  const at = (time: number) => ({
    signedTimestamp: mintTimestamp(signature, time, minted.tsaKey, 'tsa root', 77).toString('base64'),
  });
  const { rfc3161Timestamps } = bundle.verificationMaterial.timestampVerificationData;
  rfc3161Timestamps.push(at(minted.time + 2000));
  assert.equal(byCertificate(bundle), 'ok');
  rfc3161Timestamps.push(at(minted.time + 3_600_000));
  assert.equal(byCertificate(bundle), 'certificate-expired');
});

test('rekor2-timestamp-wrong-tsa-validity-borrow: a window counts for its own authority', () => {
  const bundle = minted.bundle({ message }, 2);
  const root = copy(minted.root) as unknown as {
    timestampAuthorities: { validFor: { start: string; end?: string }; certChain: object }[];
  };
  const [own] = root.timestampAuthorities;
  assert.ok(own !== undefined);
  own.validFor = { ...own.validFor, end: new Date(minted.time - 1000).toISOString() };
  assert.notEqual(byCertificate(bundle, root), 'ok');
  // Another authority with certificates of its own does not lend its window either.
  root.timestampAuthorities.push({
    ...(mintSigstore().root as { timestampAuthorities: [(typeof root)['timestampAuthorities'][number]] })
      .timestampAuthorities[0],
  });
  assert.notEqual(byCertificate(bundle, root), 'ok');
  root.timestampAuthorities[1] = {
    ...own,
    validFor: { start: '2020-01-01T00:00:00Z' },
    certChain: { certificates: [] },
  };
  assert.notEqual(byCertificate(bundle, root), 'ok');
});

test('bundle-with-root-cert: a chain must not bring its own root', () => {
  const old = (ders: readonly Buffer[]) => {
    const bundle = copy(minted.bundle({ message })) as unknown as {
      mediaType: string;
      verificationMaterial: Record<string, unknown>;
    };
    bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
    delete bundle.verificationMaterial['certificate'];
    bundle.verificationMaterial['x509CertificateChain'] = {
      certificates: ders.map(der => ({ rawBytes: der.toString('base64') })),
    };
    return bundle;
  };
  const chain = (
    minted.root as { certificateAuthorities: { certChain: { certificates: { rawBytes: string }[] } }[] }
  ).certificateAuthorities[0]?.certChain.certificates.map(one => Buffer.from(one.rawBytes, 'base64')) as [
    Buffer,
    Buffer,
  ];
  assert.equal(byCertificate(old([minted.certificate])), 'ok');
  assert.equal(byCertificate(old([minted.certificate, chain[0]])), 'ok');
  assert.equal(byCertificate(old([minted.certificate, ...chain])), 'evidence-malformed');
});

test('invalid-inclusion-proof: a proof that is there is checked, and one without a checkpoint proves nothing', () => {
  const bundle = copy(minted.bundle({ message })) as unknown as {
    mediaType: string;
    verificationMaterial: Record<string, unknown> & {
      tlogEntries: [{ inclusionProof: { checkpoint?: object } }];
    };
  };
  bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
  delete bundle.verificationMaterial['certificate'];
  bundle.verificationMaterial['x509CertificateChain'] = {
    certificates: [{ rawBytes: minted.certificate.toString('base64') }],
  };
  assert.equal(byCertificate(bundle), 'ok');
  delete bundle.verificationMaterial.tlogEntries[0].inclusionProof.checkpoint;
  assert.equal(byCertificate(bundle), 'checkpoint-invalid');
});

test('bundle-with-sct-with-extensions: what a certificate log adds to its timestamp is signed with it', () => {
  const extended = mintSigstore(undefined, undefined, null, Buffer.from('extension'));
  const owner = { identity: exactly(extended.identity), issuer: exactly(extended.issuer) };
  const verdict = verifyBundle(bundleFromJson(extended.bundle({ message })), {
    material: trustMaterialFromJson(extended.root, 'minted'),
    artifact,
    identity: owner,
  });
  assert.equal(verdict.code, 'ok', verdict.message);
});

test('rekor2-no-inclusion-proof, intoto-missing-inclusion-proof and rekor2-checkpoint-missing-log-signature', () => {
  for (const generation of [1, 2] as const) {
    const bundle = copy(minted.bundle({ payload: statement() }, generation)) as unknown as {
      verificationMaterial: { tlogEntries: [{ inclusionProof?: { checkpoint: { envelope: string } } }] };
    };
    const [entry] = bundle.verificationMaterial.tlogEntries;
    const proof = entry.inclusionProof;
    assert.ok(proof !== undefined);
    const { envelope } = proof.checkpoint;
    proof.checkpoint.envelope = envelope.slice(0, envelope.indexOf('\n\n') + 2);
    assert.equal(byCertificate(bundle), 'checkpoint-invalid');
    delete entry.inclusionProof;
    assert.equal(byCertificate(bundle), 'log-entry-missing');
  }
});

const kinds: readonly EntryKind[] = ['hashedrekord/0.0.1', 'hashedrekord/0.0.2'];
test('an entry over a file is checked against the file for both generations', () => {
  for (const kind of kinds) {
    assert.equal(byKey(keyed.bundle({ message }, kind)), 'ok', kind);
    assert.equal(byKey(keyed.bundle({ message: Buffer.from('another') }, kind)), 'log-entry-mismatch', kind);
  }
});
