import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { scan } from '../run.ts';
import { edges, listed } from '../testing.ts';
import { elf64 } from '../testing-elf.ts';
import { MemoryTree } from '../tree.ts';

const audited = {
  packages: [
    { name: 'build-tool', version: '0.3.0', source: 'crates.io', kind: 'build' },
    { name: 'dep', version: '1.0.0', source: 'crates.io', dependencies: [3] },
    { name: 'tool', version: '0.1.0', source: 'local', dependencies: [0, 1], root: true },
    { name: 'own', version: '2.0.0', source: 'git' },
    { name: 'no-version', source: 'git' },
  ],
};

function program(data: Uint8Array) {
  return new MemoryTree({ 'bin/tool': elf64({ '.text': Buffer.alloc(8), '.dep-v0': data }) });
}

test('packages, their kinds and needs are read; the root is the subject', async () => {
  const { projects } = await scan(program(zlib.deflateSync(JSON.stringify(audited))));
  const [project] = projects;
  assert.deepEqual(listed(project), ['!build-tool 0.3.0 build', '!dep 1.0.0 prod', 'own 2.0.0 prod']);
  assert.deepEqual(edges(project), ['. > build-tool@0.3.0', '. > dep@1.0.0', 'dep@1.0.0 > own@2.0.0']);
  assert.deepEqual(
    project?.components.map(({ purl }) => purl),
    ['pkg:cargo/build-tool@0.3.0', 'pkg:cargo/dep@1.0.0', null],
  );
  assert.deepEqual([project?.subject.name, project?.reasons[0]?.reason], ['tool', 'malformed-entry']);
});

test('what cannot be decoded, or decodes without end, is told', async () => {
  for (const data of [
    Buffer.from('no zlib'),
    zlib.deflateSync(Buffer.alloc(9 * 1024 * 1024, 32)),
    zlib.deflateSync('[]'),
  ]) {
    const { projects } = await scan(program(data));
    assert.deepEqual(
      projects.map(({ completeness, reasons }) => [completeness, reasons[0]?.reason]),
      [['failed', 'malformed-file']],
    );
  }
});

test('any list of packages gives an answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.jsonValue(),
          fc.record({
            name: fc.string(),
            version: fc.string(),
            dependencies: fc.array(fc.integer()),
            root: fc.boolean(),
          }),
        ),
      ),
      async packages => {
        const { projects } = await scan(program(zlib.deflateSync(JSON.stringify({ packages }))));
        assert.equal(projects.length, 1);
        assert.notEqual(projects[0]?.completeness, 'failed');
      },
    ),
    { numRuns: 100 },
  );
});
