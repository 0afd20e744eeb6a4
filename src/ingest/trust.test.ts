import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EVERYTHING } from '../store/scope.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { mintSigstore } from '../trust/testing/mint.ts';
import { addPaths } from './add.ts';
import { reindex } from './reindex.ts';
import { rejudge } from './rejudge.ts';

const minted = mintSigstore();
const sbom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  version: 1,
  metadata: { component: { type: 'application', name: 'shop', version: '1' } },
  components: [{ type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0' }],
};
const payload = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'shop', digest: { sha256: 'ab'.repeat(32) } }],
    predicateType: 'https://cyclonedx.org/bom',
    predicate: sbom,
  }),
);
const policy = (identity: string) =>
  `[[root]]\nfile = "root.json"\n\n[[identity]]\nname = "ci"\nidentity = "${identity}"\nissuer = "${minted.issuer}"\n`;

test('evidence is verified as it is added, what it attests is as good as its signature, and the verdict follows the policy', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-trust-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const larder = join(folder, '.larder');
  await mkdir(larder);
  writeFileSync(join(larder, 'root.json'), JSON.stringify(minted.root));
  writeFileSync(join(larder, 'trust.toml'), policy(minted.identity));
  writeFileSync(join(folder, 'good.sigstore.json'), JSON.stringify(minted.bundle({ payload })));
  const broken = minted.bundle({ payload }) as { dsseEnvelope: { payload: string } };
  broken.dsseEnvelope.payload = Buffer.from(payload.toString().replace('left-pad', 'left-pod')).toString(
    'base64',
  );
  writeFileSync(join(folder, 'tampered.sigstore.json'), JSON.stringify(broken));
  writeFileSync(
    join(folder, 'bare.cdx.json'),
    JSON.stringify({ ...sbom, serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b80' }),
  );
  const policyPath = join(larder, 'trust.toml');
  const store = openSqliteStore(larder, { mode: 'create' });
  t.after(() => store.close());
  const files = ['good.sigstore.json', 'tampered.sigstore.json', 'bare.cdx.json'].map(name =>
    join(folder, name),
  );
  for await (const event of addPaths({
    store,
    paths: files,
    who: 'test',
    belief: { policyPath, now: minted.time },
  }))
    void event;

  const states = async () => {
    const wide = { ...EVERYTHING, includeSuperseded: true };
    const { items } = await store.documents.list({}, { limit: 100 }, wide);
    return Object.fromEntries(items.map(item => [item.name.slice(folder.length + 1), item.trust]));
  };
  const first = await states();
  assert.deepEqual(first, {
    'good.sigstore.json': 'verified',
    'good.sigstore.json!/predicate': 'verified',
    'tampered.sigstore.json': 'failed',
    'tampered.sigstore.json!/predicate': 'failed',
    'bare.cdx.json': 'unsigned',
  });
  const signed = await store.documents.signedBy(minted.identity, { ...EVERYTHING, includeSuperseded: true });
  assert.equal(signed.length, 2);
  const trust = await store.documents.trust(signed[0]?.id as never, EVERYTHING);
  assert.equal(trust?.reason, 'allowed by ci');

  await reindexed(larder, store, policyPath);
  const again = openSqliteStore(larder, { mode: 'write' });
  t.after(() => again.close());
  writeFileSync(policyPath, policy('somebody-else@example.com'));
  const summary = await rejudge(again, { policyPath, now: minted.time + 1 });
  assert.deepEqual([summary.documents, summary.changed], [5, 2]);
  const verified = await again.documents.list(
    {},
    { limit: 100 },
    {
      ...EVERYTHING,
      trust: ['verified'],
    },
  );
  assert.equal(verified.items.length, 0);
});

async function reindexed(
  larder: string,
  store: { close(): Promise<void> },
  policyPath: string,
): Promise<void> {
  await store.close();
  const rebuilt = openSqliteStore(larder, { mode: 'rebuild' });
  await reindex({ store: rebuilt, belief: { policyPath, now: minted.time } });
  const found = await rebuilt.documents.list(
    {},
    { limit: 100 },
    {
      ...EVERYTHING,
      trust: ['verified'],
      includeSuperseded: true,
    },
  );
  assert.equal(found.items.length, 2, 'the verdicts are the same after a rebuild');
  await rebuilt.close();
}
