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

test('VEX of an author whom the policy allows to speak of the product outranks others; two such who disagree are in conflict', async t => {
  const vendorId = 'https://github.com/vendor/vex/.github/workflows/vex.yml@refs/heads/main';
  const vendor = mintSigstore(vendorId, 'https://token.actions.githubusercontent.com', vendorId);
  const folder = await temporaryFolder(t);
  const vex = (author: string, status: string, product = 'pkg:npm/shop@1.0.0') => ({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://example.com/${author}/${status}`,
    author,
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-0001' },
        products: [{ '@id': product, subcomponents: [{ '@id': 'pkg:npm/left@1.5.0' }] }],
        status,
        justification: 'vulnerable_code_not_present',
      },
    ],
  });
  const signed = (predicate: object) =>
    vendor.bundle({
      payload: Buffer.from(
        JSON.stringify({
          _type: 'https://in-toto.io/Statement/v1',
          subject: [{ name: 'pkg:npm/shop@1.0.0', digest: { sha256: 'ab'.repeat(32) } }],
          predicateType: 'https://openvex.dev/ns/v0.2.0',
          predicate,
        }),
      ),
    });
  const files: Readonly<Record<string, object>> = {
    'shop.cdx.json': {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {
        component: { type: 'application', name: 'shop', version: '1.0.0', purl: 'pkg:npm/shop@1.0.0' },
      },
      components: [{ type: 'library', name: 'left', version: '1.5.0', purl: 'pkg:npm/left@1.5.0' }],
    },
    'vendor.json': signed(vex('vendor', 'not_affected')),
    'stranger.json': vex('stranger', 'affected'),
    'pretender.json': { ...vex('vendor', 'affected'), timestamp: '2026-09-09T00:00:00Z' },
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  writeFileSync(join(folder, 'root.json'), JSON.stringify(vendor.root));
  const later = (minutes: number) => ({ now: () => new Date(vendor.time + minutes * 60_000) });
  const audit = async () => {
    const { stdout } = await larder(folder, ['audit', '--json'], later(9));
    const [finding] = (JSON.parse(stdout) as { findings: { status: string; conflict: boolean }[] }).findings;
    return [finding?.status, finding?.conflict];
  };
  await larder(folder, ['init']);
  await larder(folder, ['add', ...Object.keys(files)], later(1));
  assert.deepEqual(
    await audit(),
    ['affected', false],
    'nobody is trusted: the later word in the name of the vendor counts',
  );

  const who = ['--root', 'root.json', '--identity', vendorId, '--issuer', vendor.issuer];
  await larder(folder, ['trust', 'add', ...who, '--package', 'pkg:npm/shop'], later(2));
  await larder(folder, ['reindex', '--trust'], later(3));
  assert.deepEqual(await audit(), ['not_affected', false]);
  const why = (await larder(folder, ['why', 'shop', 'CVE-2026-0001'], later(9))).stdout;
  assert.match(why, /not-trusted: stranger says affected .*, but an author whom the trust policy allows/);
  assert.match(why, /not-trusted: vendor says affected/);
  assert.match(why, /vex-statement: vendor \(verified\) says not_affected/);

  writeFileSync(join(folder, 'other.json'), JSON.stringify(signed(vex('other', 'under_investigation'))));
  await larder(folder, ['add', 'other.json'], later(4));
  assert.deepEqual(await audit(), ['under_investigation', true], 'two who are trusted disagree');

  const beyond = signed(vex('beyond', 'affected', 'pkg:npm/mart@1.0.0'));
  writeFileSync(join(folder, 'beyond.json'), JSON.stringify(beyond));
  await larder(folder, ['add', 'beyond.json'], later(5));
  assert.deepEqual(await audit(), ['under_investigation', true], 'allowed, but not to speak of that product');
  const documents = (await larder(folder, ['documents', '--json'], later(6))).stdout;
  const { documents: listed } = JSON.parse(documents) as { documents: { name: string; trust: string }[] };
  const states = (name: string) => listed.filter(one => one.name.includes(name)).map(one => one.trust);
  assert.deepEqual(new Set(states('other.json')), new Set(['verified']));
  assert.deepEqual(new Set(states('beyond.json')), new Set(['unverifiable']));

  const decided = ['decide', 'shop@1.0.0', 'CVE-2026-0001', '--status', 'fixed', '--because', 'patched'];
  assert.equal((await larder(folder, decided, later(7))).code, 0);
  assert.deepEqual(await audit(), ['fixed', false], 'a decision of your own is obeyed');
});

test('an entry with an end is listed with it, and tells of it when it is over', async t => {
  const folder = await temporaryFolder(t);
  await larder(folder, ['init']);
  const who = ['--identity', 'ci@example.com', '--issuer', 'https://token.example.com'];
  const added = await larder(folder, ['trust', 'add', ...who, '--until', '2026-03-01', '--name', 'ci']);
  assert.equal(added.code, 0, added.stderr);
  assert.match((await larder(folder, ['trust', 'list'])).stdout, /everything, until 2026-03-01/);
  const tested = (day: string) =>
    larder(folder, ['trust', 'test', ...who], { now: () => new Date(`${day}T00:00:00Z`) });
  assert.deepEqual(
    [(await tested('2026-02-01')).stdout.trim(), (await tested('2026-02-01')).code],
    ['allowed by ci', 0],
  );
  const over = await tested('2026-04-01');
  assert.match(over.stdout, /believes "ci" until 2026-03-01/);
  assert.equal(over.code, 4);
  const odd = await larder(folder, ['trust', 'add', ...who, '--until', 'soon']);
  assert.notEqual(odd.code, 0);
  assert.match(
    (await larder(folder, ['trust', 'list'])).stdout,
    /until 2026-03-01/,
    'nothing odd was written',
  );
});
