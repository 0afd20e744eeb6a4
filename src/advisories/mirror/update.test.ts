import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { storedZip } from '../../io/testing.ts';
import { AdvisoryError } from '../errors.ts';
import { Mirror } from './mirror.ts';
import { type UpdateOptions, updateMirror } from './update.ts';

/** What the server offers, by path; a number is a status. */
let files: Map<string, string | Buffer | number>;
let asked: string[];
/** The next file breaks off after so many bytes. */
let breakAfter: number | null = null;
let rangesAsked: number[] = [];
let server: Server;
let base = '';
let folder = '';
let number = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-update-'));
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    const range = request.headers['if-range'] === undefined ? undefined : request.headers.range;
    answer(files.get(path), request.headers['if-none-match'], response, range);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  files = new Map();
  asked = [];
  breakAfter = null;
  rangesAsked = [];
});

function answer(
  given: string | Buffer | number | undefined,
  etag: string | undefined,
  response: ServerResponse,
  range: string | undefined,
): void {
  if (given === undefined || typeof given === 'number') {
    response.writeHead(given ?? 404).end();
    return;
  }
  const content = Buffer.from(given);
  const own = `"${createHash('md5').update(content).digest('hex')}"`;
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (etag === own || etag === '"stale"') response.writeHead(304).end();
  else if (breakAfter !== null) {
    response.writeHead(200, { etag: own, 'content-length': content.length });
    response.write(content.subarray(0, breakAfter));
    void brokenWhenKept(response, breakAfter);
    breakAfter = null;
  } else if (start > 0) {
    rangesAsked.push(start);
    const size = content.length;
    response.writeHead(206, { etag: own, 'content-range': `bytes ${start}-${size - 1}/${size}` });
    response.end(content.subarray(start));
  } else
    response
      .writeHead(200, {
        etag: own,
        'x-goog-hash': `crc32c=AAAAAA==,md5=${createHash('md5').update(content).digest('base64')}`,
      })
      .end(content);
}

