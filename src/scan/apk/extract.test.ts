import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges, listed, scanFiles } from '../testing.ts';

const installed = `C:Q1${Buffer.alloc(20, 1).toString('base64')}
P:musl
V:1.2.4-r2
A:x86_64
L:MIT
o:musl
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl.so.1
Z:Q1AA
F:usr/lib/python3/site-packages/a-1.dist-info
R:METADATA

P:musl-utils
V:1.2.4-r2
A:x86_64
o:musl
D:so:libc.musl-x86_64.so.1 !gone scan>=1

V:1
`;

test('packages, their origin, checksum and needs are read; what has no name is told', async () => {
  const { projects } = await scanFiles({
    'lib/apk/db/installed': installed,
    'etc/apk/world': 'musl-utils\n',
    'etc/os-release': "ID=alpine\nVERSION_ID='3.19.1'\n",
  });
  const [project] = projects;
  assert.deepEqual(listed(project), ['musl 1.2.4-r2', '!musl-utils 1.2.4-r2']);
  assert.deepEqual(
    project?.components.map(({ purl }) => purl),
    [
      'pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.19.1',
      'pkg:apk/alpine/musl-utils@1.2.4-r2?arch=x86_64&distro=alpine-3.19.1&upstream=musl',
    ],
  );
  assert.deepEqual(edges(project), ['. > musl-utils@1.2.4-r2', 'musl-utils@1.2.4-r2 > musl@1.2.4-r2']);
  assert.deepEqual(
    [project?.components[0]?.licences, project?.components[0]?.digests],
    [['MIT'], [`sha1:${'01'.repeat(20)}`]],
  );
  assert.deepEqual([project?.ecosystem, project?.reasons[0]?.at], ['Alpine:v3.19', 'line 20']);
});

test('a Python package in files of a package is not listed again', async () => {
  const { projects, attributed } = await scanFiles({
    'usr/lib/apk/db/installed': installed,
    'usr/lib/python3/site-packages/a-1.dist-info/METADATA': 'Metadata-Version: 2.1\nName: a\nVersion: 1\n',
  });
  assert.deepEqual([projects.length, attributed, projects[0]?.path], [1, 1, '.']);
});
