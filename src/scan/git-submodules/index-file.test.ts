import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { scan } from '../run.ts';
import { MemoryTree } from '../tree.ts';
import { readGitlinks } from './index-file.ts';

const COMMIT = 'c0'.repeat(20);
const FILES: readonly (readonly [path: string, mode: number])[] = [
  ['README', 0o100644],
  ['lib/a', 0o160000],
  ['lib/another', 0o160000],
  ['lib/ü', 0o160000],
];

/** An index as git writes it. */
function indexOf(version: 2 | 3 | 4, hash: 'sha1' | 'sha256' = 'sha1'): Buffer {
  const head = Buffer.from(
    `DIRC\0\0\0${String.fromCharCode(version)}\0\0\0${String.fromCharCode(FILES.length)}`,
  );
  const idLength = hash === 'sha1' ? 20 : 32;
  let previous = Buffer.alloc(0);
  const entries = FILES.map(([path, mode], ordinal) => {
    const isExtended = version === 3 && ordinal === 1;
    const name = Buffer.from(path);
    const fixed = Buffer.alloc(40);
    fixed.writeUInt32BE(mode, 24);
    const flags = Buffer.alloc(isExtended ? 4 : 2);
    flags.writeUInt16BE((isExtended ? 0x4000 : 0) | name.length, 0);
    const start = Buffer.concat([fixed, Buffer.alloc(idLength, 0xc0), flags]);
    if (version === 4) {
      let common = 0;
      while (common < previous.length && previous[common] === name[common]) common++;
      const cut = Buffer.from([previous.length - common]);
      previous = name;
      return Buffer.concat([start, cut, name.subarray(common), Buffer.alloc(1)]);
    }
    const length = start.length + name.length;
    return Buffer.concat([start, name, Buffer.alloc(8 - (length % 8))]);
  });
  const content = Buffer.concat([head, ...entries]);
  return Buffer.concat([content, createHash(hash).update(content).digest()]);
}

test('gitlinks of an index of each version and hash', () => {
  const expected = [
    ['lib/a', COMMIT],
    ['lib/another', COMMIT],
    ['lib/ü', COMMIT],
  ];
  for (const version of [2, 3, 4] as const)
    assert.deepEqual([...(readGitlinks(indexOf(version)) ?? [])], expected);
  assert.equal(readGitlinks(indexOf(2, 'sha256'))?.get('lib/a'), 'c0'.repeat(32));
});

test('an index that is cut, changed or made up gives no commit that is none, and never a throw', () => {
  assert.equal(readGitlinks(indexOf(2).subarray(0, 150)), null);
  assert.equal(readGitlinks(Buffer.from('no index at all, but long enough to be one')), null);
  fc.assert(
    fc.property(fc.constantFrom(2, 3, 4), fc.nat(400), fc.nat(255), (version, at, byte) => {
      const bytes = indexOf(version as 2 | 3 | 4);
      if (at < bytes.length) bytes[at] = byte;
      for (const commit of readGitlinks(bytes)?.values() ?? [])
        assert.match(commit, /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
    }),
  );
});

test('.gitmodules with an index: commits are the versions; one that the index lacks has a reason', async () => {
  const tree = new MemoryTree({
    '.gitmodules':
      '[submodule "a"]\n\tpath = lib/a\n\turl = https://example.com/a.git\n[submodule "gone"]\n\tpath = lib/gone\n\turl = ../b.git\n',
    '.git/index': indexOf(2),
  });
  const { projects } = await scan(tree);
  assert.deepEqual(
    projects[0]?.components.map(({ name, version, purl }) => [name, version, purl]),
    [
      ['lib/a', COMMIT, `pkg:generic/a@${COMMIT}?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fa.git%40${COMMIT}`],
      ['lib/gone', null, null],
    ],
  );
  assert.deepEqual(projects[0]?.reasons, [
    {
      reason: 'unpinned-requirement',
      message: 'The commit of the submodule lib/gone is not known: .git/index does not have it.',
      at: 'line 4',
    },
  ]);
});
