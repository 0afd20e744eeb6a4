import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanBom } from '../bom.ts';
import { edges, listed, scanFiles } from '../testing.ts';

const status = `Package: tool
Status: install ok installed
Architecture: amd64
Source: suite (2:1.0-1)
Version: 2:1.0-1+b1
Depends: libc6 (>= 2.2), mail-agent | sendmail,
 left:any
Description: a tool
 with: a line that looks like a field

Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc
Version: 2.36-9

Package: postbox
Status: hold ok installed
Architecture: all
Version: 3
Provides: mail-agent (= 3), other

Package: left
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: broken
Status: install ok installed
`;

const root = {
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n',
  'var/lib/dpkg/status': status,
};

test('installed packages are listed with their source, distribution and needs; the system is the subject', async () => {
  const { projects } = await scanFiles(root);
  const [project] = projects;
  assert.deepEqual(listed(project), ['tool 2:1.0-1+b1', 'libc6 2.36-9', 'postbox 3']);
  assert.deepEqual(
    project?.components.map(({ purl }) => purl),
    [
      'pkg:deb/debian/tool@2:1.0-1%2Bb1?arch=amd64&distro=debian-12&upstream=suite%402:1.0-1',
      'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc',
      'pkg:deb/debian/postbox@3?arch=all&distro=debian-12',
    ],
  );
  assert.deepEqual(edges(project), ['tool@2:1.0-1+b1 > libc6@2.36-9', 'tool@2:1.0-1+b1 > postbox@3']);
  assert.deepEqual(
    [project?.subject.name, project?.subject.version, project?.ecosystem],
    ['debian', '12', 'Debian:12'],
  );
  assert.deepEqual(
    project?.reasons.map(({ reason, at }) => [reason, at]),
    [['malformed-entry', 'line 28']],
  );
});

test('what apt marked as automatic is not direct', async () => {
  const { projects } = await scanFiles({
    ...root,
    'var/lib/apt/extended_states':
      'Package: libc6\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: postbox\nArchitecture: amd64\nAuto-Installed: 1\n',
  });
  assert.deepEqual(listed(projects[0]), ['!tool 2:1.0-1+b1', 'libc6 2.36-9', 'postbox 3']);
});

test('status.d of an image without dpkg is one project, its lists of files are no packages', async () => {
  const { projects } = await scanFiles({
    'rootfs/var/lib/dpkg/status.d/a':
      'Package: a\nVersion: 1\nArchitecture: all\nMaintainer: Ubuntu Developers <x@example.com>\n',
    'rootfs/var/lib/dpkg/status.d/b': 'Package: b\nVersion: 2\nArchitecture: all\n',
    'rootfs/var/lib/dpkg/status.d/b.md5sums': `${'0'.repeat(32)}  usr/bin/b\n`,
  });
  assert.deepEqual(
    projects.map(project => [project.path, listed(project)]),
    [['rootfs', ['a 1', 'b 2']]],
  );
  assert.equal(projects[0]?.components[1]?.purl, 'pkg:deb/ubuntu/b@2?arch=all');
});

test('language packages in files of a package are not listed again, others are', async () => {
  const meta = (name: string) => `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`;
  const { projects, attributed, diagnostics } = await scanFiles({
    ...root,
    'var/lib/dpkg/info/tool.list':
      '/.\n/lib/python3/dist-packages/own-1.0.dist-info/METADATA\n/opt/app/package-lock.json\n',
    'usr/lib/python3/dist-packages/own-1.0.dist-info/METADATA': meta('own'),
    'usr/lib/python3/dist-packages/other-1.0.dist-info/METADATA': meta('other'),
    'opt/app/package-lock.json':
      '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}',
  });
  assert.deepEqual(projects.filter(({ ecosystem }) => ecosystem !== 'Debian:12').map(listed), [
    ['other 1.0'],
  ]);
  assert.equal(attributed, 2);
  assert.ok(
    diagnostics.some(note => note.code === 'owned-by-os-package' && note.message.startsWith('2 files')),
  );
});

test('any text gives an answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.constantFrom(
          'Package: a',
          'Version: 1',
          '',
          ' x',
          'Depends: a|, b(',
          'Provides:',
          ':',
          'Source: ( ',
        ),
      ),
      async lines => {
        const { projects } = await scanFiles({ 'var/lib/dpkg/status': lines.join('\n') });
        assert.equal(projects.length, 1);
      },
    ),
    { numRuns: 50 },
  );
});

test('the bill of materials is of an operating system in use', async () => {
  const { projects } = await scanFiles(root);
  const bom = scanBom(projects, {
    name: 'rootfs',
    created: null,
    tool: { vendor: null, name: 'larder', version: '0' },
  });
  assert.deepEqual(
    [bom.subject?.type, bom.subject?.name, bom.subject?.version, bom.lifecycle, bom.components.length],
    ['operating-system', 'debian', '12', 'operations', 3],
  );
});
