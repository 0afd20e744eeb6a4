import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundledMaterial } from './bundled.ts';
import { verifyEnvelope } from './envelope.ts';
import { materialOf } from './material.ts';
import { parsePolicy } from './policy.ts';
import { type TrustMaterial, trustMaterialFromJson } from './root.ts';
import { signedEnvelope, trustedKeys } from './signed-envelope.ts';
import { mintSigstore } from './testing/mint.ts';
import { pemOf } from './testing/mint-certificate.ts';
import { mintKeyed } from './testing/mint-keyed.ts';

const [own, fresh] = [mintSigstore(), mintSigstore()];
const freshMaterial = trustMaterialFromJson(fresh.root, 'fresh');
const believed = (policy: string, given: readonly string[] = []) =>
  materialOf(
    parsePolicy(policy, 'trust.toml', () => ''),
    given,
    async () => JSON.stringify(own.root),
    freshMaterial,
  );
const logs = ({ logs }: TrustMaterial) => logs.map(log => log.id.toString('hex')).sort();
const of = (...materials: TrustMaterial[]) => materials.flatMap(logs).sort();

test('a refreshed root takes the place of the bundled one, and of no other', async () => {
  const mine = trustMaterialFromJson(own.root, 'own');
  const root = '[[root]]\nfile = "own.json"\n';
  const both = await believed(root);
  assert.deepEqual(logs(both), of(freshMaterial, mine));
  assert.equal(both.authorities.length, 2);
  assert.deepEqual([...both.keys.keys()], [...(await bundledMaterial()).keys.keys()]);
  assert.deepEqual(logs(await believed(`bundled = false\n${root}`)), of(mine));
  assert.deepEqual(logs(await believed('', ['own.json'])), of(mine));
});

test('a key of the policy without an id is believed by what evidence calls it', async () => {
  const { key, sign, bundle } = mintKeyed();
  const material = await believed(`[[key]]\npem = """${pemOf(key.spki, 'PUBLIC KEY')}"""\n`);
  const content = { payload: Buffer.from('{}') };
  assert.ok(material.keys.has(bundle(content, null).verificationMaterial.publicKey.hint));
  const envelope = {
    payload: content.payload.toString('base64'),
    payloadType: 'application/vnd.in-toto+json',
    signatures: [{ keyid: '', sig: sign(content).toString('base64') }],
  };
  const signed = signedEnvelope(envelope);
  assert.ok(signed !== null);
  assert.equal(verifyEnvelope(signed.envelope, trustedKeys(material), { threshold: 1 }).length, 1);
});
