import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { bundleFromJSON as oracleFromJson } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { bundleFromJson } from '../formats/sigstore/bundle.ts';
import { artifactOfBytes, artifactOfDigests } from './artifact.ts';
import { verifyBundle } from './bundle.ts';
import { exactly, pattern } from './identity.ts';
import { publicKeyFromSpki } from './keys.ts';
import { trustMaterialFromJson } from './root.ts';
import { mintSigstore } from './testing/mint.ts';
import { newKey } from './testing/mint-certificate.ts';

const minted = mintSigstore();
const material = trustMaterialFromJson(minted.root, 'minted');
const message = Buffer.from('hello, world\n');
const sha256 = createHash('sha256').update(message).digest();
const statement = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'hello.txt', digest: { sha256: sha256.toString('hex') } }],
    predicateType: 'https://example.com/p',
    predicate: {},
  }),
);
const owner = { identity: exactly(minted.identity), issuer: exactly(minted.issuer) };
const contents = { message: { message }, statement: { payload: statement } } as const;

for (const [kind, content] of Object.entries(contents))
  for (const generation of [1, 2] as const) {
    const json = minted.bundle(content, generation);
    test(`a ${kind} in a log of generation ${generation} is verified, with its bytes and with its digest alone`, () => {
      for (const artifact of [
        artifactOfBytes('hello.txt', message),
        artifactOfDigests('hello.txt', new Map([['sha256', sha256]])),
      ]) {
        const result = verifyBundle(bundleFromJson(json), { material, artifact, identity: owner });
        assert.equal(result.message, 'The bundle is verified.');
        assert.deepEqual(result.times, [generation === 1 ? minted.time : minted.time + 1000]);
        assert.ok(result.steps.every(step => step.result === 'passed'));
      }
    });
    test(`a ${kind} in a log of generation ${generation} is not verified for another artifact`, () => {
      const other = Buffer.from('hello, World\n');
      for (const artifact of [
        artifactOfBytes('x', other),
        artifactOfDigests('x', new Map([['sha256', createHash('sha256').update(other).digest()]])),
      ]) {
        const result = verifyBundle(bundleFromJson(json), { material, artifact, identity: owner });
        assert.equal(result.verdict, 'failed');
        assert.ok(
          ['subject-mismatch', 'digest-mismatch', 'log-entry-mismatch'].includes(result.code),
          result.code,
        );
        assert.equal(result.signer, null);
      }
    });
  }

test('@sigstore/verify accepts what is minted here, so that these tests test the real thing', () => {
  const oracle = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(minted.root)));
  for (const json of [
    minted.bundle(contents.message, 1),
    minted.bundle(contents.statement, 1),
    minted.bundle(contents.message, 2),
  ])
    oracle.verify(toSignedEntity(oracleFromJson(json), message));
});

const wrongOwners = {
  'another identity': [{ ...owner, identity: exactly(`${minted.identity}x`) }, 'identity-mismatch'],
  'a prefix of the identity': [
    { ...owner, identity: exactly(minted.identity.slice(0, -1)) },
    'identity-mismatch',
  ],
  'a pattern that fits only a part': [
    { ...owner, identity: pattern('https://ci.example.com/') },
    'identity-mismatch',
  ],
  'an alternative that would fit only a part': [
    { ...owner, identity: pattern('https://ci.example.com/|x') },
    'identity-mismatch',
  ],
  'another issuer': [
    { ...owner, issuer: exactly('https://token.example.com.attacker.example') },
    'issuer-mismatch',
  ],
  'another extension': [
    { ...owner, extensions: new Map([['1.3.6.1.4.1.57264.1.12', 'https://example.com/repo']]) },
    'identity-mismatch',
  ],
} as const;
for (const [name, [identity, code]] of Object.entries(wrongOwners))
  test(`${name} is refused`, () => {
    const result = verifyBundle(bundleFromJson(minted.bundle(contents.message)), {
      material,
      artifact: artifactOfBytes('a', message),
      identity,
    });
    assert.deepEqual([result.verdict, result.code], ['failed', code]);
  });

test('a pattern that fits the whole identity is accepted', () => {
  const identity = { ...owner, identity: pattern('https://ci\\.example\\.com/.*') };
  const result = verifyBundle(bundleFromJson(minted.bundle(contents.message)), {
    material,
    artifact: artifactOfBytes('a', message),
    identity,
  });
  assert.equal(result.verdict, 'verified');
});

test('another Sigstore makes a bundle unverifiable, not failed', () => {
  const other = trustMaterialFromJson(mintSigstore().root, 'other');
  const result = verifyBundle(bundleFromJson(minted.bundle(contents.message)), {
    material: other,
    artifact: null,
    identity: null,
  });
  assert.deepEqual([result.verdict, result.code], ['unverifiable', 'log-unknown']);
});

test('a window of the root that ends before the signature is honoured, and one that ends with it is not too early', () => {
  const at = (time: number) => new Date(time).toISOString();
  const ending = (part: 'tlogs' | 'ctlogs' | 'certificateAuthorities', end: number) => {
    const root = JSON.parse(JSON.stringify(minted.root)) as Record<
      string,
      { publicKey?: { validFor: { end?: string } }; validFor?: { end?: string } }[]
    >;
    for (const entry of root[part] ?? []) (entry.publicKey?.validFor ?? entry.validFor ?? {}).end = at(end);
    return verifyBundle(bundleFromJson(minted.bundle(contents.message)), {
      material: trustMaterialFromJson(root, 'r'),
      artifact: null,
      identity: null,
    });
  };
  for (const [part, code] of [
    ['tlogs', 'log-expired'],
    ['ctlogs', 'sct-missing'],
    ['certificateAuthorities', 'certificate-expired'],
  ] as const) {
    assert.equal(ending(part, minted.time - 1).code, code);
    assert.equal(ending(part, minted.time).code, 'ok');
  }
});

test('a certificate bundle does not verify with a key, even when the key is its own', () => {
  const key = publicKeyFromSpki(newKey().spki);
  const result = verifyBundle(bundleFromJson(minted.bundle(contents.message)), {
    material,
    artifact: null,
    identity: null,
    key,
  });
  assert.equal(result.code, 'key-mismatch');
});

test('what was not checked is said', () => {
  const result = verifyBundle(bundleFromJson(minted.bundle(contents.message)), {
    material,
    artifact: null,
    identity: null,
  });
  assert.deepEqual(
    result.steps.filter(step => step.result === 'skipped').map(step => step.step),
    ['identity', 'artifact'],
  );
});

test('verification opens no socket and reads no clock', t => {
  t.mock.method(Date, 'now', () => assert.fail('the clock was read'));
  t.mock.method(process, 'hrtime', () => assert.fail('the clock was read'));
  t.mock.method(globalThis, 'fetch', () => assert.fail('the network was used'));
  for (const generation of [1, 2] as const)
    assert.equal(
      verifyBundle(bundleFromJson(minted.bundle(contents.statement, generation)), {
        material,
        artifact: artifactOfBytes('a', message),
        identity: owner,
      }).code,
      'ok',
    );
});

test('a certificate without a proved time is refused even when no time is asked for', () => {
  const json = minted.bundle(contents.message, 2) as {
    verificationMaterial: { timestampVerificationData?: unknown };
  };
  delete json.verificationMaterial.timestampVerificationData;
  const thresholds = { logEntries: 0, scts: 0, times: 0 };
  const result = verifyBundle(bundleFromJson(json), { material, artifact: null, identity: null, thresholds });
  assert.deepEqual([result.verdict, result.code], ['failed', 'time-missing']);
});
