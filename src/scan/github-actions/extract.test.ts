import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

const workflow = `name: CI
jobs:
  build:
    container: node:24
    services:
      db:
        image: example.com/db@sha256:${'a'.repeat(64)}
    steps:
      - uses: o/checkout@v4
      - uses: o/tool/sub@${'1'.repeat(40)} # v2
      - uses: ./local
      - uses: \${{ matrix.action }}
      - run: echo
  call:
    uses: o/r/.github/workflows/x.yml@main
`;

test('workflows: actions, reusable workflows and images; what is not pinned is said', async () => {
  const { projects, diagnostics } = await scanFiles({
    '.github/workflows/ci.yml': workflow,
    'other/ci.yml': workflow,
  });
  assert.equal(projects.length, 1);
  assert.deepEqual(listed(projects[0]), [
    '!o/checkout v4 build',
    `!o/tool/sub ${'1'.repeat(40)} build`,
    `!example.com/db sha256:${'a'.repeat(64)} build`,
    '!node 24 build',
    '!o/r/.github/workflows/x.yml main build',
  ]);
  assert.deepEqual(
    projects[0]?.components.map(component => component.purl).filter(purl => purl?.includes('githubactions')),
    [
      'pkg:githubactions/o/checkout@v4',
      `pkg:githubactions/o/tool@${'1'.repeat(40)}#sub`,
      'pkg:githubactions/o/r@main#.github/workflows/x.yml',
    ],
  );
  assert.equal(projects[0]?.components[0]?.locations[0]?.line, 9);
  assert.match(diagnostics[0]?.message ?? '', /^3 of 5 /);
});

test('composite actions, wherever they are', async () => {
  const { projects } = await scanFiles({
    'actions/x/action.yml': 'runs:\n  using: composite\n  steps:\n    - uses: o/a@v1\n',
  });
  assert.deepEqual(listed(projects[0]), ['!o/a v1 build']);
});
