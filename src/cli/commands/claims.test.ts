import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mintSigstore } from '../../trust/testing/mint.ts';
import { Schema as ShowSchema } from '../schemas/show.ts';
import { Schema as WhereSchema } from '../schemas/where.ts';
import { larder, temporaryFolder } from '../testing.ts';

const minted = mintSigstore();
const sha256 = 'ab'.repeat(32);
const builder = 'https://ci.example.com/build.yml@refs/tags/v1';
const statement = (name: string, digest: string) =>
  Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name, digest: { sha256: digest } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 't',
          externalParameters: {},
          resolvedDependencies: [
            { uri: 'git+https://example.com/acme/app@refs/tags/v1', digest: { gitCommit: 'c0ffee' } },
          ],
        },
        runDetails: { builder: { id: builder } },
      },
    }),
  );

test('everything that is claimed of a digest, by a builder, of a source, by a signer is found, with its verdict', async t => {
  const folder = await temporaryFolder(t);
  mkdirSync(join(folder, '.larder'));
  writeFileSync(join(folder, '.larder/root.json'), JSON.stringify(minted.root));
  writeFileSync(
    join(folder, '.larder/trust.toml'),
    `[[root]]\nfile = "root.json"\n\n[[identity]]\nidentity = "${minted.identity}"\nissuer = "${minted.issuer}"\n`,
  );
  writeFileSync(
    join(folder, 'signed.sigstore.json'),
    JSON.stringify(minted.bundle({ payload: statement('app.tgz', sha256) })),
  );
  writeFileSync(join(folder, 'bare.intoto.json'), statement('other.tgz', 'cd'.repeat(32)));
  const added = await larder(folder, ['add', 'signed.sigstore.json', 'bare.intoto.json']);
  assert.equal(added.code, 0, added.stderr);

  const claims = async (words: string) => {
    const ran = await larder(folder, ['where', words, '--json']);
    assert.equal(ran.code, 0, ran.stderr);
    return (WhereSchema.parse(JSON.parse(ran.stdout)).claims ?? [])
      .map(claim => [claim.role, claim.trust, claim.subjects[0]?.name])
      .sort();
  };
  const both = [
    ['builder', 'unsigned', 'other.tgz'],
    ['builder', 'verified', 'app.tgz'],
  ];
  assert.deepEqual(await claims(builder), both);
  assert.deepEqual(await claims('https://ci.example.com/build.yml'), both);
  assert.deepEqual(
    (await claims('git+https://example.com/acme/app')).map(([role]) => role),
    ['source', 'source'],
  );
  assert.deepEqual(await claims(minted.identity), [['signer', 'verified', 'app.tgz']]);
  assert.deepEqual(await claims('https://example.com/nobody'), []);

  const shown = await larder(folder, ['show', `sha256:${sha256}`, '--json']);
  assert.equal(shown.code, 0, shown.stderr);
  const answer = ShowSchema.parse(JSON.parse(shown.stdout)) as { claims: { trust: string; role: string }[] };
  assert.deepEqual(
    answer.claims.map(({ trust, role }) => [trust, role]),
    [['verified', 'subject']],
  );
  const text = await larder(folder, ['show', `sha256:${sha256}`]);
  assert.match(text.stdout, /verified {2}subject {2}app\.tgz/);

  const verified = await larder(folder, ['verify', `sha256:${sha256}`, '--json']);
  assert.equal(verified.code, 0, verified.stdout);
  const other = await larder(folder, ['verify', `sha256:${'cd'.repeat(32)}`, '--json']);
  assert.equal(
    (JSON.parse(other.stdout) as { code: string }).code,
    'evidence-missing',
    'a statement nobody signed is no evidence',
  );
});
