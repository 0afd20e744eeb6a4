import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactOfDigests } from './artifact.ts';
import { bundledMaterial } from './bundled.ts';
import { TrustError } from './errors.ts';
import { verifyNpmManifest } from './npm.ts';
import { NO_EXPECTATIONS } from './slsa/source.ts';

/** Signatures that the npm registry really made, with each of its keys: name, version, integrity and signature of published versions, as its packuments state them. */
const OLD = 'SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA';
const NEW = 'SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U';
const genuine = [
  {
    name: 'venv',
    version: '0.1.0',
    published: '2017-07-20T00:00:00Z',
    integrity:
      'sha512-RMdeiD0OJC+S2w4931iqdi5MB9xe2T/lXZbRrHxbsmQrSA+FwhPk2bIqIwbNDCmThPgNw841Q272O6EFSYhBjQ==',
    keyid: OLD,
    sig: 'MEUCICKQJCEvvV3HdhCSj3TwH9qqIWLwc0GR1m/NED/s1bPIAiEAvkTmhIDIrD4MZoI2g27+HsuxoFJhC/evORT6T2UUwSc=',
  },
  {
    name: '@x402/stellar',
    version: '2.12.0',
    published: '2026-05-01T00:00:00Z',
    integrity:
      'sha512-Z6ncsWsbHkS1g3ncMrE5L/hFQaGcozqepQL1WTb8fYpOvH8yEhGaU3w3euEzLWiHGM14h8LpW8b6Lxq1OizaJg==',
    keyid: NEW,
    sig: 'MEQCIEIHUSPQz2bTfzirFEiEWPtBZsgy13v72S/99EAUO8abAiBhOKC+EFxCrbLJkOQGspAYzIDqGnj8yerBLKzFgBHNtA==',
  },
] as const;
type Published = { readonly [key in keyof (typeof genuine)[number]]: string };

async function codeOf(one: Published, tarball = one.integrity): Promise<string> {
  const { name, version, published, integrity, keyid, sig } = one;
  const dist = { integrity, signatures: [{ keyid, sig }] };
  const packument = {
    name,
    time: { [version]: published },
    versions: { [version]: { name, version, dist } },
  };
  const sha512 = Buffer.from(tarball.slice('sha512-'.length), 'base64');
  const artifact = artifactOfDigests('the tarball', new Map([['sha512', sha512]]));
  try {
    return verifyNpmManifest(packument, artifact, NO_EXPECTATIONS, await bundledMaterial()).keyIds.join();
  } catch (error) {
    assert.ok(error instanceof TrustError);
    return error.code;
  }
}

test("signatures of the npm registry's own keys pass with the bundled keys", async () => {
  for (const one of genuine) assert.equal(await codeOf(one), one.keyid);
});

test('they pass for nothing else: another name, version, tarball, key or signature', async () => {
  for (const one of genuine) {
    assert.equal(await codeOf({ ...one, name: `${one.name}x` }), 'signature-invalid');
    assert.equal(await codeOf({ ...one, version: `${one.version}1` }), 'signature-invalid');
    const integrity = genuine.find(other => other !== one)?.integrity ?? '';
    assert.equal(await codeOf({ ...one, integrity }), 'signature-invalid');
    assert.equal(await codeOf(one, integrity), 'digest-mismatch');
    const sig = genuine.find(other => other !== one)?.sig ?? '';
    assert.equal(await codeOf({ ...one, sig }), 'signature-invalid');
    assert.equal(await codeOf({ ...one, keyid: 'SHA256:unheard' }), 'key-unknown');
    assert.equal(await codeOf({ ...one, sig: '' }), 'signature-invalid');
  }
});

test('a key counts for what was published while it was valid', async () => {
  const [old, fresh] = genuine;
  assert.equal(await codeOf({ ...old, published: '2025-02-01T00:00:00Z' }), 'key-expired');
  assert.equal(await codeOf({ ...fresh, published: '2024-12-31T00:00:00Z' }), 'key-expired');
  const swapped = await codeOf({ ...fresh, keyid: OLD });
  assert.ok(['signature-invalid', 'key-expired'].includes(swapped), swapped);
});
