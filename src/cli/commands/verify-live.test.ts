import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { mintSigstore } from '../../trust/testing/mint.ts';
import { Schema } from '../schemas/verify.ts';
import { larder, temporaryFolder } from '../testing.ts';

/** Packages verified with what a registry serves, here a server of our own with minted answers. */

const minted = mintSigstore();
const WHO = ['--certificate-identity', minted.identity, '--certificate-oidc-issuer', minted.issuer];
const answers = new Map<string, Buffer>();
const asked: string[] = [];
let server: Server;
let address = '';

before(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const found = answers.get(request.url ?? '');
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

interface MintedBundle {
  readonly verificationMaterial: { readonly tlogEntries: readonly unknown[] };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

/** What PyPI's integrity API serves for a file (PEP 740). */
function provenanceOf(fileName: string, bytes: Buffer): Buffer {
  const payload = json({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: fileName, digest: { sha256: createHash('sha256').update(bytes).digest('hex') } }],
    predicateType: 'https://index.example.com/attestations/publish/v1',
    predicate: null,
  });
  const bundle = minted.bundle({ payload }) as unknown as MintedBundle;
  const attestation = {
    version: 1,
    verification_material: {
      certificate: minted.certificate.toString('base64'),
      transparency_entries: bundle.verificationMaterial.tlogEntries,
    },
    envelope: { statement: bundle.dsseEnvelope.payload, signature: bundle.dsseEnvelope.signatures[0]?.sig },
  };
  return json({ version: 1, attestation_bundles: [{ publisher: null, attestations: [attestation] }] });
}

async function verdictOf(folder: string, args: readonly string[]) {
  writeFileSync(join(folder, 'root.json'), JSON.stringify(minted.root));
  const env = { HOME: folder, PIP_INDEX_URL: `${address}/simple/`, npm_config_registry: `${address}/npm/` };
  const ran = await larder(folder, ['verify', ...args, '--trusted-root', 'root.json', '--json'], { env });
  const answer = Schema.parse(JSON.parse(ran.stdout));
  return [answer.code, ran.code, answer.evidence.length, answer.message];
}

test('every file of a PyPI version has to be attested by the index, and by whom was named', async t => {
  const [wheel, sdist] = ['acme_app-1.0-py3-none-any.whl', 'acme_app-1.0.tar.gz'];
  const files = [wheel, sdist].map(fileName => ({
    filename: fileName,
    url: `../../files/${fileName}#sha256=00`,
    provenance: `${address}/integrity/${fileName}`,
  }));
  answers.set(
    '/simple/acme-app/',
    json({ files: [...files, { filename: 'acme_app-2.0.tar.gz', url: 'x' }] }),
  );
  for (const fileName of [wheel, sdist]) {
    answers.set(`/files/${fileName}`, Buffer.from(fileName));
    answers.set(`/integrity/${fileName}`, provenanceOf(fileName, Buffer.from(fileName)));
  }
  const purl = 'pkg:pypi/acme-app@1.0';
  const fresh = () => temporaryFolder(t);
  const good = await verdictOf(await fresh(), [purl, '--online', ...WHO]);
  assert.deepEqual(good.slice(0, 3), ['ok', 0, 2], String(good[3]));
  assert.deepEqual((await verdictOf(await fresh(), [purl, '--online'])).slice(0, 2), [
    'identity-required',
    4,
  ]);
  // A publish attestation proves no more of the build than its certificate states.
  for (const [more, code] of [
    [['--source-tag', 'v1'], 'ref-invalid'],
    [['--builder-id', 'https://ci.example.com/build.yml'], 'builder-mismatch'],
    [['--build-workflow-input', 'a=b'], 'inputs-mismatch'],
    [['--verifier-id', 'https://v.example.com', '--resource-uri', 'pkg:npm/x'], 'predicate-mismatch'],
  ] as const)
    assert.deepEqual((await verdictOf(await fresh(), [purl, '--online', ...WHO, ...more])).slice(0, 2), [
      code,
      4,
    ]);
  const one = [`${purl}?file_name=${sdist}`, '--online', ...WHO];
  assert.deepEqual((await verdictOf(await fresh(), one)).slice(0, 3), ['ok', 0, 1]);

  const swapped = 'other-1.0.tar.gz';
  answers.set(
    '/simple/other-app/',
    json({
      files: [
        { ...files[1], filename: swapped, url: `/files/${swapped}`, provenance: `/integrity/${swapped}` },
      ],
    }),
  );
  answers.set(`/files/${swapped}`, Buffer.from(swapped));
  answers.set(`/integrity/${swapped}`, provenanceOf(swapped, Buffer.from(swapped)));
  for (const asked of ['pkg:pypi/other-app@1.0', `pkg:pypi/other-app@1.0?file_name=${swapped}`])
    assert.equal(
      (await verdictOf(await fresh(), [asked, '--online', ...WHO]))[0],
      'artifact-missing',
      'a file of another project, rightly attested',
    );

  answers.set(`/files/${sdist}`, Buffer.from('something else'));
  assert.deepEqual((await verdictOf(await fresh(), [purl, '--online', ...WHO])).slice(1, 3), [4, 2]);
  answers.set(`/files/${sdist}`, Buffer.from(sdist));
  answers.delete(`/integrity/${sdist}`);
  assert.deepEqual((await verdictOf(await fresh(), [purl, '--online', ...WHO])).slice(0, 2), [
    'evidence-missing',
    4,
  ]);
});

test('an npm version is asked for with its tarball and attestations', async t => {
  const tarball = Buffer.from('a tarball');
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const dist = {
    integrity,
    tarball: 'https://elsewhere.example.com/x.tgz',
    signatures: [{ keyid: 'SHA256:k', sig: 'AAAA' }],
  };
  const name = '@acme/app';
  answers.set('/npm/@acme%2Fapp', json({ name, versions: { '1.0.0': { name, version: '1.0.0', dist } } }));
  answers.set('/npm/@acme/app/-/app-1.0.0.tgz', tarball);
  const purl = 'pkg:npm/%40acme/app@1.0.0';
  // The registry's key is unknown here, which is found out last: package, version and tarball are what it signed.
  const unknown = await verdictOf(await temporaryFolder(t), [purl, '--online']);
  assert.deepEqual(unknown.slice(0, 3), ['key-unknown', 4, 1]);
  assert.ok(asked.includes('/npm/-/npm/v1/attestations/@acme%2Fapp@1.0.0'));
  answers.set('/npm/@acme/app/-/app-1.0.0.tgz', Buffer.from('another'));
  assert.equal((await verdictOf(await temporaryFolder(t), [purl, '--online']))[0], 'digest-mismatch');
  assert.equal(
    (await verdictOf(await temporaryFolder(t), ['pkg:npm/absent@1.0.0', '--online']))[0],
    'artifact-missing',
  );
});

test('no registry is asked without --online, nor with --offline', async t => {
  const before = asked.length;
  for (const more of [[], ['--online', '--offline']])
    assert.deepEqual(
      (await verdictOf(await temporaryFolder(t), ['pkg:pypi/acme-app@1.0', ...more])).slice(0, 2),
      ['network-forbidden', 4],
    );
  assert.equal(asked.length, before);
});
