import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { packTar } from 'modern-tar';
import { Budget } from './budget.ts';
import { openContainer } from './container.ts';
import { LIMITS } from './limits.ts';
import { storedZip } from './testing.ts';

const MiB = 1024 * 1024;

/** Codes of problems, and how much was decoded, which must stay small for the test to end. */
async function open(bytes: Uint8Array, most: number): Promise<{ codes: string[]; size: number }> {
  const codes: string[] = [];
  let size = 0;
  for await (const content of openContainer(bytes, 'given.zip')) {
    if (content.problem !== null) codes.push(content.problem.code);
    size += content.bytes.length;
    assert.ok(size <= most, `${size} bytes were decoded`);
  }
  return { codes, size };
}

function copies(of: Uint8Array, count: number): Record<string, Uint8Array> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}`, of]));
}

describe('the budget of a given file', () => {
  test('holds for all layers together: an archive of bombs is stopped as one bomb is', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(15 * MiB));
    const nested = zlib.gzipSync(storedZip(copies(bomb, 1000)));
    const { codes } = await open(nested, 64 * MiB);
    assert.deepEqual(codes, ['too-large']);
  });

  test('counts members of all layers', () => {
    const whole = Budget.ofWhole('given.zip', MiB);
    const count = (): void => {
      for (let archive = 0; archive < 5; archive++) {
        const budget = new Budget('inner.zip', MiB, LIMITS, whole);
        for (let entry = 0; entry < LIMITS.entries; entry++) budget.countEntry();
      }
    };
    assert.throws(count, /given\.zip has more than 400000 members/);
    assert.ok(whole.isSpent);
  });

  test('leaves real ones alone: what lies in an archive as it is costs nothing twice', async () => {
    const jar = storedZip({ 'a.class': Buffer.alloc(20 * MiB) });
    const war = storedZip({ 'lib/a.jar': jar, 'b.class': Buffer.alloc(MiB) });
    const ear = await packTar([{ header: { name: 'c.war', size: war.length }, body: war }]);
    assert.deepEqual(await open(zlib.gzipSync(ear), 30 * MiB), { codes: [], size: 21 * MiB });
  });

  test('a zip whose members share their bytes is refused', async () => {
    const zip = storedZip({ a: Buffer.alloc(1000) });
    const directory = zip.subarray(zip.indexOf('PK\x01\x02'), -22);
    const end = Buffer.from(zip.subarray(-22));
    for (const [value, at] of [
      [3, 8],
      [3, 10],
    ] as const)
      end.writeUInt16LE(value, at);
    end.writeUInt32LE(directory.length * 3, 12);
    const overlapping = Buffer.concat([zip.subarray(0, -22), directory, directory, end]);
    const { codes } = await open(overlapping, 5000);
    assert.deepEqual(codes, ['too-large']);
  });
});
