import assert from 'node:assert/strict';
import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mintSigstore } from '../../trust/testing/mint.ts';
import { pemOf } from '../../trust/testing/mint-certificate.ts';
import { mintTimestamp } from '../../trust/testing/mint-timestamp.ts';
import { Schema } from '../schemas/verify.ts';
import { larder, temporaryFolder } from '../testing.ts';

const minted = mintSigstore();
const artifact = Buffer.from('the artifact\n');
const digest = createHash('sha256').update(artifact).digest('hex');
const statement = (predicateType: string, predicate: object) =>
  Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'pkg:npm/%40acme/app@1.0.0', digest: { sha256: digest } }],
      predicateType,
      predicate,
    }),
  );
const summary = statement('https://slsa.dev/verification_summary/v1', {
  verifier: { id: 'https://verifier.example.com' },
  timeVerified: '2026-01-01T00:00:00Z',
  resourceUri: 'git+https://example.com/app',
  verificationResult: 'PASSED',
  verifiedLevels: ['SLSA_BUILD_LEVEL_3', 'SLSA_SOURCE_LEVEL_UNEVALUATED'],
});

const WHO = ['--certificate-identity', minted.identity, '--certificate-oidc-issuer', minted.issuer];

async function planted(t: { after: (clean: () => Promise<void>) => void }): Promise<string> {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'app.tgz'), artifact);
  writeFileSync(join(folder, 'root.json'), JSON.stringify(minted.root));
  writeFileSync(join(folder, 'app.tgz.sigstore.json'), JSON.stringify(minted.bundle({ payload: summary })));
  return folder;
}

async function verdictOf(
  folder: string,
  args: readonly string[],
): Promise<{ readonly code: string; readonly verdict: string; readonly exit: number }> {
  const ran = await larder(folder, ['verify', ...args, '--trusted-root', 'root.json', '--json']);
  const answer = Schema.parse(JSON.parse(ran.stdout));
  return { code: answer.code, verdict: answer.verdict, exit: ran.code };
}

test('evidence beside an artifact is found, and somebody must have been named', async t => {
  const folder = await planted(t);
  assert.deepEqual(await verdictOf(folder, ['app.tgz', ...WHO]), {
    code: 'ok',
    verdict: 'verified',
    exit: 0,
  });
  assert.deepEqual(await verdictOf(folder, ['app.tgz']), {
    code: 'identity-required',
    verdict: 'unverifiable',
    exit: 4,
  });
  assert.deepEqual(
    await verdictOf(folder, [`sha256:${digest}`, '--bundle', 'app.tgz.sigstore.json', ...WHO]),
    { code: 'ok', verdict: 'verified', exit: 0 },
  );
  assert.equal(
    (await verdictOf(folder, [`sha256:${'0'.repeat(64)}`, '--bundle', 'app.tgz.sigstore.json', ...WHO])).code,
    'subject-mismatch',
  );
  assert.equal((await verdictOf(folder, [`sha256:${digest}`, ...WHO])).code, 'evidence-missing');
  assert.equal((await verdictOf(folder, ['absent', ...WHO])).code, 'artifact-missing');
  assert.equal((await verdictOf(folder, ['example.com/acme/app:latest', ...WHO])).code, 'image-mutable');
});

test('an identity without its issuer is a wrong command line', async t => {
  const ran = await larder(await planted(t), [
    'verify',
    'app.tgz',
    '--certificate-identity',
    minted.identity,
  ]);
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /--certificate-oidc-issuer/);
});

test('a verification summary is judged by verifier, resource and level', async t => {
  const folder = await planted(t);
  const judged = (...more: string[]) =>
    verdictOf(folder, [
      'app.tgz',
      ...WHO,
      '--verifier-id',
      'https://verifier.example.com',
      '--resource-uri',
      'git+https://example.com/app',
      ...more,
    ]);
  assert.equal((await judged('--verified-level', 'SLSA_BUILD_LEVEL_2')).code, 'ok');
  assert.equal((await judged('--verified-level', 'SLSA_BUILD_LEVEL_4')).code, 'level-not-met');
  assert.equal((await judged('--verified-level', 'SLSA_SOURCE_LEVEL_1')).code, 'level-not-met');
  assert.equal((await judged('--verified-level', 'OTHER')).code, 'level-not-met');
  const other = await verdictOf(folder, [
    'app.tgz',
    ...WHO,
    '--verifier-id',
    'https://other.example.com',
    '--resource-uri',
    'git+https://example.com/app',
  ]);
  assert.equal(other.code, 'verifier-mismatch');
});

