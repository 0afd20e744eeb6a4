import { FormatError } from '../formats/errors.ts';
import {
  arrayAt,
  bytesAt,
  isObject,
  type JsonObject,
  member,
  objectAt,
  textAt,
} from '../formats/sigstore/fields.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { compileChain, type IssuerChain } from './chain.ts';
import { TrustError } from './errors.ts';
import { type PublicKey, publicKeyFromDetails } from './keys.ts';

/** A closed interval in milliseconds since the epoch. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** A transparency log or a certificate transparency log. */
export interface Log {
  readonly url: string;
  /** Names a checkpoint of this log may carry: its host, and its host with its path. */
  readonly names: readonly string[];
  readonly id: Buffer;
  /** What the first four bytes of a checkpoint signature are compared with. */
  readonly checkpointId: Buffer;
  readonly key: PublicKey;
  readonly window: Window;
}

/** A certificate or timestamp authority: its chain, leaf-most first, and when the root says it may be believed. */
export interface Authority {
  readonly uri: string;
  readonly chain: IssuerChain;
  readonly window: Window;
}

/** A key that signs without a certificate, and when. */
export interface TrustedKey {
  readonly key: PublicKey;
  readonly window: Window;
  readonly usage: string | null;
}

/** Everything verification believes, parsed once. Nothing else is believed: no system store, no network. */
export interface TrustMaterial {
  /** A name for people: where it came from. */
  readonly name: string;
  readonly logs: readonly Log[];
  readonly ctLogs: readonly Log[];
  readonly authorities: readonly Authority[];
  readonly timestampAuthorities: readonly Authority[];
  /** By the hint or key id that evidence names. */
  readonly keys: ReadonlyMap<string, readonly TrustedKey[]>;
}

export const ALWAYS: Window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** Trust material that believes nobody. */
export const NO_MATERIAL: TrustMaterial = {
  name: 'nothing',
  logs: [],
  ctLogs: [],
  authorities: [],
  timestampAuthorities: [],
  keys: new Map(),
};

const ROOT_TYPES = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot+json;version=0.2',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

/** Reads a Sigstore trusted root, or a client trust configuration that holds one. Throws `root-malformed`, naming the place. */
export function trustMaterialFromJson(value: unknown, name: string): TrustMaterial {
  try {
    const given = objectAt(value, '');
    const root =
      given['mediaType'] === 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json'
        ? objectAt(member(given, 'trustedRoot'), '/trustedRoot')
        : given;
    const type = textAt(member(root, 'mediaType'), '/mediaType');
    if (!ROOT_TYPES.has(type))
      throw new TrustError('root-malformed', `/mediaType: ${JSON.stringify(type)} is not a trusted root.`);
    return {
      name,
      logs: list(root, 'tlogs', logFromJson),
      ctLogs: list(root, 'ctlogs', logFromJson),
      authorities: list(root, 'certificateAuthorities', authorityFromJson),
      timestampAuthorities: list(root, 'timestampAuthorities', authorityFromJson),
      keys: new Map(),
    };
  } catch (error) {
    if (error instanceof FormatError || error instanceof TrustError)
      throw new TrustError('root-malformed', `The trusted root ${name} cannot be used: ${error.message}`, {
        cause: error,
      });
    throw error;
  }
}

/** Adds keys to material; those with equal ids stand beside each other. */
export function withKeys(
  material: TrustMaterial,
  keys: readonly (readonly [string, TrustedKey])[],
): TrustMaterial {
  const all = new Map(material.keys);
  for (const [id, key] of keys) all.set(id, [...(all.get(id) ?? []), key]);
  return { ...material, keys: all };
}

/** Material that believes an authority of the user's own in place of the root's: each of its certificates, up to the last that is there. */
export function withOwnAuthority(
  material: TrustMaterial,
  certificates: readonly Certificate[],
): TrustMaterial {
  const authorities = certificates.map(first => {
    const chain = [first];
    for (let above = issuerOf(first, certificates); above !== null && chain.length < LONGEST_CHAIN; ) {
      chain.push(above);
      above = issuerOf(above, certificates);
    }
    return { uri: '', chain: compileChain(chain), window: ALWAYS };
  });
  return { ...material, authorities };
}

const LONGEST_CHAIN = 10;

function issuerOf(certificate: Certificate, among: readonly Certificate[]): Certificate | null {
  if (Buffer.compare(certificate.issuer, certificate.subject) === 0) return null;
  return among.find(one => Buffer.compare(one.subject, certificate.issuer) === 0) ?? null;
}

