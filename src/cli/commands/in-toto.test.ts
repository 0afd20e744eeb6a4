import assert from 'node:assert/strict';
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalJson } from '../../trust/canonical.ts';
import { encodePae } from '../../trust/pae.ts';
import { Schema as ShowSchema } from '../schemas/show.ts';
import { Schema } from '../schemas/verify.ts';
import { larder, temporaryFolder } from '../testing.ts';

/** Layouts and links of in-toto 1.0, in their own wrapper and in DSSE, signed by keys made here. */

const hexOf = (text: string) => createHash('sha256').update(text).digest('hex');

const link = {
  _type: 'link',
  name: 'package',
  command: ['tar', 'zcvf', 'app.tgz', 'app.js'],
  materials: { 'app.js': { sha256: hexOf('source') } },
  products: { 'app.tgz': { sha256: hexOf('archive') } },
  byproducts: { 'return-value': 0 },
  environment: {},
};

const layoutOf = (key: KeyObject) => ({
  _type: 'layout',
  expires: '2027-01-01T00:00:00Z',
  readme: '',
  keys: {
    k1: {
      keyid: 'k1',
      keytype: 'ed25519',
      scheme: 'ed25519',
      keyval: { public: key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex') },
    },
  },
  steps: [
    {
      _type: 'step',
      name: 'package',
      threshold: 1,
      pubkeys: ['k1'],
      expected_command: ['tar', 'zcvf', 'app.tgz', 'app.js'],
      expected_materials: [
        ['MATCH', 'app.js', 'WITH', 'PRODUCTS', 'FROM', 'write'],
        ['DISALLOW', '*'],
      ],
      expected_products: [['CREATE', 'app.tgz']],
    },
  ],
  inspect: [{ _type: 'inspection', name: 'untar', run: ['tar', 'xzf', 'app.tgz'] }],
});

type Signer = (data: Buffer) => Buffer;
const wrapped = (signed: object, by: Signer) => ({
  signatures: [{ keyid: 'k1', sig: by(canonicalJson(signed)).toString('hex') }],
  signed,
});
const enveloped = (value: object, by: Signer) => {
  const payload = Buffer.from(JSON.stringify(value));
  const type = 'application/vnd.in-toto+json';
  return {
    payloadType: type,
    payload: payload.toString('base64'),
    signatures: [{ keyid: 'k1', sig: by(encodePae(type, payload)).toString('base64') }],
  };
};

const ed25519 = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signers: Readonly<Record<string, readonly [KeyObject, Signer]>> = {
  ed25519: [ed25519.publicKey, data => sign(null, data, ed25519.privateKey)],
  'rsassa-pss-sha256': [
    rsa.publicKey,
    data =>
      sign('sha256', data, {
        key: rsa.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      }),
  ],
  'ecdsa-sha2-nistp256': [p256.publicKey, data => sign('sha256', data, p256.privateKey)],
};

async function codeOf(folder: string, args: readonly string[]): Promise<string> {
  const ran = await larder(folder, ['verify', ...args, '--json']);
  return Schema.parse(JSON.parse(ran.stdout)).code;
}

test('links are verified in the old wrapper and in DSSE, by each kind of key, about their products', async t => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'app.tgz'), 'archive');
  writeFileSync(join(folder, 'other.tgz'), 'another');
  for (const [name, [key, by]] of Object.entries(signers)) {
    writeFileSync(join(folder, 'key.pub'), key.export({ type: 'spki', format: 'pem' }));
    for (const [form, make] of [
      ['wrapper', wrapped],
      ['envelope', enveloped],
    ] as const) {
      const put = (value: object) => writeFileSync(join(folder, 'package.link'), JSON.stringify(value));
      const given = ['--bundle', 'package.link', '--key', 'key.pub'];
      put(make(link, by));
      assert.equal(await codeOf(folder, ['app.tgz', ...given]), 'ok', `${name} ${form}`);
      assert.equal(await codeOf(folder, ['other.tgz', ...given]), 'subject-mismatch', `${name} ${form}`);
      const changed = { ...link, products: { 'other.tgz': { sha256: hexOf('another') } } };
      put(
        form === 'wrapper'
          ? { ...make(link, by), signed: changed }
          : make(changed, () => by(Buffer.from('x'))),
      );
      assert.equal(await codeOf(folder, ['other.tgz', ...given]), 'signature-invalid', `${name} ${form}`);
    }
  }
});

