import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { packTar } from 'modern-tar';
import { storedZip } from '../io/testing.ts';
import { openArchive } from './archive-tree.ts';

const MiB = 1024 * 1024;

/** A zip of one compressed member of zeros, and of others that lie in it as they are. */
function zipOfZeros(size: number, others: Readonly<Record<string, Uint8Array>>): Buffer {
  const zip = storedZip({ zeros: zlib.deflateRawSync(Buffer.alloc(size)), ...others });
  for (const start of [4, zip.indexOf('PK\x01\x02') + 6]) {
    zip.writeUInt16LE(8, start + 4);
    zip.writeUInt32LE(zlib.crc32(Buffer.alloc(size)), start + 10);
    zip.writeUInt32LE(size, start + 18);
  }
  return zip;
}

test('a zip in a gzip is bounded by what was given, not by what the gzip became', async () => {
  const zip = zipOfZeros(80 * MiB, { padding: Buffer.alloc(MiB) });
  const codes = async (bytes: Uint8Array) => (await openArchive(bytes, 'a')).diagnostics.map(d => d.code);
  assert.deepEqual(await codes(zip), []);
  assert.deepEqual(await codes(zlib.gzipSync(zip)), ['too-large']);
});

test('what lies in a tar as it is was paid for with the tar', async () => {
  const body = Buffer.alloc(40 * MiB);
  const tar = await packTar([{ header: { name: 'a', size: body.length }, body }]);
  assert.deepEqual((await openArchive(zlib.gzipSync(tar), 'a.tgz')).diagnostics, []);
});