test('the summary of a source revision is judged by commit, level and branch', async t => {
  const folder = await planted(t);
  const commit = 'c0'.repeat(20);
  const revision = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { gitCommit: commit }, annotations: { sourceRefs: ['refs/heads/main'] } }],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: 'https://verifier.example.com' },
      resourceUri: 'git+https://example.com/app',
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_SOURCE_LEVEL_3'],
    },
  };
  const payload = Buffer.from(JSON.stringify(revision));
  writeFileSync(join(folder, 'source.json'), JSON.stringify(minted.bundle({ payload })));
  const judged = async (artifact: string, ...more: string[]) => {
    const asked = [
      '--verifier-id',
      'https://verifier.example.com',
      '--resource-uri',
      'git+https://example.com/app',
    ];
    return (await verdictOf(folder, [artifact, '--bundle', 'source.json', ...WHO, ...asked, ...more])).code;
  };
  const level = ['--verified-level', 'SLSA_SOURCE_LEVEL_2'];
  assert.equal(await judged(`gitCommit:${commit}`, ...level, '--source-branch', 'main'), 'ok');
  assert.equal(await judged(`gitCommit:${commit}`, ...level, '--source-branch', 'dev'), 'branch-mismatch');
  assert.equal(await judged(`gitCommit:${commit}`, '--source-tag', 'v1'), 'tag-mismatch');
  assert.equal(await judged(`gitCommit:${'00'.repeat(20)}`, ...level), 'subject-mismatch');
});

test('a verification summary is made, signed, and judged by its own rules', async t => {
  const folder = await planted(t);
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'key.pem'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'key.pub'), pair.publicKey.export({ type: 'spki', format: 'pem' }));
  const made = await larder(folder, [
    'verify',
    'app.tgz',
    ...WHO,
    '--trusted-root',
    'root.json',
    '-o',
    'in-toto=vsa.json',
    '--summary-by',
    'https://me.example.com',
  ]);
  assert.equal(made.code, 0, made.stderr);
  assert.equal(
    (await larder(folder, ['sign', 'vsa.json', '--key', 'key.pem', '--signature', 'vsa.sigstore.json'])).code,
    0,
  );
  const judged = (...more: string[]) =>
    verdictOf(folder, [
      'app.tgz',
      '--bundle',
      'vsa.sigstore.json',
      '--key',
      'key.pub',
      '--verifier-id',
      'https://me.example.com',
      ...more,
    ]);
  assert.equal((await judged('--resource-uri', 'app.tgz', '--without-log')).code, 'ok');
  assert.equal((await judged('--resource-uri', 'app.tgz')).code, 'log-entry-missing');
  assert.equal((await judged('--resource-uri', 'other', '--without-log')).code, 'resource-mismatch');
});

test('the trust policy says who may speak for which package, and nothing less is enough', async t => {
  const folder = await planted(t);
  const added = await larder(folder, [
    'trust',
    'add',
    '--identity',
    minted.identity,
    '--issuer',
    minted.issuer,
    '--package',
    'pkg:npm/%40acme/*',
  ]);
  assert.equal(added.code, 0, added.stderr);
  assert.equal(
    statSync(join(folder, '.larder/trust.toml')).mode & 0o077,
    0,
    'the policy is the user’s alone',
  );
  assert.deepEqual(await verdictOf(folder, ['app.tgz']), { code: 'ok', verdict: 'verified', exit: 0 });
  writeFileSync(
    join(folder, '.larder/trust.toml'),
    readFileSync(join(folder, '.larder/trust.toml'), 'utf8').replace('%40acme', '%40other'),
  );
  assert.equal((await verdictOf(folder, ['app.tgz'])).code, 'identity-required');
  const tested = await larder(folder, [
    'trust',
    'test',
    '--identity',
    minted.identity,
    '--issuer',
    minted.issuer,
    '--package',
    'pkg:npm/%40other/x@1',
  ]);
  assert.equal(tested.code, 0, tested.stdout);
  const refused = await larder(folder, [
    'trust',
    'test',
    '--identity',
    minted.identity,
    '--issuer',
    'https://elsewhere.example',
    '--package',
    'pkg:npm/%40other/x@1',
  ]);
  assert.equal(refused.code, 4);
});