/** Breaks off once the reader has kept what came. */
async function brokenWhenKept(response: ServerResponse, size: number): Promise<void> {
  for (;;) {
    for await (const path of glob(join(folder, '*.downloads', '*.part')))
      if ((await stat(path).catch(() => null))?.size === size) return void response.destroy();
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

function osv(id: string, fixed = '1.0.0'): string {
  return JSON.stringify({
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
}

function bucket(records: Readonly<Record<string, string>>, modified: string): void {
  const members = Object.fromEntries(Object.entries(records).map(([id, text]) => [`${id}.json`, text]));
  files.set('/ecosystems.txt', 'npm\nPyPI\n');
  files.set('/npm/all.zip', storedZip(members));
  files.set(
    '/npm/modified_id.csv',
    Object.keys(records)
      .map(id => `${modified},${id}`)
      .join('\n'),
  );
}

function options(from: string, more: Partial<UpdateOptions> = {}): UpdateOptions {
  return {
    from: [from],
    ecosystems: ['npm'],
    now: ++number * 1000,
    http: { offline: false, tries: 1 },
    ...more,
  };
}

function newMirror(): Mirror {
  return Mirror.open(join(folder, `${++number}.db`), { create: true });
}

describe('an OSV bucket', () => {
  test('the first update takes the zip, the next only what changed', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1'), 'GHSA-2': osv('GHSA-2') }, '2026-01-01T00:00:00Z');
    const first = await updateMirror(mirror, options(base));

    files.set('/npm/GHSA-2.json', osv('GHSA-2', '2.0.0'));
    files.set('/npm/modified_id.csv', '2026-02-01T00:00:00Z,GHSA-2\n2026-01-01T00:00:00Z,GHSA-1');
    asked = [];
    const second = await updateMirror(mirror, options(base));

    assert.deepEqual([first.added, second.changed, second.added], [2, 1, 0]);
    assert.deepEqual(asked, ['/ecosystems.txt', '/npm/modified_id.csv', '/npm/GHSA-2.json']);
    assert.equal(mirror.state().revisions, 3);
    assert(!existsSync(`${mirror.path}.downloads`));
  });

  test('nothing changed is nothing fetched', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1') }, '2026-01-01T00:00:00Z');
    await updateMirror(mirror, options(base));
    asked = [];

    const second = await updateMirror(mirror, options(base));

    assert.deepEqual([second.files, asked.length], [0, 2]);
  });

  test('a feed that stops answering leaves the mirror as it was, and what came is not fetched again', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1') }, '2026-01-01T00:00:00Z');
    files.set('/PyPI/all.zip', 500);
    const both = { ecosystems: ['npm', 'PyPI'] };
    await assert.rejects(updateMirror(mirror, options(base, both)), /status 500/);
    assert.deepEqual([mirror.epoch, mirror.state().advisories], [0, 0]);

    files.set('/PyPI/all.zip', storedZip({ 'PYSEC-1.json': osv('PYSEC-1') }));
    const second = await updateMirror(mirror, options(base, both));

    assert.equal(second.added, 2);
  });

  test('a file that broke off is gone on with, in the same run and in the next', async () => {
    for (const tries of [2, 1]) {
      const mirror = newMirror();
      bucket({ 'GHSA-1': osv('GHSA-1') }, '2026-01-01T00:00:00Z');
      files.delete('/npm/modified_id.csv');
      files.delete('/ecosystems.txt');
      const url = `${base}/npm/all.zip`;
      breakAfter = 100;
      rangesAsked = [];
      const first = updateMirror(mirror, options(url, { http: { offline: false, tries } }));
      if (tries === 1) {
        await assert.rejects(first, { code: 'no-answer' });
        await updateMirror(mirror, options(url));
      } else await first;
      assert.deepEqual([rangesAsked, mirror.state().advisories], [[100], 1]);
    }
  });

  test('one that became another meanwhile is fetched anew', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1') }, '2026-01-01T00:00:00Z');
    const url = `${base}/npm/all.zip`;
    breakAfter = 100;
    await assert.rejects(updateMirror(mirror, options(url)), { code: 'no-answer' });
    bucket({ 'GHSA-1': osv('GHSA-1'), 'GHSA-2': osv('GHSA-2') }, '2026-01-01T00:00:00Z');
    assert.equal((await updateMirror(mirror, options(url))).added, 2);
    assert.deepEqual(rangesAsked, [100], 'this server sends the rest of whatever it has');
  });

  test('a feed of one file is asked by ETag whether it changed', async () => {
    const mirror = newMirror();
    files.set('/epss.csv', '#score_date:2026-01-01\ncve,epss,percentile\nCVE-2026-0001,0.9,0.99\n');
    const [first, second] = [
      await updateMirror(mirror, options(`${base}/epss.csv`)),
      await updateMirror(mirror, options(`${base}/epss.csv`)),
    ];
    assert.deepEqual([first.files, second.files], [1, 0]);
    files.set('/epss.csv', '#score_date:2026-01-02\ncve,epss,percentile\nCVE-2026-0001,0.1,0.99\n');
    await updateMirror(mirror, options(`${base}/epss.csv`));
    assert.equal(mirror.epss(['CVE-2026-0001'], 1e12), 0.1);
  });

  test('what a list names and is not there costs only itself, and is told', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1') }, '2026-01-01T00:00:00Z');
    const result = await updateMirror(mirror, options(base, { ecosystems: null }));
    assert.deepEqual([result.added, result.unreadable.map(one => one.code)], [1, ['not-there']]);
    assert.match(result.unreadable[0]?.message ?? '', /PyPI\/all\.zip is listed and not there/);
  });

  test('an ecosystem is named in any case, and one that is not there is told', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1') }, '2026-01-01T00:00:00Z');
    assert.equal((await updateMirror(mirror, options(base, { ecosystems: ['NPM'] }))).added, 1);
    const wrong = options(base, { ecosystems: ['node'], demanded: ['node'] });
    await assert.rejects(updateMirror(mirror, wrong), /has no ecosystem 'node'; it has npm, PyPI\./);
  });

  test('half a zip is told and leaves the mirror as it was', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1') }, '2026-01-01T00:00:00Z');
    const whole = files.get('/npm/all.zip') as Buffer;
    files.set('/npm/all.zip', whole.subarray(0, whole.length >> 1));

    await assert.rejects(updateMirror(mirror, options(base)), /npm\/all\.zip is damaged or cut off/);
    assert.equal(mirror.epoch, 0);
  });

  test('a member that is no JSON is told, the others are taken', async () => {
    const mirror = newMirror();
    bucket({ 'GHSA-1': osv('GHSA-1'), 'GHSA-2': '{"id":' }, '2026-01-01T00:00:00Z');

    const result = await updateMirror(mirror, options(base));

    assert.equal(result.added, 1);
    assert.match(result.unreadable[0]?.message ?? '', /GHSA-2\.json is no JSON/);
  });

  test('what is no bucket is told', async () => {
    files.set('/ecosystems.txt', '\n');
    await assert.rejects(
      updateMirror(newMirror(), options(base)),
      (error: unknown) => error instanceof AdvisoryError && error.code === 'bad-feed',
    );
  });

  test('--offline asks nothing', async () => {
    await assert.rejects(updateMirror(newMirror(), options(base, { http: { offline: true } })), /--offline/);
    assert.deepEqual(asked, []);
  });
});

