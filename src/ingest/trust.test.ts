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
import { countRejudged, rejudge } from './rejudge.ts';
import { NO_MAPPING, NOTHING_SAID, parseMapping } from './said.ts';

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

  await reindexed(larder, store, policyPath, 2);
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
  verified: number,
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
  assert.equal(found.items.length, verified, 'the verdicts are the same after a rebuild');
  await rebuilt.close();
}

test('a build level counts for what verified provenance is about, and only when the signature proves the builder', async t => {
  const builder = 'https://github.com/acme/build/.github/workflows/build.yml@refs/tags/v1.0.0';
  const ci = mintSigstore(builder, 'https://token.actions.githubusercontent.com', builder);
  const folder = await mkdtemp(join(tmpdir(), 'larder-level-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const policyPath = join(folder, 'trust.toml');
  const believing = (level: number) =>
    `bundled = false\n[[root]]\nfile = "root.json"\n\n[[identity]]\nname = "ci"\nidentity = "${builder}"\nissuer = "${ci.issuer}"\n
[[builder]]\nid = "https://github.com/acme/build/.github/workflows/build.yml"\nlevel = ${level}\n[[builder]]\nid = "https://example.com/other"\nlevel = 4\n`;
  writeFileSync(join(folder, 'root.json'), JSON.stringify(ci.root));
  writeFileSync(policyPath, believing(3));
  const digests = { built: 'ab'.repeat(32), forged: 'cd'.repeat(32), neighbour: 'ef'.repeat(32) };
  const statement = (sha256: string, predicateType: string, predicate: object) => ({
    payload: Buffer.from(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'shop', digest: { sha256 } }],
        predicateType,
        predicate,
      }),
    ),
  });
  const provenance = (sha256: string, id: string) =>
    JSON.stringify(
      ci.bundle(
        statement(sha256, 'https://slsa.dev/provenance/v1', {
          buildDefinition: { buildType: 'https://example.com/build/1', externalParameters: {} },
          runDetails: { builder: { id } },
        }),
      ),
    );
  const bom = (name: string) =>
    JSON.stringify(
      ci.bundle(
        statement(digests[name as keyof typeof digests], 'https://cyclonedx.org/bom', {
          ...sbom,
          serialNumber: undefined,
          metadata: { component: { type: 'application', name, version: '1' } },
        }),
      ),
    );
  writeFileSync(join(folder, 'built.jsonl'), `${bom('built')}\n`);
  writeFileSync(join(folder, 'built.provenance.json'), provenance(digests.built, builder));
  writeFileSync(
    join(folder, 'forged.jsonl'),
    `${bom('forged')}\n${provenance(digests.forged, 'https://example.com/other')}\n`,
  );
  // Stands in one file with provenance of something else.
  writeFileSync(
    join(folder, 'neighbour.jsonl'),
    `${bom('neighbour')}\n${provenance('12'.repeat(32), builder)}\n`,
  );
  const store = openSqliteStore(join(folder, '.larder'), { mode: 'create' });
  t.after(() => store.close());
  const belief = { policyPath, now: ci.time };
  const paths = ['built.jsonl', 'built.provenance.json', 'forged.jsonl', 'neighbour.jsonl'];
  for await (const event of addPaths({
    store,
    paths: paths.map(one => join(folder, one)),
    who: 'test',
    belief,
  }))
    void event;
  const apps = async (buildLevel: number) => {
    const { items } = await store.documents.listBoms({}, { limit: 9 }, { ...EVERYTHING, buildLevel });
    return items.map(one => one.app).sort();
  };
  assert.deepEqual(await apps(1), ['name:built', 'name:forged']);
  assert.deepEqual(await apps(3), ['name:built']);
  assert.deepEqual(await apps(4), []);

  writeFileSync(policyPath, believing(4));
  const later = { policyPath, now: ci.time + 1 };
  assert.equal(await countRejudged(store, later), 2);
  assert.deepEqual(await apps(4), [], 'counting changes nothing');
  assert.equal((await rejudge(store, later)).changed, 2);
  assert.deepEqual(await apps(4), ['name:built']);
});

test('an entry that speaks for some apps is believed of these only, as the document or the user names them', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-trust-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'root.json'), JSON.stringify(minted.root));
  writeFileSync(join(folder, 'sbom.sigstore.json'), JSON.stringify(minted.bundle({ payload })));
  const bare = {
    ...JSON.parse(payload.toString('utf8')),
    predicateType: 'https://example.com/p',
    predicate: {},
  };
  writeFileSync(
    join(folder, 'bare.sigstore.json'),
    JSON.stringify(minted.bundle({ payload: Buffer.from(JSON.stringify(bare)) })),
  );
  const states = async (apps: string, app: string | null, mapping = NO_MAPPING) => {
    const larder = join(folder, `larder-${Math.random()}`);
    await mkdir(larder);
    const policyPath = join(larder, 'trust.toml');
    writeFileSync(
      policyPath,
      `${policy(minted.identity).replace('root.json', '../root.json')}apps = ${apps}\n`,
    );
    const store = openSqliteStore(larder, { mode: 'create' });
    const belief = { policyPath, now: minted.time, app, mapping };
    const paths = ['sbom.sigstore.json', 'bare.sigstore.json'].map(name => join(folder, name));
    const said = { ...NOTHING_SAID, app };
    for await (const event of addPaths({ store, paths, who: 'test', belief, said, mapping })) void event;
    const read = async () => {
      const wide = { ...EVERYTHING, includeSuperseded: true };
      const { items } = await store.documents.list({ kinds: ['attestation', 'sbom'] }, { limit: 100 }, wide);
      return items.map(item => `${item.name.slice(folder.length + 1)} ${item.trust}`).toSorted();
    };
    const added = await read();
    // Judged again, the same, as long as nobody says anything else.
    const again = await rejudge(store, { policyPath, now: minted.time + 1 });
    assert.deepEqual([again.changed, await read()], [0, added]);
    await reindexed(larder, store, policyPath, added.filter(text => text.endsWith(' verified')).length);
    return added.map(text => text.replace('.sigstore.json', ''));
  };
  const all = (sbomState: string, bareState: string) => [
    `bare ${bareState}`,
    `sbom ${sbomState}`,
    `sbom!/predicate ${sbomState}`,
  ];
  assert.deepEqual(await states('["shop"]', null), all('verified', 'verified'));
  assert.deepEqual(await states('["till"]', null), all('unverifiable', 'unverifiable'));
  // The user says that the BOM is about another app.
  assert.deepEqual(await states('["till"]', 'till'), all('verified', 'unverifiable'));
  assert.deepEqual(await states('["shop"]', 'till'), all('unverifiable', 'verified'));
  const mapping = parseMapping('[[app]]\nname = "till"\nsubjects = ["shop"]\n', 'apps.toml');
  assert.deepEqual(await states('["till"]', null, mapping), all('verified', 'unverifiable'));
});
