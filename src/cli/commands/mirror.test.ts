import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { storedZip } from '../../io/testing.ts';
import { Schema } from '../schemas/mirror.ts';
import { Schema as StatusSchema } from '../schemas/status.ts';
import { larder, temporaryFolder } from '../testing.ts';

function advisory(id: string, name: string, more: object = {}) {
  return JSON.stringify({
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ],
    ...more,
  });
}

const BOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { component: { type: 'application', 'bom-ref': 'app', name: 'shop', version: '1.0.0' } },
  components: [
    { type: 'library', name: 'left', version: '1.5.0', purl: 'pkg:npm/left@1.5.0' },
    { type: 'library', name: 'right', version: '1.0.0', purl: 'pkg:npm/right@1.0.0' },
    {
      type: 'library',
      name: 'zlib1g',
      version: '1:1.2.13',
      purl: 'pkg:deb/debian/zlib1g@1:1.2.13?distro=debian-12',
    },
  ],
};

test('an update inside a larder tells what it newly affects and clears, and why', async context => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'feed'));
  await writeFile(join(folder, 'bom.json'), JSON.stringify(BOM));
  const run = (...args: string[]) => larder(folder, args, { env: { HOME: folder }, now: () => new Date() });
  await run('add', 'bom.json');
  await writeFile(join(folder, 'feed', 'left.json'), advisory('CVE-2026-0001', 'left'));
  const first = await run('mirror', 'update', '--from', 'feed');
  assert.equal(first.stdout.includes('newly'), false);

  await writeFile(
    join(folder, 'feed', 'left.json'),
    advisory('CVE-2026-0001', 'left', { withdrawn: '2026-02-01T00:00:00Z' }),
  );
  await writeFile(join(folder, 'feed', 'right.json'), advisory('CVE-2026-0002', 'right'));
  const second = await run('mirror', 'update', '--from', 'feed');

  assert.equal(second.stderr, '');
  assert.equal(
    second.stdout.split('\n').slice(2).join('\n'),
    `1 newly affected, 1 newly cleared in the larder
  +  CVE-2026-0002  shop 1.0.0  unknown  right@1.0.0  CVE-2026-0002: version 1.0.0 is in the range introduced 0, fixed 2.0.0
  -  CVE-2026-0001  shop 1.0.0  unknown  left@1.5.0   CVE-2026-0001 is withdrawn
`,
  );
  const third = await run('mirror', 'update', '--from', 'feed', '--json');
  assert.deepEqual(Schema.parse(JSON.parse(third.stdout)).larder, { affected: [], cleared: [] });
});

test('--for fetches the ecosystems that a larder or a tree has, and tells the sizes first', async context => {
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'bom.json'), JSON.stringify(BOM));
  await mkdir(join(folder, 'tree'));
  await writeFile(join(folder, 'tree', 'requirements.txt'), 'flask==1.0.0\n');
  const zip = storedZip({ 'CVE-2026-0001.json': advisory('CVE-2026-0001', 'left') });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(`${request.method} ${path}`);
    if (path === '/ecosystems.txt') response.end('Debian\nnpm\nPyPI\ncrates.io\n');
    else if (path.endsWith('/all.zip'))
      response.setHeader('content-length', zip.length).end(request.method === 'HEAD' ? undefined : zip);
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = (...args: string[]) => larder(folder, args, { env: { HOME: folder }, now: () => new Date() });
  await run('add', 'bom.json');

  const larders = await run('mirror', 'update', '--for', 'larder', '--from', from);
  assert.equal(larders.code, 0);
  assert.equal(larders.stderr, `${zip.length * 2} B to fetch: Debian ${zip.length} B, npm ${zip.length} B\n`);
  assert.ok(asked.indexOf('HEAD /npm/all.zip') < asked.indexOf('GET /Debian/all.zip'));
  assert.equal(
    asked.some(path => path.includes('PyPI')),
    false,
  );

  asked.length = 0;
  await run('mirror', 'update', '--for', 'tree', '--from', from);
  assert.deepEqual(
    asked.filter(path => path.startsWith('GET') && path.endsWith('.zip')),
    ['GET /PyPI/all.zip'],
  );
});

test('status leads with what the last update newly affected, and what to do first', async context => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'feed'));
  await writeFile(join(folder, 'bom.json'), JSON.stringify(BOM));
  const run = (...args: string[]) => larder(folder, args, { env: { HOME: folder }, now: () => new Date() });
  const lines = async () => (await run()).stdout.split('\n');
  await run('add', 'bom.json');
  assert.match((await lines())[0] ?? '', /^1 document/);
  assert.ok((await lines()).includes('mirror: none; larder mirror update fetches advisories'));

  await writeFile(join(folder, 'feed', 'left.json'), advisory('CVE-2026-0001', 'left'));
  await run('mirror', 'update', '--from', 'feed');
  assert.deepEqual((await lines()).slice(0, 3), [
    '0 to act on, 1 to look at, 0 settled',
    'first:',
    '  CVE-2026-0001  shop 1.0.0  unknown  left 1.5.0  affected  fixed in 2.0.0',
  ]);

  const severity = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }];
  await writeFile(join(folder, 'feed', 'right.json'), advisory('CVE-2026-0002', 'right', { severity }));
  await run('mirror', 'update', '--from', 'feed');
  assert.deepEqual((await lines()).slice(0, 6), [
    '1 newly affected by the last update of the mirror',
    '  +  CVE-2026-0002  shop 1.0.0  critical 9.8  right@1.0.0  CVE-2026-0002: version 1.0.0 is in the range introduced 0, fixed 2.0.0',
    '1 to act on, 1 to look at, 0 settled',
    'first:',
    '  CVE-2026-0002  shop 1.0.0  critical 9.8  right 1.0.0  affected  fixed in 2.0.0',
    '  CVE-2026-0001  shop 1.0.0  unknown       left 1.5.0   affected  fixed in 2.0.0',
  ]);
  const answer = StatusSchema.parse(JSON.parse((await run('status', '--json')).stdout));
  assert.deepEqual(
    [answer.vulnerabilities?.affected, answer.vulnerabilities?.first].map(list =>
      list?.map(one => one.vulnerability),
    ),
    [['CVE-2026-0002'], ['CVE-2026-0002', 'CVE-2026-0001']],
  );

  await run('decide', 'shop', 'CVE-2026-0002', '--status', 'fixed', '--because', 'patched');
  assert.ok((await lines()).includes('0 to act on, 1 to look at, 1 settled'));
});
