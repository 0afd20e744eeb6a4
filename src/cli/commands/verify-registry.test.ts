import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { cosignAnnotations, SIMPLE_SIGNING, signedBy, simpleSigning } from '../../trust/testing/cosign.ts';
import { mintSigstore } from '../../trust/testing/mint.ts';
import { OPEN, TestRegistry } from '../../trust/testing/registry.ts';
import { Schema } from '../schemas/verify.ts';
import { larder, temporaryFolder } from '../testing.ts';

/** Images verified with what their registry has about them, here one of our own on the loopback. */

const minted = mintSigstore();
const stranger = mintSigstore('https://ci.example.org/other.yml@refs/heads/main');
const WHO = ['--certificate-identity', minted.identity, '--certificate-oidc-issuer', minted.issuer];
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const SECRET = 'correct horse';

let registry: TestRegistry;
before(async () => {
  registry = new TestRegistry();
  await registry.open();
});
after(() => registry.close());
beforeEach(() => {
  registry.rules = OPEN;
  registry.blobs.clear();
  registry.manifests.clear();
  registry.asked.splice(0);
});

function statementFor(image: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'app', digest: { sha256: image.slice(7) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: { buildType: 'https://example.com/b/1', externalParameters: {} },
        runDetails: { builder: { id: 'https://builder.example.com' } },
      },
    }),
  );
}

/** A manifest that refers to an image and holds a bundle, as cosign 3 and actions/attest push it. */
function attest(image: string, by = minted, about = image): string {
  return registry.manifest({
    artifactType: BUNDLE,
    subject: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: image, size: 1 },
    layers: [
      registry.blob(JSON.stringify(by.bundle({ payload: statementFor(about) })), { mediaType: BUNDLE }),
    ],
  });
}

async function verdictOf(
  folder: string,
  image: string,
  args: readonly string[] = [...WHO, '--online'],
  env: Record<string, string> = {},
) {
  writeFileSync(join(folder, 'root.json'), JSON.stringify(minted.root));
  const ran = await larder(folder, ['verify', image, ...args, '--trusted-root', 'root.json', '--json'], {
    env: { HOME: folder, ...env },
  });
  assert.ok(!`${ran.stdout}${ran.stderr}`.includes(SECRET), 'a secret was printed');
  const answer = Schema.parse(JSON.parse(ran.stdout));
  return {
    code: answer.code,
    exit: ran.code,
    evidence: answer.evidence.length,
    message: answer.message,
    steps: answer.steps,
  };
}

const named = (image: string): string => `${registry.host}/acme/app@${image}`;

test('bundles that refer to an image are found through the referrers API, over its pages', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  for (let copy = 0; copy < 3; copy++) attest(image);
  registry.manifest({
    artifactType: 'application/vnd.example.sbom',
    subject: { digest: image },
    layers: [registry.blob('an SBOM')],
  });
  const good = await verdictOf(folder, named(image));
  assert.deepEqual([good.code, good.exit, good.evidence], ['ok', 0, 3], good.message);
  assert.ok(
    good.steps.some(
      step => step.result === 'skipped' && step.detail.includes('application/vnd.example.sbom'),
    ),
  );
  assert.ok(registry.asked.some(({ url }) => url.includes('referrers') && url.includes('from=2')));
  const built = [...WHO, '--online', '--builder-id', 'https://builder.example.com'];
  assert.notEqual((await verdictOf(folder, named(image), built)).code, 'evidence-missing');
  assert.equal((await verdictOf(folder, named(image), ['--online'])).code, 'identity-required');
});

test('a further page of referrers is asked of the registry itself, and one that is missing is told', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  for (let copy = 0; copy < 3; copy++) attest(image);
  registry.rules = { ...OPEN, nextPage: path => `http://inside.example.com:5000${path}` };
  const good = await verdictOf(folder, named(image));
  assert.deepEqual([good.code, good.evidence], ['ok', 3], good.message);
  registry.rules = { ...OPEN, nextPage: () => '/v2/gone' };
  const cut = await verdictOf(folder, named(image));
  assert.equal(cut.code, 'evidence-missing');
  assert.match(cut.message, /breaks off after 2 entries/);
});