test('a wrong entry of the trust policy is named with its place', async t => {
  const folder = await planted(t);
  mkdirSync(join(folder, '.larder'));
  for (const [text, says] of [
    ['[[identity]]\nidentity = "a"\n', /identity 1: give issuer/],
    ['[[identity]]\nidentity_pattern = "("\nissuer = "b"\n', /no regular expression/],
    ['[[builder]]\nid = "a"\nlevel = 9\n', /builder 1: level/],
    ['[[idenity]]\n', /"idenity" is not known/],
    ['x = [', /no TOML/],
    // Each of these would be believed about more than was meant.
    [
      '[[identity]]\nidentity = "a"\nissuer = "b"\npackage = ["pkg:npm/a"]\n',
      /identity 1: "package" is not known/,
    ],
    ['[[key]]\nfile = "a.pub"\nuntill = 2027-01-31T00:00:00Z\n', /key 1: "untill" is not known/],
    ['[builder]\nid = "a"\nlevel = 0\n', /write \[\[builder\]\]/],
    ['bundled = "false"\n', /bundled is true or false/],
    ['[[identity]]\nidentity_pattern = "a)|(?:b"\nissuer = "b"\n', /no regular expression/],
  ] as const) {
    writeFileSync(join(folder, '.larder/trust.toml'), text);
    const ran = await larder(folder, ['trust', 'list']);
    assert.notEqual(ran.code, 0);
    assert.match(ran.stderr, says);
  }
});

test('a model is signed and verified with keys of every curve, also with an encrypted key, and every change is noticed', async t => {
  const folder = await temporaryFolder(t);
  for (const curve of ['P-256', 'P-384', 'P-521']) {
    const pair = generateKeyPairSync('ec', { namedCurve: curve });
    writeFileSync(
      join(folder, 'key.pem'),
      pair.privateKey.export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'correct horse',
      }),
      { mode: 0o600 },
    );
    writeFileSync(join(folder, 'key.pub'), pair.publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(join(folder, 'pass'), 'correct horse\n');
    writeFileSync(join(folder, 'wrong'), 'battery staple\n');
    const model = join(folder, `model-${curve}`);
    mkdirSync(join(model, 'sub'), { recursive: true });
    for (const name of ['a-b', 'a.b', 'weights:1:2.bin', 'sub/.git', 'é', '\u{1f600}', '\uffee'])
      writeFileSync(join(model, name), `this is ${name}`);
    for (const [method, hash] of [
      ['files', 'sha256'],
      ['shards', 'sha256'],
      ['files', 'blake2b'],
      ['shards', 'blake3'],
    ] as const) {
      const signed = await larder(folder, [
        'sign',
        model,
        '--key',
        'key.pem',
        '--passphrase-file',
        'pass',
        '--method',
        method,
        '--hash',
        hash,
        '--shard-size',
        '5',
        '--no-cache',
      ]);
      assert.equal(signed.code, 0, signed.stderr);
      const again = (...more: string[]) =>
        larder(folder, ['verify', model, '--key', 'key.pub', '--no-cache', '--json', ...more]).then(
          ran => (JSON.parse(ran.stdout) as { code: string; message: string }).code,
        );
      assert.equal(await again(), 'ok', `${curve} ${method} ${hash}`);
      writeFileSync(join(model, 'sub/.git'), 'changed');
      assert.ok(['model-file-changed', 'model-file-missing', 'model-file-extra'].includes(await again()));
      writeFileSync(join(model, 'sub/.git'), 'this is sub/.git');
    }
    const wrong = await larder(folder, ['sign', model, '--key', 'key.pem', '--passphrase-file', 'wrong']);
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.stderr, /cannot be opened with this passphrase/);
    assert.doesNotMatch(wrong.stderr, /battery/);
  }
});

