import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { compressionOf, decompress } from './compression.ts';
import { IoError } from './errors.ts';

const frame = (text: string): Buffer => zlib.zstdCompressSync(text);
const SKIPPABLE = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

async function decoded(bytes: Buffer): Promise<string> {
  assert.equal(compressionOf(bytes), 'zstd');
  return Buffer.from(await decompress(bytes, 'zstd', 'x.zst')).toString();
}

function isIoError(code: string): (error: unknown) => boolean {
  return error => error instanceof IoError && error.code === code;
}

describe('zstd', () => {
  test('all frames are decoded, and those to skip are skipped wherever they stand', async () => {
    assert.equal(await decoded(Buffer.concat([frame('{"a":'), frame(''), frame('1}')])), '{"a":1}');
    assert.equal(await decoded(Buffer.concat([SKIPPABLE, frame('a'), SKIPPABLE, frame('b')])), 'ab');
  });

  test('each shape of a frame header and of blocks is passed', async () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + (at >> 7)) & 0xff));
    for (const size of [0, 1, 255, 256, 70_000, 300_000]) {
      for (const part of [noise.subarray(0, size), Buffer.alloc(size)]) {
        for (const flags of [0, 1]) {
          const params = {
            [zlib.constants.ZSTD_c_checksumFlag]: flags,
            [zlib.constants.ZSTD_c_contentSizeFlag]: flags,
          };
          const bytes = Buffer.concat([zlib.zstdCompressSync(part, { params }), frame('.')]);
          assert.equal((await decompress(bytes, 'zstd', 'x')).length, size + 1);
        }
      }
    }
  });

  test('what is left over and no frame is damage, and so is a second frame that is cut off', async () => {
    const two = Buffer.concat([frame('first'), frame('the second one')]);
    await assert.rejects(decoded(Buffer.concat([two, Buffer.from('rest')])), isIoError('corrupt'));
    for (const cut of [1, 3, 12]) await assert.rejects(decoded(two.subarray(0, -cut)), isIoError('corrupt'));
    await assert.rejects(decoded(SKIPPABLE.subarray(0, -1)), isIoError('corrupt'));
  });

  test('frames share one bound, in bytes and in number', async () => {
    const zeros = zlib.zstdCompressSync(Buffer.alloc(20 * 1024 * 1024));
    await assert.rejects(decoded(Buffer.concat([zeros, zeros, zeros, zeros])), isIoError('too-large'));
    await assert.rejects(decoded(Buffer.concat(Array(100_001).fill(SKIPPABLE))), isIoError('corrupt'));
  });
});
