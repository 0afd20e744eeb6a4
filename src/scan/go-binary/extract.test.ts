import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scan } from '../run.ts';
import { listed } from '../testing.ts';
import { elf64 } from '../testing-elf.ts';
import { MemoryTree } from '../tree.ts';
import { parseBuildInfo } from './build-info.ts';

const text = [
  'path\texample.com/cmd',
  'mod\texample.com/cmd\t(devel)\t',
  'dep\texample.com/a\tv1.0.0\th1:x',
  'dep\texample.com/b\tv1.0.0',
  '=>\texample.com/fork\tv1.1.0\th1:y',
  'dep\texample.com/c\tv2.0.0+incompatible',
  '=>\t../c\t(devel)',
  'build\t-compiler=gc',
  '',
].join('\n');
const modules = Buffer.concat([Buffer.alloc(16, 1), Buffer.from(text), Buffer.alloc(16, 2)]);
const expected = [
  'stdlib 1.22.3 prod',
  'example.com/a v1.0.0 prod',
  'example.com/fork v1.1.0 prod',
  'example.com/c - prod',
];

function header(flags: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write('\xff Go buildinf:', 'latin1');
  bytes[14] = 8;
  bytes[15] = flags;
  return bytes;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
}

function inlined(version = 'go1.22.3'): Buffer {
  return Buffer.concat([
    header(2),
    varint(version.length),
    Buffer.from(version),
    varint(modules.length),
    modules,
  ]);
}

/** The header points to two string headers behind it, which point to the texts; the section lies at 0x1000. */
function pointed(): Buffer {
  const head = header(0);
  head.writeBigUInt64LE(0x1020n, 16);
  head.writeBigUInt64LE(0x1030n, 24);
  const pairs = Buffer.alloc(32);
  for (const [index, value] of [0x1040n, 8n, 0x1048n, BigInt(modules.length)].entries())
    pairs.writeBigUInt64LE(value, index * 8);
  return Buffer.concat([head, pairs, Buffer.from('go1.22.3'), modules]);
}

for (const [form, blob] of [
  ['inline, since Go 1.18', inlined()],
  ['by pointers, before', pointed()],
] as const) {
  test(`modules, replacements and the standard library are read (${form})`, async () => {
    const { projects } = await scan(new MemoryTree({ 'usr/bin/tool': elf64({ '.go.buildinfo': blob }) }));
    assert.deepEqual(projects.map(listed), [expected]);
    assert.deepEqual([projects[0]?.subject.name, projects[0]?.subject.version], ['example.com/cmd', null]);
    assert.deepEqual(
      projects[0]?.components.map(({ purl }) => purl),
      [
        'pkg:golang/stdlib@1.22.3',
        'pkg:golang/example.com/a@v1.0.0',
        'pkg:golang/example.com/fork@v1.1.0',
        null,
      ],
    );
  });
}

test('without a named section the data is searched; other programs and texts are no projects', async () => {
  const tree = new MemoryTree({
    packed: elf64({ '.data': Buffer.concat([Buffer.alloc(64, 7), inlined()]) }),
    other: elf64({ '.data': Buffer.alloc(64) }),
    LICENSE: 'MZ and so on, a text',
    'notes.md': inlined(),
  });
  const { projects, diagnostics } = await scan(tree);
  assert.deepEqual([projects.map(({ file }) => file), diagnostics], [['packed'], []]);
});

test('a development version of Go is no version of the standard library', async () => {
  const { projects } = await scan(
    new MemoryTree({ tool: elf64({ '.go.buildinfo': inlined('devel +abc') }) }),
  );
  assert.deepEqual([projects[0]?.components[0]?.version, projects[0]?.components[0]?.purl], [null, null]);
});

test('damaged programs neither throw nor take memory', async () => {
  const good = elf64({ '.text': Buffer.alloc(16), '.go.buildinfo': pointed(), '.data': inlined() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 255, 127, 128))), {
        minLength: 1,
        maxLength: 40,
      }),
      fc.nat(good.length),
      async (changes, cut) => {
        const bytes = Buffer.from(cut % 3 === 0 ? good.subarray(0, cut) : good);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        bytes.write('\x7fELF', 'latin1');
        const { diagnostics } = await scan(new MemoryTree({ tool: bytes }));
        assert.deepEqual(
          diagnostics.filter(note => note.severity === 'error'),
          [],
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('a hostile list of modules is bounded', () => {
  const info = parseBuildInfo('go1.22', 'dep\ta\tv1\n'.repeat(60_000));
  assert.equal(info.modules.length, 50_000);
  assert.equal(parseBuildInfo('go1.22', '=>\ta\tv1\n').modules.length, 0);
});
