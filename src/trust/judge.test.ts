import assert from 'node:assert/strict';
import { hash, sign } from 'node:crypto';
import { test } from 'node:test';
import { documentInput } from '../formats/input.ts';
import { judge } from './judge.ts';
import { publicKeyFromSpki } from './keys.ts';
import { encodePae } from './pae.ts';
import { parsePolicy } from './policy.ts';
import { ALWAYS, NO_MATERIAL, withKeys } from './root.ts';
import { newKey, pemOf } from './testing/mint-certificate.ts';

const key = newKey();
const TYPE = 'application/vnd.in-toto+json';
const built = hash('sha256', 'what was built');

interface Subject {
  readonly name?: string;
  readonly digest: Readonly<Record<string, string>>;
}

const statement = (subject: readonly Subject[], more: object = {}): string =>
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { runDetails: { builder: { id: 'https://ci.example.com/builder' } } },
    ...more,
  });

/** The verdict on an envelope by a key that the policy bounds so. */
function judged(payload: string, bounds = '', payloadType = TYPE, signer = key, keyid = '') {
  const bytes = Buffer.from(payload);
  const sig = sign('sha256', encodePae(payloadType, bytes), signer.privateKey).toString('base64');
  const envelope = { payload: bytes.toString('base64'), payloadType, signatures: [{ keyid, sig }] };
  const policy = parsePolicy(
    `[[key]]\nid = "k"\npem = """${pemOf(key.spki, 'PUBLIC KEY')}"""\n${bounds}`,
    'trust.toml',
    () => '',
  );
  const trusted = { key: publicKeyFromSpki(key.spki), window: ALWAYS, usage: null };
  const material = withKeys(NO_MATERIAL, [['k', trusted]]);
  const input = documentInput(Buffer.from(JSON.stringify(envelope)), 'a.json');
  const verdict = judge(input, 'dsse', { policy, material }, 0);
  return { ...verdict, code: verdict.reason?.split(':')[0] ?? null };
}

test('a statement is one only under a payload type that says so', () => {
  const text = statement([{ name: 'app', digest: { sha256: built } }]);
  assert.equal(judged(text).state, 'verified');
  assert.equal(judged(text, '', 'application/vnd.in-toto.provenance+json').state, 'verified');
  for (const type of ['text/plain', 'application/json', 'application/vnd.in-toto+jsonx', '']) {
    const { state, code } = judged(text, '', type);
    assert.deepEqual([state, code], ['failed', 'statement-malformed'], type);
  }
});

test('the digest of no bytes, or zeros, attest nothing: every folder and every gap in a BOM has them', () => {
  const nothing = ['sha256', 'sha512'].map(name => ({ name: 'app', digest: { [name]: hash(name, '') } }));
  const zeros = { name: 'app', digest: { sha256: '0'.repeat(64) } };
  const { state, attests } = judged(statement([...nothing, zeros, { digest: { sha256: built } }]));
  assert.deepEqual([state, attests], ['verified', [{ digest: built, level: 1 }]]);
});

test('a signer who may speak for some packages or apps only speaks for nothing beside them', () => {
  const own = { name: 'pkg:npm/acme@1.0.0', digest: { sha256: built } };
  const bounds = 'packages = ["pkg:npm/acme"]\n';
  assert.equal(judged(statement([own]), bounds).state, 'verified');
  for (const other of [
    { name: 'evil.tgz', digest: { sha256: 'ee'.repeat(32) } },
    { digest: { sha256: 'ee'.repeat(32) } },
  ])
    assert.equal(judged(statement([own, other]), bounds).code, 'identity-required');
  const app = { name: 'shop', digest: { sha256: built } };
  assert.equal(judged(statement([app]), 'apps = ["shop"]\n').state, 'verified');
  const nameless = { digest: { sha256: 'ee'.repeat(32) } };
  assert.equal(judged(statement([app, nameless]), 'apps = ["shop"]\n').code, 'identity-required');
});

test('an envelope by a key that nobody knows is unverifiable; one that names a key that did not sign it is wrong', () => {
  const text = statement([{ name: 'app', digest: { sha256: built } }]);
  const by = (keyid: string) => {
    const { state, code } = judged(text, '', TYPE, newKey(), keyid);
    return `${state} ${code}`;
  };
  assert.equal(by(''), 'unverifiable key-unknown');
  assert.equal(by('another'), 'unverifiable key-unknown');
  assert.equal(by('k'), 'failed signature-invalid');
});

test('provenance of Cloud Build is judged by what its keys sign: those of a region sign the payload alone', () => {
  const ring = 'keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1';
  const id = `projects/verified-builder/locations/us-west2/${ring}`;
  const payload = Buffer.from(statement([{ name: 'app', digest: { sha256: built } }]));
  const envelope = {
    payload: payload.toString('base64'),
    payloadType: TYPE,
    signatures: [{ keyid: id, sig: sign('sha256', payload, key.privateKey).toString('base64') }],
  };
  const policy = parsePolicy(
    `[[key]]\nid = "${id}"\npem = """${pemOf(key.spki, 'PUBLIC KEY')}"""\n`,
    'trust.toml',
    () => '',
  );
  const trusted = { key: publicKeyFromSpki(key.spki), window: ALWAYS, usage: null };
  const belief = { policy, material: withKeys(NO_MATERIAL, [[id, trusted]]) };
  const stateOf = (value: object) =>
    judge(documentInput(Buffer.from(JSON.stringify(value)), 'a.json'), 'dsse', belief, 0).state;
  const described = { image_summary: {}, provenance_summary: { provenance: [{ envelope }] } };
  assert.equal(stateOf(described), 'verified');
  assert.equal(stateOf(envelope), 'failed', 'an envelope of anybody else is signed with its type');
});