test('what links and layouts say is read into facts, joined by digest, and judged as it is added', async t => {
  const folder = await temporaryFolder(t);
  const [key, by] = signers['ed25519'] as readonly [KeyObject, Signer];
  mkdirSync(join(folder, '.larder'));
  writeFileSync(join(folder, 'key.pub'), key.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(folder, '.larder/trust.toml'), '[[key]]\nid = "k1"\nfile = "../key.pub"\n');
  const files = {
    'old.link': wrapped(link, by),
    'new.link': enveloped({ ...link, environment: { host: 'b' } }, by),
    'old.layout': wrapped(layoutOf(key), by),
    'new.layout': enveloped({ ...layoutOf(key), readme: 'another' }, by),
    'broken.link': { ...wrapped(link, by), signed: { ...link, name: 'else' } },
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value));
  const added = await larder(folder, ['add', ...Object.keys(files), '--json']);
  const documents = (JSON.parse(added.stdout) as { documents: { path: string; sha256: string }[] }).documents;
  const shown = async (name: string) => {
    const sha = documents.find(one => one.path.endsWith(name))?.sha256 ?? '';
    const ran = await larder(folder, ['show', sha, '--json']);
    const answer = ShowSchema.parse(JSON.parse(ran.stdout));
    assert.ok(answer.kind === 'document');
    return { trust: answer.trust, identity: answer.identity, stated: answer.stated[0] };
  };
  for (const name of ['old.link', 'new.link']) {
    const { trust, identity, stated } = await shown(name);
    assert.deepEqual([trust, identity, stated?.kind, stated?.about], ['verified', 'k1', 'link', 'package']);
    assert.deepEqual(
      stated?.resources.map(one => [one.role, one.name, one.digests[0]?.value]),
      [
        ['material', 'app.js', hexOf('source')],
        ['product', 'app.tgz', hexOf('archive')],
      ],
    );
  }
  for (const name of ['old.layout', 'new.layout']) {
    const { trust, stated } = await shown(name);
    assert.deepEqual(
      [trust, stated?.kind, stated?.layout?.expires],
      ['verified', 'layout', '2027-01-01T00:00:00Z'],
    );
    assert.deepEqual(stated?.layout?.functionaries[0]?.scheme, 'ed25519');
    assert.deepEqual(stated?.layout?.steps, [
      {
        name: 'package',
        command: ['tar', 'zcvf', 'app.tgz', 'app.js'],
        functionaries: ['k1'],
        threshold: 1,
        materials: [
          ['MATCH', 'app.js', 'WITH', 'PRODUCTS', 'FROM', 'write'],
          ['DISALLOW', '*'],
        ],
        products: [['CREATE', 'app.tgz']],
      },
    ]);
    assert.deepEqual(stated?.layout?.inspections[0]?.command, ['tar', 'xzf', 'app.tgz']);
  }
  assert.equal((await shown('broken.link')).trust, 'failed');
  const where = await larder(folder, ['show', `sha256:${hexOf('source')}`]);
  assert.match(where.stdout, /verified +resource/);
  const text = await larder(folder, [
    'show',
    documents.find(one => one.path.endsWith('old.layout'))?.sha256 ?? '',
  ]);
  assert.match(text.stdout, /package by 1 of 1 functionary; in: MATCH app\.js/);
});

