import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mintSigstore } from '../../trust/testing/mint.ts';
import { larder, temporaryFolder } from '../testing.ts';

test('a new entry says how many verdicts it would change, and answers demand a build level afterwards', async t => {
  const builder = 'https://github.com/acme/build/.github/workflows/build.yml@refs/tags/v1.0.0';
  const ci = mintSigstore(builder, 'https://token.actions.githubusercontent.com', builder);
  const folder = await temporaryFolder(t);
  const digest = 'ab'.repeat(32);
  const attested = (predicateType: string, predicate: object) =>
    JSON.stringify(
      ci.bundle({
        payload: Buffer.from(
          JSON.stringify({
            _type: 'https://in-toto.io/Statement/v1',
            subject: [{ name: 'shop', digest: { sha256: digest } }],
            predicateType,
            predicate,
          }),
        ),
      }),
    );
  writeFileSync(join(folder, 'root.json'), JSON.stringify(ci.root));
  writeFileSync(
    join(folder, 'sbom.sigstore.json'),
    attested('https://cyclonedx.org/bom', {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { type: 'application', name: 'shop', version: '1' } },
      components: [{ type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0' }],
    }),
  );
  writeFileSync(
    join(folder, 'provenance.sigstore.json'),
    attested('https://slsa.dev/provenance/v1', {
      buildDefinition: { buildType: 'https://example.com/build/1', externalParameters: {} },
      runDetails: { builder: { id: builder } },
    }),
  );
  await larder(folder, ['init']);
  await larder(folder, ['add', 'sbom.sigstore.json', 'provenance.sigstore.json']);
  const apps = async (...require: string[]) => {
    const ran = await larder(folder, ['where', 'left-pad', '--json', ...require]);
    return ran.code === 2 ? 'usage' : (JSON.parse(ran.stdout) as { counts: { apps: number } }).counts.apps;
  };
  assert.equal(await apps(), 1);
  assert.equal(await apps('--require', 'slsa:1'), 0);
  assert.equal(await apps('--require', 'slsa:5'), 'usage');
  assert.equal(await apps('--require', 'slsa:1', '--require', 'unsigned'), 'usage');

  // What a run believes is read once for its moment.
  const later = (minutes: number) => ({ now: () => new Date(ci.time + minutes * 60_000) });
  const who = ['--root', 'root.json', '--identity', builder, '--issuer', ci.issuer];
  const added = await larder(
    folder,
    ['trust', 'add', ...who, '--builder', builder, '--level', '3'],
    later(1),
  );
  assert.match(added.stdout, /^3 documents have another verdict now; larder reindex --trust records it$/m);
  assert.equal(await apps('--require', 'slsa:3'), 0, 'until it is recorded');
  await larder(folder, ['reindex', '--trust'], later(2));
  assert.equal(await apps('--require', 'slsa:3'), 1);
  assert.equal(await apps('--require', 'slsa:4'), 0);
});