/** One material that believes what either believes. */
export function joinMaterial(first: TrustMaterial, second: TrustMaterial): TrustMaterial {
  const keys = [...second.keys].flatMap(([id, list]) => list.map(key => [id, key] as const));
  return withKeys(
    {
      name: `${first.name} and ${second.name}`,
      logs: [...first.logs, ...second.logs],
      ctLogs: [...first.ctLogs, ...second.ctLogs],
      authorities: [...first.authorities, ...second.authorities],
      timestampAuthorities: [...first.timestampAuthorities, ...second.timestampAuthorities],
      keys: first.keys,
    },
    keys,
  );
}

/** Reads the key list npm publishes through TUF (`keys.json`): usage, key and window by key id. */
export function registryKeysFromJson(value: unknown): (readonly [string, TrustedKey])[] {
  const keys = arrayAt(member(objectAt(value, ''), 'keys'), '/keys', 100);
  return keys.map((entry, index) => {
    const at = `/keys/${index}`;
    const key = objectAt(entry, at);
    const publicKey = objectAt(member(key, 'publicKey'), `${at}/publicKey`);
    const usage = textAt(member(key, 'keyUsage'), `${at}/keyUsage`);
    return [
      textAt(member(key, 'keyId'), `${at}/keyId`),
      {
        key: keyFromJson(publicKey, `${at}/publicKey`),
        window: windowOf(publicKey, `${at}/publicKey`, false),
        usage,
      },
    ] as const;
  });
}

export function inWindow(window: Window, time: number): boolean {
  return time >= window.start && time <= window.end;
}

function list<T>(root: JsonObject, key: string, read: (value: JsonObject, at: string) => T): T[] {
  return arrayAt(member(root, key), `/${key}`, 100).map((entry, index) =>
    read(objectAt(entry, `/${key}/${index}`), `/${key}/${index}`),
  );
}

function logFromJson(log: JsonObject, at: string): Log {
  const url = textAt(member(log, 'baseUrl') ?? '', `${at}/baseUrl`);
  const publicKey = objectAt(member(log, 'publicKey'), `${at}/publicKey`);
  const idOf = (field: string) =>
    bytesAt(member(objectAt(member(log, field), `${at}/${field}`), 'keyId'), `${at}/${field}/keyId`);
  const id = idOf('logId');
  return {
    url,
    names: namesOf(url),
    id,
    checkpointId: member(log, 'checkpointKeyId') === undefined ? id : idOf('checkpointKeyId'),
    key: keyFromJson(publicKey, `${at}/publicKey`),
    window: windowOf(publicKey, `${at}/publicKey`, true),
  };
}

function namesOf(url: string): string[] {
  const bare = url.replace(/^[a-z]+:\/\//, '').replace(/\/+$/, '');
  const host = bare.split('/')[0] ?? bare;
  return [...new Set([host, bare, host.replace(/:\d+$/, '')])];
}

function authorityFromJson(authority: JsonObject, at: string): Authority {
  const chain = objectAt(member(authority, 'certChain'), `${at}/certChain`);
  const certificates = arrayAt(member(chain, 'certificates'), `${at}/certChain/certificates`, 10).map(
    (entry, index): Certificate => {
      const place = `${at}/certChain/certificates/${index}`;
      return parseCertificate(bytesAt(member(objectAt(entry, place), 'rawBytes'), `${place}/rawBytes`));
    },
  );
  if (certificates.length === 0)
    throw new TrustError('root-malformed', `${at}/certChain: the chain is empty.`);
  return {
    uri: String(member(authority, 'uri') ?? ''),
    chain: compileChain(certificates),
    window: windowOf(authority, at, true),
  };
}

function keyFromJson(publicKey: JsonObject, at: string): PublicKey {
  const details = member(publicKey, 'keyDetails');
  return publicKeyFromDetails(
    bytesAt(member(publicKey, 'rawBytes'), `${at}/rawBytes`),
    details === undefined ? null : textAt(details, `${at}/keyDetails`),
  );
}

/** A log or authority without a start would be believed for all of the past; the client specification has such a root refused. */
function windowOf(holder: JsonObject, at: string, startNeeded: boolean): Window {
  const range = member(holder, 'validFor');
  if (!isObject(range) || member(range, 'start') === undefined) {
    if (startNeeded)
      throw new TrustError('root-malformed', `${at}/validFor: the start of the validity is missing.`);
    return ALWAYS;
  }
  const end = member(range, 'end');
  return {
    start: timeAt(range['start'], `${at}/validFor/start`),
    end: end === undefined ? ALWAYS.end : timeAt(end, `${at}/validFor/end`),
  };
}

function timeAt(value: unknown, at: string): number {
  const text = textAt(value, at);
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time))
    throw new TrustError('root-malformed', `${at}: ${JSON.stringify(text)} is not a time.`);
  return time;
}