test('where a registry has no referrers API, the tag in its place is read', async t => {
  const folder = await temporaryFolder(t);
  registry.rules = { ...OPEN, referrers: false };
  const image = registry.image();
  attest(image);
  assert.equal((await verdictOf(folder, named(image))).code, 'evidence-missing');
  registry.manifest({ manifests: registry.referring(image) }, image.replace(':', '-'));
  assert.equal((await verdictOf(folder, named(image))).code, 'ok');
});

test("cosign's tags are read, and a payload must name the image", async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  const put = (about: string) => {
    const payload = simpleSigning(about);
    const annotations = cosignAnnotations(minted, signedBy(minted, payload));
    registry.manifest(
      { layers: [registry.blob(payload, { mediaType: SIMPLE_SIGNING, annotations })] },
      `${image.replace(':', '-')}.sig`,
    );
  };
  put(image);
  const good = await verdictOf(folder, named(image));
  assert.deepEqual([good.code, good.evidence], ['ok', 1], good.message);
  put(`sha256:${'0'.repeat(64)}`);
  assert.equal((await verdictOf(folder, named(image))).code, 'subject-mismatch');
});

test("a stranger's signature beside the right one takes nothing from it, and alone does not count", async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  attest(image, stranger);
  const roots = ['--trusted-root', 'stranger.json'];
  writeFileSync(join(folder, 'stranger.json'), JSON.stringify(stranger.root));
  const alone = await verdictOf(folder, named(image), [...WHO, '--online', ...roots]);
  assert.deepEqual([alone.code, alone.exit], ['identity-mismatch', 4]);
  attest(image);
  const both = await verdictOf(folder, named(image), [...WHO, '--online', ...roots]);
  assert.deepEqual([both.code, both.evidence], ['ok', 2]);
});

test('an attestation of another image that refers to this one does not count', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  attest(image, minted, `sha256:${'1'.repeat(64)}`);
  assert.equal((await verdictOf(folder, named(image))).code, 'subject-mismatch');
});

test('bytes under another digest are refused, be they the image, a manifest or a bundle', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  const attestation = attest(image);
  const other = Buffer.from(JSON.stringify({ schemaVersion: 2 }));
  for (const [kind, digest] of [
    [registry.manifests, image],
    [registry.manifests, attestation],
    [registry.blobs, [...registry.blobs.keys()].at(-1) as string],
  ] as const) {
    const right = kind.get(digest) as Buffer;
    // The referrers list is made from what is there, so only the answer is changed.
    const list = registry.referring(image);
    registry.referring = () => list;
    kind.set(digest, other);
    assert.equal((await verdictOf(folder, named(image))).code, 'digest-mismatch', digest);
    kind.set(digest, right);
  }
  delete (registry as { referring?: unknown }).referring;
  assert.equal((await verdictOf(folder, named(image))).code, 'ok');
});

test('a token is fetched for pulling this repository, anonymously or as the docker configuration says', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  attest(image);
  registry.rules = { ...OPEN, challenge: 'token' };
  assert.equal((await verdictOf(folder, named(image))).code, 'ok');
  const tokens = registry.asked.filter(({ url }) => url.startsWith('GET /token'));
  assert.deepEqual(
    tokens.map(one => one.authorization),
    [null],
  );

  registry.rules = { ...registry.rules, user: { name: 'ann', password: SECRET } };
  const refused = await verdictOf(folder, named(image));
  assert.deepEqual([refused.code, refused.exit], ['evidence-missing', 4]);
  assert.match(refused.message, /log in/);

  const auth = Buffer.from(`ann:${SECRET}`).toString('base64');
  mkdirSync(join(folder, '.docker'));
  writeFileSync(
    join(folder, '.docker', 'config.json'),
    JSON.stringify({ auths: { [`https://${registry.host}/v1/`]: { auth }, 'x.example.com': { auth: 'x' } } }),
  );
  assert.equal((await verdictOf(folder, named(image))).code, 'ok');
  registry.rules = { ...registry.rules, challenge: 'basic' };
  assert.equal((await verdictOf(folder, named(image))).code, 'ok');
});