describe('other sources', () => {
  test('a CSAF provider by its directory, then only newer documents', async () => {
    const csaf = (id: string) =>
      JSON.stringify({
        document: {
          csaf_version: '2.0',
          category: 'csaf_vex',
          title: id,
          publisher: { name: 'Example', category: 'vendor' },
          tracking: { id },
        },
        product_tree: {
          full_product_names: [
            { product_id: 'P', name: 'P', product_identification_helper: { purl: 'pkg:npm/left@1.0.0' } },
          ],
        },
        vulnerabilities: [{ cve: 'CVE-2026-0001', product_status: { fixed: ['P'] } }],
      });
    files.set(
      '/provider-metadata.json',
      JSON.stringify({ distributions: [{ directory_url: `${base}/csaf` }] }),
    );
    files.set('/csaf/changes.csv', '"2026/a.json","2026-01-01T00:00:00Z"\n');
    files.set('/csaf/2026/a.json', csaf('EX-1'));
    const mirror = newMirror();
    const first = await updateMirror(mirror, options(`${base}/provider-metadata.json`));
    files.set(
      '/csaf/changes.csv',
      '"2026/b.json","2026-02-01T00:00:00Z"\n"2026/a.json","2026-01-01T00:00:00Z"\n',
    );
    files.set('/csaf/2026/b.json', csaf('EX-2'));

    const second = await updateMirror(mirror, options(`${base}/provider-metadata.json`));

    assert.deepEqual([first.files, first.added, second.files, second.added], [1, 1, 1, 1]);
  });

  test('a folder of KEV, compressed EPSS and OSV files; an older catalogue takes nothing back', async () => {
    const source = join(folder, 'source');
    await mkdir(source);
    const kev = (released: string, ...cves: string[]) =>
      JSON.stringify({
        catalogVersion: released,
        dateReleased: released,
        vulnerabilities: cves.map(cveID => ({ cveID, dateAdded: '2026-01-01' })),
      });
    await writeFile(join(source, 'kev.json'), kev('2026-02-01', 'CVE-2026-0001', 'CVE-2026-0002'));
    await writeFile(join(source, 'older-kev.json'), kev('2026-01-01', 'CVE-2026-0001'));
    await writeFile(
      join(source, 'epss.csv.gz'),
      zlib.gzipSync(
        '#model_version:v2026.01.01,score_date:2026-01-01\ncve,epss,percentile\nCVE-2026-0001,0.9,0.99\n',
      ),
    );
    await writeFile(join(source, 'GHSA-1.json'), osv('GHSA-1'));
    await writeFile(join(source, 'readme.txt'), 'hello');
    const mirror = newMirror();

    const result = await updateMirror(mirror, options(source));

    assert.deepEqual([mirror.state().kev, mirror.state().epss, mirror.state().advisories], [2, 1, 1]);
    assert.deepEqual(
      result.unreadable.map(one => one.code),
      ['no-advisory'],
    );
    assert.equal(mirror.epss(['GHSA-1', 'CVE-2026-0001'], result.epoch * 1e12), 0.9);
  });
});