test('a model in a hub cache is read through its links, and its claimed owner is compared with the signer', async t => {
  const folder = await temporaryFolder(t);
  const { symlinkSync } = await import('node:fs');
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'key.pem'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'key.pub'), pair.publicKey.export({ type: 'spki', format: 'pem' }));
  const plain = join(folder, 'plain');
  mkdirSync(plain);
  writeFileSync(join(plain, 'w.bin'), 'weights');
  assert.equal((await larder(folder, ['sign', plain, '--key', 'key.pem', '--no-cache'])).code, 0);
  const snapshot = join(folder, 'models--acme--llm', 'snapshots', 'abc');
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(join(folder, 'models--acme--llm', 'blobs'));
  cpSync(join(plain, 'w.bin'), join(folder, 'models--acme--llm', 'blobs', '11'));
  cpSync(join(plain, 'model.sig'), join(folder, 'models--acme--llm', 'blobs', '22'));
  symlinkSync('../../blobs/11', join(snapshot, 'w.bin'));
  symlinkSync('../../blobs/22', join(snapshot, 'model.sig'));
  const code = async (...more: string[]) =>
    (
      JSON.parse((await larder(folder, ['verify', snapshot, '--no-cache', '--json', ...more])).stdout) as {
        code: string;
      }
    ).code;
  assert.equal(await code('--key', 'key.pub'), 'ok');
  assert.equal(
    await code('--key', 'key.pub', '--source-uri', 'github.com/acme/llm'),
    'predicate-mismatch',
    'a signature does not tell how a model was built',
  );
  assert.equal(
    (
      await larder(folder, [
        'trust',
        'add',
        '--identity',
        'other@example.com',
        '--issuer',
        'https://x.example',
        '--model',
        'acme/*',
      ])
    ).code,
    0,
  );
  assert.equal(await code('--key', 'key.pub'), 'policy-refused');
  assert.equal(
    (await larder(folder, ['trust', 'add', '--key', 'key.pub', '--key-id', 'k', '--model', 'acme/llm'])).code,
    0,
  );
  assert.equal(await code('--key', 'key.pub'), 'ok');
  symlinkSync('/etc/hostname', join(snapshot, 'outside'));
  assert.equal(await code('--key', 'key.pub'), 'model-symlink');
});

test('a timestamp that came apart from its bundle is given beside it', async t => {
  const folder = await planted(t);
  const bundle = minted.bundle({ message: Buffer.from('apart') }, 2) as unknown as {
    verificationMaterial: {
      timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
    };
    messageSignature: { signature: string };
  };
  const held =
    bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps[0]?.signedTimestamp ?? '';
  delete bundle.verificationMaterial.timestampVerificationData;
  writeFileSync(join(folder, 'apart.txt'), 'apart');
  writeFileSync(join(folder, 'apart.json'), JSON.stringify(bundle));
  const token = (time: number, over = bundle.messageSignature.signature) =>
    mintTimestamp(Buffer.from(over, 'base64'), time, minted.tsaKey, 'tsa root', 77);
  const codeWith = async (content: Buffer | string | null) => {
    if (content !== null) writeFileSync(join(folder, 'token'), content);
    const more = content === null ? [] : ['--timestamp', 'token'];
    return (await verdictOf(folder, ['apart.txt', '--bundle', 'apart.json', ...WHO, ...more])).code;
  };
  assert.equal(await codeWith(null), 'time-missing');
  assert.equal(await codeWith(Buffer.from(held, 'base64')), 'ok');
  assert.equal(await codeWith(JSON.stringify({ SignedRFC3161Timestamp: held })), 'ok');
  assert.equal(await codeWith(token(minted.time + 7_200_000)), 'certificate-expired');
  assert.equal(await codeWith(token(minted.time + 1000, 'AAAA')), 'timestamp-invalid');
  for (const odd of ['{}', 'nonsense']) assert.equal(await codeWith(odd), 'timestamp-invalid', odd);
});