test("credentials come from podman's file and from credential helpers too", async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  attest(image);
  registry.rules = { ...OPEN, challenge: 'basic', user: { name: 'ann', password: SECRET } };
  const auth = Buffer.from(`ann:${SECRET}`).toString('base64');
  mkdirSync(join(folder, '.config', 'containers'), { recursive: true });
  writeFileSync(
    join(folder, '.config', 'containers', 'auth.json'),
    JSON.stringify({
      auths: { [registry.host]: { auth: 'bm86bm8=' }, [`${registry.host}/acme`]: { auth } },
    }),
  );
  assert.equal((await verdictOf(folder, named(image))).code, 'ok');

  const bin = join(folder, 'bin');
  mkdirSync(bin);
  mkdirSync(join(folder, 'docker'));
  const helper = (body: string) => {
    writeFileSync(join(bin, 'docker-credential-test'), `#!/bin/sh\nread host\n${body}\n`);
    chmodSync(join(bin, 'docker-credential-test'), 0o755);
  };
  writeFileSync(
    join(folder, 'docker', 'config.json'),
    JSON.stringify({ credHelpers: { [registry.host]: 'test' } }),
  );
  const env = { DOCKER_CONFIG: join(folder, 'docker'), PATH: `${bin}:/usr/bin:/bin` };
  const config = join(folder, '.config');
  helper(
    `test "$host" = "${registry.host}" && echo '{"ServerURL":"x","Username":"ann","Secret":"${SECRET}"}'`,
  );
  const asHelper = { ...env, XDG_CONFIG_HOME: `${config}-none` };
  assert.equal((await verdictOf(folder, named(image), undefined, asHelper)).code, 'ok');
  helper('echo "credentials not found in native keychain"; exit 1');
  assert.equal((await verdictOf(folder, named(image), undefined, env)).code, 'ok');
  helper(`echo '${SECRET}'; exit 1`);
  const failed = await verdictOf(folder, named(image), undefined, asHelper);
  assert.equal(failed.code, 'evidence-missing');
  assert.match(failed.message, /docker-credential-test/);
});

test('blobs kept elsewhere on the host are fetched without telling who asks; no other way is followed', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  attest(image);
  registry.rules = { ...OPEN, challenge: 'token', blobsAt: `http://${registry.host}` };
  assert.equal((await verdictOf(folder, named(image))).code, 'ok');
  const stored = registry.asked.filter(({ url }) => url.includes('/storage/'));
  assert.deepEqual(
    stored.map(one => one.authorization),
    [null],
  );

  const other = new TestRegistry();
  await other.open();
  t.after(() => other.close());
  registry.rules = { ...registry.rules, blobsAt: `http://${other.host}` };
  const away = await verdictOf(folder, named(image));
  assert.equal(away.code, 'evidence-missing');
  assert.deepEqual(other.asked, []);
});

test('an image by tag is refused, and told by which digest to name it', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image('one layer', 'v1');
  const tagged = await verdictOf(folder, `${registry.host}/acme/app:v1`);
  assert.equal(tagged.code, 'image-mutable');
  assert.ok(tagged.message.includes(named(image)));
  assert.equal((await verdictOf(folder, `${registry.host}/acme/app:v2`)).code, 'artifact-missing');
  assert.equal((await verdictOf(folder, named(`sha256:${'3'.repeat(64)}`))).code, 'artifact-missing');
});

test('no registry of images is asked without --online', async t => {
  const folder = await temporaryFolder(t);
  const image = registry.image();
  attest(image);
  for (const more of [[], ['--online', '--offline']]) {
    const answer = await verdictOf(folder, named(image), [...WHO, ...more]);
    assert.deepEqual([answer.code, answer.exit], ['evidence-missing', 4]);
    assert.match(answer.message, /--online/);
  }
  assert.deepEqual(registry.asked, []);
});
