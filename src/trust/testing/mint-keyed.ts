import { createHash, sign } from 'node:crypto';
import { encodePae } from '../pae.ts';
import { newKey, pemOf } from './mint-certificate.ts';

const TYPE = 'application/vnd.in-toto+json';

/** What is signed: an envelope's payload, or a file. */
export type KeyedContent = { readonly payload: Buffer } | { readonly message: Buffer };

/** The kinds of entries by which a log may record an envelope or a file. */
export type EntryKind = 'hashedrekord/0.0.1' | 'hashedrekord/0.0.2' | 'dsse/0.0.1' | 'intoto/0.0.2';

/** A signer with a key and no certificate, and a log of one leaf, whose root is the hash of that leaf: the smallest thing that proves inclusion and states no time. */
export function mintKeyed() {
  const [key, log] = [newKey(), newKey()];
  const logId = createHash('sha256').update(log.spki).digest();
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: 'https://log.example.com',
        hashAlgorithm: 'SHA2_256',
        publicKey: {
          rawBytes: log.spki.toString('base64'),
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
          validFor: { start: '2020-01-01T00:00:00Z' },
        },
        logId: { keyId: logId.toString('base64') },
      },
    ],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  };
  const entry = (kind: EntryKind, content: KeyedContent, signature: Buffer) => {
    const body = Buffer.from(JSON.stringify(bodyOf(kind, content, signature, key.spki)));
    const hash = createHash('sha256')
      .update(Buffer.from([0]))
      .update(body)
      .digest('base64');
    const note = `log.example.com\n1\n${hash}\n`;
    const seal = Buffer.concat([logId.subarray(0, 4), sign('sha256', Buffer.from(note), log.privateKey)]);
    const [name, version] = kind.split('/') as [string, string];
    return {
      logIndex: '0',
      logId: { keyId: logId.toString('base64') },
      kindVersion: { kind: name, version },
      integratedTime: '0',
      inclusionProof: {
        logIndex: '0',
        rootHash: hash,
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: `${note}\n\u2014 log.example.com ${seal.toString('base64')}\n` },
      },
      canonicalizedBody: body.toString('base64'),
    };
  };
  return {
    root,
    key,
    sign: (content: KeyedContent) => sign('sha256', signedOf(content), key.privateKey),
    entry,
    /** A bundle over the content with an entry of this kind; null: no entry at all. */
    bundle(content: KeyedContent, kind: EntryKind | null) {
      const signature = sign('sha256', signedOf(content), key.privateKey);
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          publicKey: { hint: createHash('sha256').update(key.spki).digest('base64') },
          ...(kind === null ? {} : { tlogEntries: [entry(kind, content, signature)] }),
        },
        ...contentOf(content, signature),
      };
    },
  };
}

function signedOf(content: KeyedContent): Buffer {
  return 'payload' in content ? encodePae(TYPE, content.payload) : content.message;
}

function contentOf(content: KeyedContent, signature: Buffer): object {
  const sig = signature.toString('base64');
  if ('payload' in content)
    return {
      dsseEnvelope: {
        payload: content.payload.toString('base64'),
        payloadType: TYPE,
        signatures: [{ sig, keyid: '' }],
      },
    };
  const digest = createHash('sha256').update(content.message).digest('base64');
  return { messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature: sig } };
}

function bodyOf(kind: EntryKind, content: KeyedContent, signature: Buffer, spki: Buffer): object {
  const [name, apiVersion] = kind.split('/');
  const [sig, pem] = [
    signature.toString('base64'),
    Buffer.from(pemOf(spki, 'PUBLIC KEY')).toString('base64'),
  ];
  const over = 'payload' in content && kind.startsWith('hashedrekord') ? signedOf(content) : null;
  const hashed = createHash('sha256').update(
    over ?? ('payload' in content ? content.payload : content.message),
  );
  switch (kind) {
    case 'hashedrekord/0.0.1':
      return {
        apiVersion,
        kind: name,
        spec: {
          data: { hash: { algorithm: 'sha256', value: hashed.digest('hex') } },
          signature: { content: sig, publicKey: { content: pem } },
        },
      };
    case 'hashedrekord/0.0.2':
      return {
        apiVersion,
        kind: name,
        spec: {
          hashedRekordV002: {
            data: { algorithm: 'SHA2_256', digest: hashed.digest('base64') },
            signature: {
              content: sig,
              verifier: {
                keyDetails: 'PKIX_ECDSA_P256_SHA_256',
                publicKey: { rawBytes: spki.toString('base64') },
              },
            },
          },
        },
      };
    case 'dsse/0.0.1':
      return {
        apiVersion,
        kind: name,
        spec: {
          payloadHash: { algorithm: 'sha256', value: hashed.digest('hex') },
          signatures: [{ signature: sig, verifier: pem }],
        },
      };
    // The canonical entry keeps the hash of the payload and not the payload.
    case 'intoto/0.0.2':
      return {
        apiVersion,
        kind: name,
        spec: {
          content: {
            envelope: {
              payloadType: TYPE,
              signatures: [{ publicKey: pem, sig: Buffer.from(sig).toString('base64') }],
            },
            payloadHash: { algorithm: 'sha256', value: hashed.digest('hex') },
          },
        },
      };
  }
}