test("a certificate of one's own authority is believed by the chain that was given, and needs an identity", async t => {
  const folder = await planted(t);
  const root = minted.root as {
    certificateAuthorities: [{ certChain: { certificates: { rawBytes: string }[] } }];
  };
  const chain = root.certificateAuthorities[0].certChain.certificates.map(one =>
    pemOf(Buffer.from(one.rawBytes, 'base64'), 'CERTIFICATE'),
  );
  // A root without certificate authorities and logs: what a company of its own has.
  const own = { ...minted.root, certificateAuthorities: [], ctlogs: [] };
  writeFileSync(join(folder, 'own.json'), JSON.stringify(own));
  writeFileSync(join(folder, 'file.txt'), 'content');
  writeFileSync(
    join(folder, 'file.json'),
    JSON.stringify(minted.bundle({ message: Buffer.from('content') })),
  );
  const codeWith = async (pem: string | null, ...more: string[]) => {
    if (pem !== null) writeFileSync(join(folder, 'chain.pem'), pem);
    const given = pem === null ? [] : ['--certificate-chain', 'chain.pem'];
    const args = ['verify', 'file.txt', '--bundle', 'file.json', ...given, ...more];
    const ran = await larder(folder, [...args, '--trusted-root', 'own.json', '--json']);
    return Schema.parse(JSON.parse(ran.stdout)).code;
  };
  const identity = ['--certificate-identity', minted.identity];
  assert.equal(await codeWith(null, ...WHO), 'certificate-untrusted');
  assert.equal(await codeWith(chain.join(''), ...identity), 'ok');
  assert.equal(await codeWith(chain.toReversed().join(''), ...WHO), 'ok');
  assert.equal(
    await codeWith(chain.join(''), '--certificate-identity', 'somebody@example.com'),
    'identity-mismatch',
  );
  assert.equal(await codeWith(chain.join('')), 'identity-required');
  const stranger = mintSigstore().root as typeof root;
  const others = stranger.certificateAuthorities[0].certChain.certificates.map(one =>
    pemOf(Buffer.from(one.rawBytes, 'base64'), 'CERTIFICATE'),
  );
  assert.notEqual(await codeWith(others.join(''), ...identity), 'ok');
});

test('a bare signature is read in base64 and in binary, by either padding of an RSA key', async t => {
  const folder = await temporaryFolder(t);
  const file = Buffer.from('a file\n');
  writeFileSync(join(folder, 'app.bin'), file);
  const codeOf = async (signature: string | Buffer) => {
    writeFileSync(join(folder, 'app.sig'), signature);
    const ran = await larder(folder, [
      'verify',
      'app.bin',
      '--bundle',
      'app.sig',
      '--key',
      'key.pub',
      '--json',
    ]);
    return (JSON.parse(ran.stdout) as { code: string }).code;
  };
  const keys = [
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ];
  for (const { privateKey, publicKey } of keys) {
    writeFileSync(join(folder, 'key.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    const hash = privateKey.asymmetricKeyType === 'rsa' ? 'sha256' : 'sha384';
    const made = [
      sign(hash, file, privateKey),
      sign(hash, file, {
        key: privateKey,
        ...(hash === 'sha256' ? { padding: constants.RSA_PKCS1_PSS_PADDING } : { dsaEncoding: 'ieee-p1363' }),
      }),
    ];
    for (const one of made) {
      assert.equal(await codeOf(one), 'ok');
      assert.equal(await codeOf(`${one.toString('base64')}\n`), 'ok');
    }
    assert.equal(await codeOf(sign(hash, Buffer.from('another'), privateKey)), 'signature-invalid');
  }
  assert.equal(await codeOf('-----BEGIN PGP SIGNATURE-----\n'), 'evidence-unsupported');
});
