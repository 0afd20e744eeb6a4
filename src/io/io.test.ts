import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { packTar } from 'modern-tar';
import { compressionOf, decompress } from './compression.ts';
import { type Content, openContainer } from './container.ts';
import { IoError } from './errors.ts';
import { httpGet } from './http.ts';
import { readFileBounded, readStreamBounded } from './read.ts';
import { storedZip } from './testing.ts';
import { decodeText, malformedAt } from './text.ts';
import { findFiles } from './walk.ts';

const xz = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFbGFyZGVyAAAAlB9ly6s/tD8AAR4GwS+kHR+2830BAAAAAARZWg==',
  'base64',
);
const bzip2 = Buffer.from('QlpoOTFBWSZTWaFGrs4AAAGBgCYEEAAgADDNAMNBiG4u5IpwoSFCjV2c', 'base64');

describe('reading a file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'larder-io-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('a regular file comes whole', async () => {
    await writeFile(join(folder, 'a.json'), '{}');

    const bytes = await readFileBounded(join(folder, 'a.json'));

    assert.equal(Buffer.from(bytes).toString(), '{}');
  });

  test('a folder, a missing file, a device, a pipe and a big file each have their sentence', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await assert.rejects(readFileBounded(folder), isIoError('not-a-file', /is a folder/));
    await assert.rejects(readFileBounded(join(folder, 'none')), isIoError('not-found', /does not exist/));
    await assert.rejects(readFileBounded('/dev/zero'), isIoError('not-a-file', /is a device/));
    await assert.rejects(readFileBounded(join(folder, 'pipe')), isIoError('not-a-file', /named pipe/));
    await assert.rejects(readFileBounded(join(folder, 'a.json'), 1), isIoError('too-large', /more than/));
  });

  test('a stream is bounded', async () => {
    const endless = (async function* () {
      for (;;) yield new Uint8Array(1024);
    })();

    await assert.rejects(
      readStreamBounded(endless, 'standard input', 10_000),
      isIoError('too-large', /standard input/),
    );
  });

  test('a walk is sorted, stays inside and goes on after what it cannot read', async () => {
    const tree = join(folder, 'tree');
    await mkdir(join(tree, 'b'), { recursive: true });
    await mkdir(join(tree, '.git'));
    await writeFile(join(tree, '.git', 'config'), '');
    await writeFile(join(tree, 'c.json'), '{}');
    await writeFile(join(tree, 'b', 'a.json'), '{}');
    await symlink('/etc/passwd', join(tree, 'outside'));
    await symlink(tree, join(tree, 'b', 'loop'));
    await symlink('nowhere', join(tree, 'dangling'));

    const found = [];
    for await (const one of findFiles([tree]))
      found.push(`${one.path.slice(tree.length + 1)} ${one.error?.code ?? 'ok'}`);

    assert.deepEqual(found, ['b/a.json ok', 'c.json ok', 'dangling not-found', 'outside unsafe-path']);
  });
});

describe('decompression', () => {
  const encoded = {
    gzip: zlib.gzipSync('larder'),
    zstd: zlib.zstdCompressSync('larder'),
    bzip2,
    xz,
  } as const;

  for (const [name, bytes] of Object.entries(encoded)) {
    test(`${name} is told by its first bytes and decoded`, async () => {
      const kind = compressionOf(bytes);

      assert.equal(kind, name);
      assert.equal(Buffer.from(await decompress(bytes, kind, 'x')).toString(), 'larder');
    });

    test(`${name} cut off is corrupt, not short`, async () => {
      const kind = compressionOf(bytes);
      assert(kind);

      await assert.rejects(decompress(bytes.subarray(0, -4), kind, 'x'), isIoError('corrupt', /cut off/));
    });
  }

  test('a bomb is stopped at the bound', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(80 * 1024 * 1024));

    await assert.rejects(decompress(bomb, 'gzip', 'bomb.gz'), isIoError('too-large', /decompression bomb/));
  });
});

