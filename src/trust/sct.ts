import { createHash } from 'node:crypto';
import { type Certificate, OID } from './certificate.ts';
import type { Issuer } from './chain.ts';
import { children, content, DER, encodeDer, expectTag, inner, readDer, whole } from './der.ts';
import { TrustError } from './errors.ts';
import { verifyBytes } from './keys.ts';
import { inWindow, type Log } from './root.ts';

const MOST_SCTS = 16;

/**
 * Counts the certificate transparency logs that vouch for a certificate: signed certificate timestamps embedded in it (RFC 6962 §3.2, §3.3), by logs
 * in `logs` and in their time. Throws `sct-invalid` when a known log's timestamp is wrong, `sct-missing` when fewer than `threshold` logs vouch.
 */
export function verifyScts(
  leaf: Certificate,
  issuer: Issuer,
  logs: readonly Log[],
  threshold: number,
): number {
  const extension = leaf.extensions.get(OID.sctList);
  const scts =
    extension === undefined
      ? []
      : parseList(content(expectTag(readDer(extension.value), DER.octetString, 'the timestamp list')));
  const vouching = new Set<Log>();
  if (scts.length > 0) {
    const signedPart = precertificateOf(leaf, issuer);
    for (const sct of scts) {
      const candidates = logs.filter(log => log.id.equals(sct.logId));
      const log = candidates.find(one => inWindow(one.window, sct.time));
      if (log !== undefined) {
        if (vouching.has(log))
          throw new TrustError(
            'sct-invalid',
            'The signing certificate carries two timestamps of the same certificate log.',
          );
        if (!verifyBytes(log.key, signedData(sct, signedPart), sct.signature, 'sha256'))
          throw new TrustError(
            'sct-invalid',
            `The timestamp of the certificate log ${log.url} on the signing certificate is wrong.`,
          );
        vouching.add(log);
      }
    }
  }
  if (vouching.size < threshold)
    throw new TrustError(
      'sct-missing',
      `The signing certificate is vouched for by ${vouching.size} trusted certificate logs; ${threshold} are needed.`,
      {
        missing: scts.length > 0 && logs.length === 0,
      },
    );
  return vouching.size;
}

interface Sct {
  readonly logId: Buffer;
  readonly time: number;
  readonly stamp: Buffer;
  readonly extensions: Buffer;
  readonly signature: Buffer;
}

function parseList(bytes: Uint8Array): Sct[] {
  const data = Buffer.from(bytes);
  if (data.length < 2 || data.readUInt16BE(0) !== data.length - 2) malformed();
  const scts: Sct[] = [];
  for (let at = 2; at < data.length; ) {
    if (at + 2 > data.length || scts.length === MOST_SCTS) malformed();
    const end = at + 2 + data.readUInt16BE(at);
    if (end > data.length) malformed();
    scts.push(parseSct(data.subarray(at + 2, end)));
    at = end;
  }
  return scts;
}

function parseSct(data: Buffer): Sct {
  if (data.length < 47 || data[0] !== 0) malformed();
  const extensionsEnd = 43 + data.readUInt16BE(41);
  if (extensionsEnd + 4 > data.length || data[extensionsEnd] !== HASH_SHA256) malformed();
  const signature = data.subarray(extensionsEnd + 4);
  if (data.readUInt16BE(extensionsEnd + 2) !== signature.length) malformed();
  return {
    logId: data.subarray(1, 33),
    time: Number(data.readBigUInt64BE(33)),
    stamp: data.subarray(33, 41),
    extensions: data.subarray(43, extensionsEnd),
    signature,
  };
}

/** TLS HashAlgorithm.sha256; RFC 6962 §2.1.4 allows no other. */
const HASH_SHA256 = 4;

/** The certificate as the log saw it: without the timestamp list, with the hash of the key that issued it. */
function precertificateOf(leaf: Certificate, issuer: Issuer): Buffer {
  const kept = leaf.tbsValues.map(value => {
    if (value.tag !== 0xa3) return whole(value);
    const others = children(inner(value)).filter(
      node => node.from !== leaf.extensions.get(OID.sctList)?.node.from,
    );
    return encodeDer(0xa3, encodeDer(DER.sequence, ...others.map(whole)));
  });
  const tbs = encodeDer(DER.sequence, ...kept);
  const length = Buffer.alloc(3);
  length.writeUIntBE(tbs.length, 0, 3);
  return Buffer.concat([createHash('sha256').update(issuer.certificate.spki).digest(), length, tbs]);
}

function signedData(sct: Sct, precertificate: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(sct.extensions.length);
  // version 1, signature type certificate_timestamp; then the time; then entry type precert_entry
  return Buffer.concat([
    Buffer.from([0, 0]),
    sct.stamp,
    Buffer.from([0, 1]),
    precertificate,
    length,
    sct.extensions,
  ]);
}

function malformed(): never {
  throw new TrustError(
    'sct-invalid',
    'The list of certificate log timestamps in the signing certificate cannot be read.',
  );
}
