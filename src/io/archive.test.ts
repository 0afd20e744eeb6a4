import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { packTar } from 'modern-tar';
import { decompress } from './compression.ts';
import { openContainer } from './container.ts';
import { IoError } from './errors.ts';
import { storedZip } from './testing.ts';

async function told(bytes: Uint8Array): Promise<string[]> {
  const lines: string[] = [];
  for await (const { path, bytes: content, problem } of openContainer(bytes, 'x'))
    lines.push(`${path}: ${problem?.message ?? Buffer.from(content).toString()}`);
  return lines;
}

/** A tar of one file, without the zeros that end it. */
async function tarOf(name: string, body: string, pax?: Record<string, string>): Promise<Buffer> {
  const whole = await packTar([{ header: { name, size: body.length, ...(pax && { pax }) }, body }]);
  return Buffer.from(whole.subarray(0, -1024));
}

/** Its header as GNU tar writes it for a sparse file whose map needs one more block. */
function asSparse(tar: Buffer): Buffer {
  const header = Buffer.from(tar.subarray(0, 512));
  header.write('S', 156, 'latin1');
  header.writeUInt8(1, 482);
  summed(header);
  return Buffer.concat([header, Buffer.alloc(512, '7'), tar.subarray(512)]);
}

function summed(header: Buffer): void {
  header.write('        ', 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

const SPARSE = 'is a sparse file, of which the archive holds only parts; unpack it and add what it holds.';

describe('what cannot be had of an archive', () => {
  test('a sparse member of a tar is told, in both of its forms, and the others are read', async () => {
    const tar = Buffer.concat([
      await tarOf('a.json', '[1]'),
      asSparse(await tarOf('old.bin', 'parts')),
      await tarOf('GNUSparseFile.1/new.bin', 'parts', {
        'GNU.sparse.name': 'new.bin',
        'GNU.sparse.major': '1',
      }),
      await tarOf('b.json', '[2]'),
      Buffer.alloc(1024),
    ]);
    assert.deepEqual(await told(tar), [
      'a.json: [1]',
      `old.bin: old.bin in x ${SPARSE}`,
      `new.bin: new.bin in x ${SPARSE}`,
      'b.json: [2]',
    ]);
  });

  test('what only looks like a sparse header, inside of a member, is left as it is', async () => {
    const inner = 'x'.repeat(512) + asSparse(await tarOf('old.bin', 'parts')).toString('latin1');
    const pax = await tarOf('b.txt', inner, { size: String(inner.length) });
    // Behind the records and their header: the size that holds stands in the records only.
    pax.fill('0', 1024 + 124, 1024 + 135);
    summed(pax.subarray(1024, 1536));
    const tar = Buffer.concat([await tarOf('a.txt', inner), pax, Buffer.alloc(1024)]);
    assert.deepEqual(await told(tar), [`a.txt: ${inner}`, `b.txt: ${inner}`]);
  });

  test('a zip member of a method that is not read is not told as damage', async () => {
    for (const method of [12, 14, 93]) {
      const zip = storedZip({ 'a.json': '{}', 'b.json': '[]' });
      for (const [mark, at] of [
        ['PK\x03\x04', 8],
        ['PK\x01\x02', 10],
      ] as const)
        zip.writeUInt16LE(method, zip.indexOf(mark) + at);
      assert.deepEqual(await told(zip), [
        'a.json: a.json in x is compressed in a way that Larder does not read; unpack it and add what it holds.',
        'b.json: []',
      ]);
    }
  });

  test('damage is told in our words, and not in those of a library', async () => {
    const bzip2 = Buffer.from('QlpoOTFBWSZTWaFGrs4AAAGBgCYEEAAgADDNAMNBiG4u5IpwoSFCjV2c', 'base64');
    const xz = Buffer.from('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFbGFyZGVyAAAA', 'base64');
    bzip2.fill(0xff, 14, 30);
    for (const [kind, bytes] of [
      ['bzip2', bzip2],
      ['xz', Buffer.concat([xz, Buffer.alloc(40)])],
    ] as const) {
      const message = `x is damaged or cut off: its ${kind} data cannot be decoded; fetch it again.`;
      await assert.rejects(
        decompress(bytes, kind, 'x'),
        error => error instanceof IoError && error.message === message,
      );
    }
  });
});