describe('containers', () => {
  test('a gzip in a tar in a zstd yields its document with its path', async () => {
    const tar = await packTar([
      { header: { name: 'dir/a.json.gz', size: zlib.gzipSync('{}').length }, body: zlib.gzipSync('{}') },
      { header: { name: '../evil.json', size: 2 }, body: '{}' },
      { header: { name: 'b.json', size: 2 }, body: '[]' },
    ]);

    const contents = await all(openContainer(zlib.zstdCompressSync(tar), 'given/sboms.tar.zst'));

    assert.deepEqual(
      contents.map(content => [
        content.path,
        Buffer.from(content.bytes).toString(),
        content.problem?.code ?? null,
      ]),
      [
        ['sboms.tar!/dir/a.json.gz!/a.json', '{}', null],
        ['sboms.tar!/../evil.json', '', 'unsafe-path'],
        ['sboms.tar!/b.json', '[]', null],
      ],
    );
  });

  test('a zip member that climbs out is refused and the rest is read', async () => {
    const contents = await all(
      openContainer(storedZip({ '../../etc/passwd': 'x', 'ok.json': '{}' }), 'a.zip'),
    );

    assert.deepEqual(
      contents.map(content => [content.path, content.problem?.code ?? null]),
      [
        ['../../etc/passwd', 'unsafe-path'],
        ['ok.json', null],
      ],
    );
  });

  test('a zip cut in half is corrupt', async () => {
    const zip = storedZip({ 'ok.json': '{}' });

    const contents = await all(openContainer(zip.subarray(0, zip.length >> 1), 'half.zip'));

    assert.deepEqual(
      contents.map(content => content.problem?.code),
      ['corrupt'],
    );
  });

  test('containers nested without end are not followed', async () => {
    let bytes: Uint8Array = Buffer.from('{}');
    for (let layer = 0; layer < 10; layer++) bytes = zlib.gzipSync(bytes);

    const contents = await all(openContainer(bytes, 'deep.gz'));

    assert.deepEqual(
      contents.map(content => content.problem?.code),
      ['too-deep'],
    );
  });
});

describe('text', () => {
  test('UTF-16 with and without a mark, UTF-8 with one', () => {
    const le = Buffer.from('\ufeff{"a":"ü"}', 'utf16le');
    assert.deepEqual(decodeText(le, 'x'), { text: '{"a":"ü"}', encoding: 'utf-16le', malformedAt: null });
    assert.equal(decodeText(Buffer.from(le).swap16(), 'x').text, '{"a":"ü"}');
    assert.equal(decodeText(le.subarray(2), 'x').text, '{"a":"ü"}');
    assert.equal(decodeText(Buffer.from('\ufeff{}'), 'x').text, '{}');
  });

  test('Latin-1 keeps every character and names the first byte that is no UTF-8', () => {
    const text = `${'é€'.repeat(1000)}`;
    const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0x4d, 0xfc, 0x6c, 0x6c])]);

    const decoded = decodeText(bytes, 'x');

    assert.equal(decoded.encoding, 'latin-1');
    assert.equal(decoded.malformedAt, Buffer.byteLength(text) + 1);
    assert(decoded.text.endsWith('Müll'));
  });

  test('XML is read in the encoding that it declares, when its bytes are no UTF-8', () => {
    const xml = (encoding: string) =>
      Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><a>M\xfcll \x80</a>`, 'latin1');

    const declared = decodeText(xml('windows-1252'), 'x');

    assert.deepEqual([declared.encoding, declared.malformedAt], ['declared', null]);
    assert.match(declared.text, /Müll €/);
    assert.equal(malformedAt(xml('windows-1252')), null);
    assert.deepEqual(
      ['utf-8', 'utf-16', 'UTF-16BE', 'x-unheard-of'].map(name => decodeText(xml(name), 'x').encoding),
      Array(4).fill('latin-1'),
    );
  });

  test('binary is refused', () => {
    assert.throws(
      () => decodeText(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0, 0, 1]), 'a.out'),
      isIoError('corrupt', /binary/),
    );
  });
});

describe('http', () => {
  test('offline asks nothing; a status, an ETag and a retry are told apart', async () => {
    let asked = 0;
    const server = createServer((request, response) => {
      asked++;
      if (request.url === '/flaky' && asked < 2) response.writeHead(503).end();
      else if (request.url === '/missing') response.writeHead(404).end();
      else if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end('body');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    await assert.rejects(httpGet(`${base}/`, { offline: true }), isIoError('offline', /--offline/));
    assert.equal(asked, 0);
    const answer = await httpGet(`${base}/flaky`, { offline: false });
    assert.equal(Buffer.from(answer.bytes).toString(), 'body');
    assert.equal((await httpGet(`${base}/`, { offline: false, etag: answer.etag })).status, 304);
    await assert.rejects(
      httpGet(`${base}/missing`, { offline: false }),
      isIoError('http-status', /status 404/),
    );
    await assert.rejects(
      httpGet(`${base}/`, { offline: false, limit: 2 }),
      isIoError('too-large', /more than/),
    );
    server.close();
  });
});

function isIoError(code: string, message: RegExp): (error: unknown) => boolean {
  return error => {
    assert(error instanceof IoError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

async function all(contents: AsyncIterable<Content>): Promise<Content[]> {
  const list: Content[] = [];
  for await (const content of contents) list.push(content);
  return list;
}
