import assert from 'node:assert/strict';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bundledMaterial } from '../bundled.ts';
import { certificatesFromPem } from '../certificate.ts';
import { exactly } from '../identity.ts';
import { publicKeyFromPem } from '../keys.ts';
import { refusalOf } from '../steps.ts';
import { dataBytes, dataJson, dataPath, skipWithoutData } from '../testing/data.ts';
import { NO_CACHE } from './cache.ts';
import { listModel } from './files.ts';
import { readManifest } from './manifest.ts';
import { type ModelSignerRule, verifyModelSignature } from './signature.ts';
import { digestFiles, type ModelRequest, verifyModel } from './verify.ts';

const SIGNED = 'model-transparency/scripts/tests';
const now = Date.UTC(2026, 10, 1);
const scratch = mkdtempSync(join(tmpdir(), 'larder-models-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

async function ruleOf(folder: string): Promise<ModelSignerRule> {
  const keys = `${SIGNED}/keys/certificate`;
  if (folder.endsWith('-elliptic-key'))
    return { kind: 'key', key: publicKeyFromPem(dataBytes(`${keys}/signing-key-pub.pem`).toString('utf8')) };
  if (folder.endsWith('-certificate'))
    return { kind: 'roots', roots: certificatesFromPem(dataBytes(`${keys}/ca-cert.pem`).toString('utf8')) };
  return {
    kind: 'sigstore',
    material: await bundledMaterial(),
    identity: {
      identity: exactly('stefanb@us.ibm.com'),
      issuer: exactly('https://sigstore.verify.ibm.com/oauth2'),
    },
  };
}

async function requestFor(folder: string, at: string): Promise<ModelRequest> {
  const signaturePath = join(at, 'model.sig');
  const signature: unknown = JSON.parse(readFileSync(signaturePath, 'utf8'));
  const [only] = listed(signature);
  return {
    // A signature over one file names it `.`.
    model: only === '.' ? join(at, 'signme-1') : at,
    signaturePath,
    signature,
    rule: await ruleOf(folder),
    ignorePaths: ['ignore-me'],
    ignoreGitPaths: true,
    ignoreUnsigned: false,
    allowSymlinks: false,
    now,
  };
}

function listed(signature: unknown): string[] {
  const payload = (signature as { dsseEnvelope: { payload: string } }).dsseEnvelope.payload;
  const statement = JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as {
    predicate: { resources?: { name: string }[] };
  };
  return (statement.predicate.resources ?? []).map(one => one.name);
}

for (const folder of skipWithoutData === false
  ? globSync('v*/', { cwd: dataPath(SIGNED) })
      .map(name => name.replace(/\/$/, ''))
      .sort()
  : ['every signed model'])
  test(`${folder}: verified as it is, refused when a file is changed, gone or added`, {
    skip: skipWithoutData,
  }, async () => {
    const at = join(scratch, folder);
    cpSync(dataPath(`${SIGNED}/${folder}`), at, { recursive: true });
    const request = await requestFor(folder, at);
    const verified = await verifyModel(request);
    assert.ok(verified.manifest.entries.length > 0);
    const first = join(at, 'signme-1');
    const original = readFileSync(first);
    writeFileSync(first, 'changed');
    assert.equal(await codeOf(verifyModel(request)), 'model-file-changed');
    writeFileSync(first, original);
    if (request.model === at) {
      writeFileSync(join(at, 'extra'), 'x');
      assert.equal(await codeOf(verifyModel(request)), 'model-file-extra');
      assert.equal(await codeOf(verifyModel({ ...request, ignoreUnsigned: true })), 'ok');
      rmSync(join(at, 'extra'));
      rmSync(first);
      assert.equal(await codeOf(verifyModel(request)), 'model-file-missing');
    }
  });

test('a model does not verify for another identity, key or root', { skip: skipWithoutData }, async () => {
  const other = await ruleOf('x-sigstore');
  for (const folder of ['v1.0.1-elliptic-key', 'v1.0.1-certificate']) {
    const request = await requestFor(folder, dataPath(`${SIGNED}/${folder}`));
    assert.notEqual(await codeOf(verifyModel({ ...request, rule: other })), 'ok');
  }
  const request = await requestFor('v1.0.1-sigstore', dataPath(`${SIGNED}/v1.0.1-sigstore`));
  assert.ok(request.rule.kind === 'sigstore');
  const rule = {
    ...request.rule,
    identity: {
      identity: exactly('somebody@us.ibm.com'),
      issuer: exactly('https://sigstore.verify.ibm.com/oauth2'),
    },
  };
  assert.equal(await codeOf(verifyModel({ ...request, rule })), 'identity-mismatch');
});

const GOLDENS = 'model-transparency/tests';

/** The trees of the reference implementation's tests, which are made of text that follows from their names. */
const trees: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  sample_model_folder: [
    ...[0, 1].flatMap(i =>
      [0, 1, 2].map(j => [`d${i}/f${i}${j}`, `This is file f${i}${j} in d${i}.`] as const),
    ),
    ...[0, 1, 2, 3].map(i => [`f${i}`, `This is file f${i} in root.`] as const),
  ],
  deep_model_folder: [0, 1, 2, 3].map(i => [`d0/d1/d2/d3/d4/f${i}`, `This is file f${i}.`] as const),
  model_folder_with_empty_file: [['empty_file', '']],
  symlink_model_folder: [['symlink_file', 'This is a simple model']],
  sample_model_file: [['', 'This is a simple model']],
  empty_model_file: [['', '']],
};

function plant(tree: string): string {
  const at = join(scratch, `golden-${tree}`);
  for (const [name, text] of trees[tree] ?? []) {
    if (name === '') {
      writeFileSync(at, text);
      continue;
    }
    mkdirSync(join(at, name, '..'), { recursive: true });
    if (!name.startsWith('symlink')) writeFileSync(join(at, name), text);
    else {
      writeFileSync(join(scratch, 'target'), text);
      symlinkSync(join(scratch, 'target'), join(at, name));
    }
  }
  return at;
}

async function linesOf(tree: string, shardSize: number | null): Promise<string> {
  const at = plant(tree);
  const files = await listModel(at, { ignore: [], allowSymlinks: true });
  const serialization = {
    method: shardSize === null ? 'files' : 'shards',
    hash: 'sha256',
    allowSymlinks: true,
    ignorePaths: [],
    shardSize,
  } as const;
  const { actual } = await digestFiles(files, serialization, NO_CACHE, now);
  const single = trees[tree]?.[0]?.[0] === '';
  rmSync(at, { recursive: true });
  return actual.map(one => `${single ? one.name.replace(/^[^:]*/, '.') : one.name}:${one.digest}\n`).join('');
}

test("the reference implementation's digests of files and shards come out byte for byte", {
  skip: skipWithoutData,
}, async () => {
  let count = 0;
  for (const [folder, size] of [
    ['file', null],
    ['file_shard', 1_000_000_000],
  ] as const)
    for (const file of globSync('*', {
      cwd: dataPath(`${GOLDENS}/_serialization/testdata/${folder}/TestSerializer`),
    }).sort()) {
      const golden = dataBytes(
        `${GOLDENS}/_serialization/testdata/${folder}/TestSerializer/${file}`,
      ).toString('utf8');
      const tree = file.replace(/_small_shards$/, '');
      if (tree === 'empty_model_folder') assert.equal(golden, '');
      else assert.equal(await linesOf(tree, file.endsWith('_small_shards') ? 8 : size), golden, file);
      count++;
    }
  assert.ok(count >= 14, `${count} goldens`);
});

test("the reference implementation's statements are read, and say what the trees say", {
  skip: skipWithoutData,
}, async () => {
  let count = 0;
  for (const file of globSync('*', {
    cwd: dataPath(`${GOLDENS}/_signing/testdata/signing/TestPayload`),
  }).sort()) {
    const golden = dataJson(`${GOLDENS}/_signing/testdata/signing/TestPayload/${file}`) as {
      predicate: { resources: unknown[] };
    };
    count++;
    if (golden.predicate.resources.length === 0) {
      assert.throws(() => readManifest(golden), { code: 'model-empty' });
      continue;
    }
    const manifest = readManifest(golden);
    const tree = file.replace(/_small_shards$|_shard$/, '');
    const lines = manifest.entries.map(one => `${one.name}:${one.digest}\n`).join('');
    assert.equal(lines, await linesOf(tree, manifest.serialization.shardSize), file);
  }
  assert.ok(count >= 19, `${count} goldens`);
});

test("the specification's vectors: what its schema accepts is understood, what it refuses is refused", {
  skip: skipWithoutData,
}, () => {
  const key = publicKeyFromPem(dataBytes(`${SIGNED}/keys/certificate/signing-key-pub.pem`).toString('utf8'));
  const vectors = 'model-signing-spec/test-vectors/v1.0';
  for (const file of globSync('valid/*.json', { cwd: dataPath(vectors) })) {
    const payload = (dataJson(`${vectors}/${file}`) as { dsseEnvelope: { payload: string } }).dsseEnvelope
      .payload;
    assert.ok(
      readManifest(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).entries.length > 0,
      file,
    );
  }
  for (const file of globSync('{invalid,invalid-payload}/*.json', { cwd: dataPath(vectors) }))
    assert.throws(
      () => verifyModelSignature(dataJson(`${vectors}/${file}`), { kind: 'key', key }, now),
      Error,
      file,
    );
});

async function codeOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'ok',
    error => refusalOf(error).code,
  );
}
