import { createHash, sign } from 'node:crypto';
import { DER, encodeDer } from '../der.ts';
import { integer, type KeyPair, name, oid } from './mint-certificate.ts';

/** A TimeStampResp over `stamped`. */
export function mintTimestamp(
  stamped: Buffer,
  time: number,
  key: KeyPair,
  issuer: string,
  serial: number,
): Buffer {
  const sha256 = encodeDer(DER.sequence, oid('2.16.840.1.101.3.4.2.1'));
  const sha384 = encodeDer(DER.sequence, oid('2.16.840.1.101.3.4.2.2'));
  const imprint = encodeDer(
    DER.sequence,
    sha256,
    encodeDer(DER.octetString, createHash('sha256').update(stamped).digest()),
  );
  const when = encodeDer(
    DER.generalizedTime,
    Buffer.from(`${new Date(time).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`),
  );
  const info = encodeDer(DER.sequence, integer(1), oid('1.3.6.1.4.1.57264.2'), imprint, integer(5), when);
  const attribute = (name: string, value: Buffer) =>
    encodeDer(DER.sequence, oid(name), encodeDer(DER.set, value));
  const attributes = [
    attribute('1.2.840.113549.1.9.3', oid('1.2.840.113549.1.9.16.1.4')),
    attribute('1.2.840.113549.1.9.4', encodeDer(DER.octetString, createHash('sha384').update(info).digest())),
  ];
  const signature = sign('sha384', encodeDer(DER.set, ...attributes), key.privateKey);
  const sid = encodeDer(DER.sequence, name(issuer), integer(serial));
  const algorithm = encodeDer(DER.sequence, oid('1.2.840.10045.4.3.3'));
  const signer = encodeDer(
    DER.sequence,
    integer(1),
    sid,
    sha384,
    encodeDer(0xa0, ...attributes),
    algorithm,
    encodeDer(DER.octetString, signature),
  );
  const content = encodeDer(
    DER.sequence,
    oid('1.2.840.113549.1.9.16.1.4'),
    encodeDer(0xa0, encodeDer(DER.octetString, info)),
  );
  const data = encodeDer(
    DER.sequence,
    integer(3),
    encodeDer(DER.set, sha384),
    content,
    encodeDer(DER.set, signer),
  );
  const token = encodeDer(DER.sequence, oid('1.2.840.113549.1.7.2'), encodeDer(0xa0, data));
  return encodeDer(DER.sequence, encodeDer(DER.sequence, integer(0)), token);
}
