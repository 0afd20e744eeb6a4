import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodePae } from '../../trust/pae.ts';
import {
  cosignAnnotations,
  type MintedBundle,
  SIMPLE_SIGNING,
  signedBy,
  simpleSigning,
} from '../../trust/testing/cosign.ts';
import { mintSigstore } from '../../trust/testing/mint.ts';
import { Schema } from '../schemas/verify.ts';
import { larder, temporaryFolder } from '../testing.ts';

/** Image layouts as cosign, oras and registries' referrers leave them, minted here with a small Sigstore of our own. */

const minted = mintSigstore();
const WHO = ['--certificate-identity', minted.identity, '--certificate-oidc-issuer', minted.issuer];
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const hexOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

class Layout {
  readonly folder: string;
  readonly #manifests: object[] = [];

  constructor(folder: string) {
    this.folder = join(folder, 'image');
    mkdirSync(join(this.folder, 'blobs', 'sha256'), { recursive: true });
    writeFileSync(join(this.folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  }

  blob(content: Buffer | string, more: object = {}) {
    writeFileSync(join(this.folder, 'blobs', 'sha256', hexOf(content)), content);
    return {
      mediaType: 'application/octet-stream',
      digest: `sha256:${hexOf(content)}`,
      size: content.length,
      ...more,
    };
  }

  manifest(value: object, names: Record<string, string> = {}): string {
    const content = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, ...value });
    const descriptor = this.blob(content, { mediaType: MANIFEST, annotations: names });
    this.#manifests.push(descriptor);
    writeFileSync(
      join(this.folder, 'index.json'),
      JSON.stringify({ schemaVersion: 2, manifests: this.#manifests }),
    );
    return descriptor.digest;
  }

  image(text = 'one layer'): string {
    return this.manifest(
      { config: this.blob(`{"${text}":1}`), layers: [this.blob(text)] },
      { 'org.opencontainers.image.ref.name': text },
    );
  }
}

const annotationsOf = (bundle: MintedBundle) => cosignAnnotations(minted, bundle);
const signed = (message: Buffer) => signedBy(minted, message);
const statementFor = (image: string) =>
  Buffer.from(
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

async function verdictOf(folder: string, args: readonly string[]) {
  writeFileSync(join(folder, 'root.json'), JSON.stringify(minted.root));
  const ran = await larder(folder, ['verify', ...args, '--trusted-root', 'root.json', '--json']);
  const answer = Schema.parse(JSON.parse(ran.stdout));
  return { code: answer.code, exit: ran.code, evidence: answer.evidence.length, steps: answer.steps };
}

test("cosign's signature beside an image counts when it names this image", async t => {
  const folder = await temporaryFolder(t);
  const layout = new Layout(folder);
  const image = layout.image();
  assert.equal((await verdictOf(folder, ['image', ...WHO])).code, 'evidence-missing');
  const payload = simpleSigning(image);
  const layer = layout.blob(payload, {
    mediaType: SIMPLE_SIGNING,
    annotations: annotationsOf(signed(payload)),
  });
  layout.manifest(
    { layers: [layer] },
    { 'org.opencontainers.image.ref.name': `app:${image.replace(':', '-')}.sig` },
  );
  const good = await verdictOf(folder, ['image', ...WHO]);
  assert.deepEqual([good.code, good.exit, good.evidence], ['ok', 0, 1], JSON.stringify(good.steps));
  assert.ok(good.steps.some(step => step.step === 'image'));
  assert.equal((await verdictOf(folder, [`image@${image}`, ...WHO])).code, 'ok');
  assert.equal((await verdictOf(folder, ['image'])).code, 'identity-required');
  // A signature does not tell how it was built.
  const asked = await verdictOf(folder, ['image', ...WHO, '--builder-id', 'https://builder.example.com']);
  assert.deepEqual([asked.code, asked.exit], ['evidence-missing', 4]);

  writeFileSync(join(layout.folder, 'blobs', 'sha256', hexOf('one layer')), 'another layer');
  assert.deepEqual((({ code, exit }) => [code, exit])(await verdictOf(folder, ['image', ...WHO])), [
    'digest-mismatch',
    4,
  ]);
});

test('a signature moved from another image does not count', async t => {
  const folder = await temporaryFolder(t);
  const layout = new Layout(folder);
  const image = layout.image();
  const payload = simpleSigning(`sha256:${'0'.repeat(64)}`);
  const layer = layout.blob(payload, {
    mediaType: SIMPLE_SIGNING,
    annotations: annotationsOf(signed(payload)),
  });
  layout.manifest(
    { layers: [layer] },
    { 'org.opencontainers.image.ref.name': `${image.replace(':', '-')}.sig` },
  );
  assert.equal((await verdictOf(folder, ['image', ...WHO])).code, 'subject-mismatch');
  // Neither does a payload that was changed to name this one.
  const changed = layout.blob(simpleSigning(image), {
    mediaType: SIMPLE_SIGNING,
    annotations: annotationsOf(signed(payload)),
  });
  layout.manifest(
    { layers: [changed] },
    { 'org.opencontainers.image.ref.name': `${image.replace(':', '-')}.sig` },
  );
  assert.equal((await verdictOf(folder, ['image', ...WHO])).exit, 4);
});

test('bundles that refer to an image, and attestations by tag, are found; several images must be told apart', async t => {
  const folder = await temporaryFolder(t);
  const layout = new Layout(folder);
  const image = layout.image();
  const bundle = minted.bundle({ payload: statementFor(image) });
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  layout.manifest({
    artifactType: type,
    subject: { mediaType: MANIFEST, digest: image, size: 1 },
    layers: [layout.blob(JSON.stringify(bundle), { mediaType: type })],
  });
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const attestation = minted.bundle({ payload: statementFor(image) }) as unknown as MintedBundle;
  layout.manifest(
    {
      layers: [
        layout.blob(JSON.stringify(attestation.dsseEnvelope), {
          mediaType: 'application/vnd.dsse.envelope.v1+json',
          annotations: annotationsOf(attestation),
        }),
      ],
    },
    { 'org.opencontainers.image.ref.name': `${image.replace(':', '-')}.att` },
  );
  const both = await verdictOf(folder, ['image', ...WHO]);
  assert.deepEqual([both.code, both.evidence], ['ok', 2], JSON.stringify(both.steps));
  const other = layout.image('another');
  assert.equal((await verdictOf(folder, ['image', ...WHO])).code, 'artifact-missing');
  assert.equal((await verdictOf(folder, [`image@${image}`, ...WHO])).code, 'ok');
  assert.equal((await verdictOf(folder, [`image@${other}`, ...WHO])).code, 'evidence-missing');
  assert.equal(
    (await verdictOf(folder, [`image@sha256:${'1'.repeat(64)}`, ...WHO])).code,
    'artifact-missing',
  );

  // What a key signed is its holder's word, and still has to be what was asked for.
  const payload = statementFor(image);
  const signature = sign('sha256', encodePae('application/vnd.in-toto+json', payload), privateKey);
  const envelope = {
    payloadType: 'application/vnd.in-toto+json',
    payload: payload.toString('base64'),
    signatures: [{ sig: signature.toString('base64') }],
  };
  writeFileSync(join(folder, 'keyed.json'), JSON.stringify(envelope));
  const keyed = (builder: string) =>
    verdictOf(folder, [image, '--bundle', 'keyed.json', '--key', 'key.pem', '--builder-id', builder]);
  assert.equal((await keyed('https://builder.example.com')).code, 'ok');
  assert.equal((await keyed('https://other.example.com')).code, 'builder-mismatch');
});

test('a signature made with a key alone, and a payload given by hand', async t => {
  const folder = await temporaryFolder(t);
  const layout = new Layout(folder);
  const image = layout.image();
  const payload = simpleSigning(image);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const signature = sign('sha256', Buffer.from(payload), privateKey).toString('base64');
  layout.manifest(
    {
      layers: [
        layout.blob(payload, {
          mediaType: SIMPLE_SIGNING,
          annotations: { 'dev.cosignproject.cosign/signature': signature },
        }),
      ],
    },
    { 'org.opencontainers.image.ref.name': `${image.replace(':', '-')}.sig` },
  );
  assert.equal((await verdictOf(folder, ['image', '--key', 'key.pem'])).code, 'ok');
  writeFileSync(join(folder, 'payload.json'), payload);
  writeFileSync(join(folder, 'image.sig'), signature);
  writeFileSync(join(folder, 'image.sigstore.json'), JSON.stringify(signed(payload)));
  const byHand = ['--payload', 'payload.json', '--key', 'key.pem', '--bundle', 'image.sig'];
  assert.equal((await verdictOf(folder, [image, ...byHand])).code, 'ok');
  assert.equal((await verdictOf(folder, [`sha256:${'2'.repeat(64)}`, ...byHand])).code, 'subject-mismatch');
  const bundled = ['--payload', 'payload.json', '--bundle', 'image.sigstore.json', ...WHO];
  assert.equal((await verdictOf(folder, [image, ...bundled])).code, 'ok');
  assert.equal((await verdictOf(folder, [`sha256:${'2'.repeat(64)}`, ...bundled])).code, 'subject-mismatch');
});
