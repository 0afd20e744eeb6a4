import { createHash, sign } from 'node:crypto';
import { idOf, type KeyPair, pemOf } from './mint-certificate.ts';

/** Entries of transparency logs of our own, of the first and the second generation, for tests. */

/** What a log keeps of a signed file. */
export function recordBody(
  message: Buffer,
  signature: Buffer,
  certificate: Buffer,
  generation: 1 | 2,
): Buffer {
  const hash = createHash('sha256').update(message);
  if (generation === 2) return second(hash.digest('base64'), signature, certificate);
  const spec = {
    data: { hash: { algorithm: 'sha256', value: hash.digest('hex') } },
    signature: { content: signature.toString('base64'), publicKey: { content: pem64(certificate) } },
  };
  return Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec }));
}

/** What a log keeps of an envelope. */
export function dsseBody(
  payload: Buffer,
  pae: Buffer,
  signature: Buffer,
  certificate: Buffer,
  generation: 1 | 2,
): Buffer {
  if (generation === 2)
    return second(createHash('sha256').update(pae).digest('base64'), signature, certificate);
  const payloadHash = { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') };
  // Of the envelope as it was uploaded, which nobody keeps.
  const envelopeHash = { algorithm: 'sha256', value: createHash('sha256').update(pae).digest('hex') };
  const spec = {
    envelopeHash,
    payloadHash,
    signatures: [{ signature: signature.toString('base64'), verifier: pem64(certificate) }],
  };
  return Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec }));
}

function second(digest: string, signature: Buffer, certificate: Buffer): Buffer {
  const verifier = {
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    x509Certificate: { rawBytes: certificate.toString('base64') },
  };
  const spec = {
    hashedRekordV002: {
      data: { algorithm: 'SHA2_256', digest },
      signature: { content: signature.toString('base64'), verifier },
    },
  };
  return Buffer.from(JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }));
}

function pem64(certificate: Buffer): string {
  return Buffer.from(pemOf(certificate, 'CERTIFICATE')).toString('base64');
}

/** A tree of two leaves, the entry being the second, so that the proof has a hash. */
function proofOf(body: Buffer, host: string, origin: string, log: KeyPair) {
  const sha = (...parts: Buffer[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const sibling = sha(Buffer.from('the entry before'));
  const rootHash = sha(Buffer.from([1]), sibling, sha(Buffer.from([0]), body));
  const note = `${origin}\n2\n${rootHash.toString('base64')}\n`;
  const signature = sign(
    log.publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256',
    Buffer.from(note),
    log.privateKey,
  );
  const line = `\u2014 ${host} ${Buffer.concat([idOf(log).subarray(0, 4), signature]).toString('base64')}\n`;
  return {
    logIndex: '1',
    rootHash: rootHash.toString('base64'),
    treeSize: '2',
    hashes: [sibling.toString('base64')],
    checkpoint: { envelope: `${note}\n${line}` },
  };
}

/** An entry of the first generation: with a promise, whose time counts. */
export function entry1(body: Buffer, log: KeyPair, time: number) {
  const promised = {
    body: body.toString('base64'),
    integratedTime: time / 1000,
    logID: idOf(log).toString('hex'),
    logIndex: 4711,
  };
  const parsed = JSON.parse(body.toString()) as { kind: string; apiVersion: string };
  return {
    logIndex: '4711',
    logId: { keyId: idOf(log).toString('base64') },
    kindVersion: { kind: parsed.kind, version: parsed.apiVersion },
    integratedTime: String(time / 1000),
    inclusionPromise: {
      signedEntryTimestamp: sign('sha256', Buffer.from(JSON.stringify(promised)), log.privateKey).toString(
        'base64',
      ),
    },
    inclusionProof: proofOf(body, 'log.example.com', 'log.example.com - 42', log),
    canonicalizedBody: body.toString('base64'),
  };
}

/** An entry of the second generation: proved by inclusion alone. */
export function entry2(body: Buffer, log: KeyPair) {
  return {
    logIndex: '1',
    logId: { keyId: idOf(log).toString('base64') },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    inclusionProof: proofOf(body, 'log2.example.com', 'log2.example.com', log),
    canonicalizedBody: body.toString('base64'),
  };
}