test('an artifact is judged by a layout and the links of its steps; whatever breaks it has a reason of its own', async t => {
  const folder = await temporaryFolder(t);
  const people = ['owner', 'ann', 'bob', 'eve'].map(name => ({ name, ...generateKeyPairSync('ed25519') }));
  const by = (name: string): Signer => {
    const person = people.find(one => one.name === name);
    assert.ok(person !== undefined);
    return data => sign(null, data, person.privateKey);
  };
  const keys = Object.fromEntries(
    people.slice(1, 3).map(({ name, publicKey }) => [
      name,
      {
        keyid: name,
        keytype: 'ed25519',
        scheme: 'ed25519',
        keyval: { public: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex') },
      },
    ]),
  );
  writeFileSync(
    join(folder, 'owner.pub'),
    people[0]?.publicKey.export({ type: 'spki', format: 'pem' }) as string,
  );
  writeFileSync(join(folder, 'app.tgz'), 'archive');
  const step = (name: string, more: object) => ({
    _type: 'step',
    name,
    threshold: 1,
    pubkeys: ['ann', 'bob'],
    expected_command: [],
    expected_materials: [],
    expected_products: [],
    ...more,
  });
  const layout = {
    _type: 'layout',
    expires: '2027-01-01T00:00:00Z',
    readme: '',
    keys,
    inspect: [] as object[],
    steps: [
      step('write', {
        expected_products: [
          ['CREATE', 'src/*.js'],
          ['DISALLOW', '*'],
        ],
      }),
      step('package', {
        expected_materials: [
          ['MATCH', '*.js', 'IN', 'in', 'WITH', 'PRODUCTS', 'IN', 'src', 'FROM', 'write'],
          ['DISALLOW', '*'],
        ],
        expected_products: [
          ['REQUIRE', 'app.tgz'],
          ['CREATE', 'app.tgz'],
          ['ALLOW', 'in/*'],
          ['DISALLOW', '*'],
        ],
      }),
    ],
  };
  const source = { sha256: hexOf('source') };
  const links = {
    write: { ...link, name: 'write', materials: {}, products: { 'src/app.js': source } },
    package: {
      ...link,
      materials: { 'in/app.js': source },
      products: { 'in/app.js': source, 'app.tgz': { sha256: hexOf('archive') } },
    },
  };
  const named = (value: ReturnType<typeof wrapped>, id: string) => ({
    ...value,
    signatures: value.signatures.map(one => ({ ...one, keyid: id })),
  });
  const verdict = async (
    more: {
      layout?: object;
      links?: readonly (readonly [object, string])[];
      owner?: string;
      artifact?: string;
    } = {},
  ) => {
    const given = [
      named(wrapped(more.layout ?? layout, by(more.owner ?? 'owner')), 'owner'),
      ...(
        more.links ?? [
          [links.write, 'ann'],
          [links.package, 'bob'],
        ]
      ).map(([value, who]) => named(wrapped(value, by(who)), who)),
    ];
    const files = given.map((value, at) => {
      writeFileSync(join(folder, `part-${at}.json`), JSON.stringify(value));
      return ['--bundle', `part-${at}.json`];
    });
    const artifact = more.artifact ?? 'app.tgz';
    const ran = await larder(folder, ['verify', artifact, ...files.flat(), '--key', 'owner.pub', '--json']);
    const { code, verdict: word } = Schema.parse(JSON.parse(ran.stdout));
    return `${word} ${code}`;
  };
  assert.equal(await verdict(), 'verified ok');
  assert.equal(await verdict({ owner: 'eve' }), 'failed signature-invalid');
  assert.equal(
    await verdict({ layout: { ...layout, expires: '2025-01-01T00:00:00Z' } }),
    'failed layout-expired',
  );
  assert.equal(await verdict({ links: [[links.write, 'ann']] }), 'unverifiable layout-step-missing');
  const stranger = [
    [links.write, 'ann'],
    [links.package, 'eve'],
  ] as const;
  assert.equal(await verdict({ links: stranger }), 'unverifiable layout-step-missing');
  const rules = (changed: object) =>
    verdict({
      links: [
        [links.write, 'ann'],
        [{ ...links.package, ...changed }, 'bob'],
      ],
    });
  const planted = { sha256: hexOf('planted') };
  assert.equal(await rules({ materials: { 'in/app.js': planted } }), 'failed layout-rule-broken');
  assert.equal(
    await rules({ products: { ...links.package.products, backdoor: planted } }),
    'failed layout-rule-broken',
  );
  assert.equal(await rules({ products: {} }), 'failed layout-rule-broken');
  writeFileSync(join(folder, 'other.tgz'), 'another');
  assert.equal(await verdict({ artifact: 'other.tgz' }), 'failed subject-mismatch');
  // Two have to agree, and one who signs twice is one.
  const twice = { ...layout, steps: [layout.steps[0], { ...layout.steps[1], threshold: 2 }] };
  const both = (second: object, who: string) =>
    verdict({
      layout: twice,
      links: [
        [links.write, 'ann'],
        [links.package, 'bob'],
        [second, who],
      ],
    });
  assert.equal(await both(links.package, 'ann'), 'verified ok');
  assert.equal(
    await both({ ...links.package, environment: { a: 'b' } }, 'bob'),
    'unverifiable layout-step-missing',
  );
  const other = { ...links.package, products: { ...links.package.products, 'app.tgz': planted } };
  assert.equal(await both(other, 'ann'), 'failed layout-rule-broken');
  const unread = { ...layout, steps: [layout.steps[0], { ...layout.steps[1], threshold: '2' }] };
  assert.equal(await verdict({ layout: unread }), 'unverifiable layout-step-missing');
  const inspected = {
    ...layout,
    inspect: [{ _type: 'inspection', name: 'untar', run: ['tar', 'xzf', 'app.tgz'] }],
  };
  assert.equal(await verdict({ layout: inspected }), 'unverifiable evidence-unsupported');
});

test('a key that the policy believes until a day is revoked after it, with a sentence of its own', async t => {
  const folder = await temporaryFolder(t);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'key.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  mkdirSync(join(folder, '.larder'));
  mkdirSync(join(folder, 'weights'));
  writeFileSync(join(folder, 'weights', 'model.bin'), 'weights');
  writeFileSync(join(folder, 'app.tgz'), 'archive');
  writeFileSync(
    join(folder, 'app.link'),
    JSON.stringify(enveloped(link, data => sign('sha256', data, privateKey))),
  );
  assert.equal((await larder(folder, ['sign', 'weights', '--key', 'key.pem'])).code, 0);
  const believe = (until: string) =>
    writeFileSync(
      join(folder, '.larder/trust.toml'),
      `[[key]]\nid = "k1"\nname = "release"\nfile = "../key.pub"\nuntil = ${until}\n`,
    );
  const both = async () => [
    await codeOf(folder, ['app.tgz', '--bundle', 'app.link']),
    await codeOf(folder, ['weights']),
  ];
  believe('2027-01-01T00:00:00Z');
  assert.deepEqual(await both(), ['ok', 'ok']);
  believe('2025-01-01T00:00:00Z');
  assert.deepEqual(await both(), ['signer-revoked', 'signer-revoked']);
  const told = await larder(folder, ['verify', 'weights']);
  assert.match(told.stdout, /believes "release" until 2025-01-01/);
  assert.equal(told.code, 4);
  await larder(folder, ['add', 'app.link', 'weights/model.sig']);
  const kept = await larder(folder, ['show', `sha256:${hexOf('archive')}`]);
  assert.match(kept.stdout, /failed/);
  // Who names the key believes it now, whatever the policy thinks.
  assert.equal(await codeOf(folder, ['app.tgz', '--bundle', 'app.link', '--key', 'key.pub']), 'ok');
});
