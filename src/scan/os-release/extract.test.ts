import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOsRelease } from '../support/os.ts';
import { scanFiles } from '../testing.ts';

test('a system without a database is named; its two files are one system', async () => {
  const text = 'ID=wolfi\nVERSION_ID="20230201"\n# x\nBUG_REPORT_URL=https://example.com/bugs\n';
  const { projects } = await scanFiles({ 'etc/os-release': text, 'usr/lib/os-release': text });
  assert.deepEqual(
    projects.map(({ path, subject, ecosystem }) => [
      path,
      subject.name,
      subject.version,
      subject.contacts,
      ecosystem,
    ]),
    [['.', 'wolfi', '20230201', ['https://example.com/bugs'], 'Wolfi']],
  );
});

test('where there is a database, its project is the system', async () => {
  const { projects } = await scanFiles({
    'etc/os-release': 'ID=debian\n',
    'var/lib/dpkg/status': 'Package: a\nVersion: 1\n',
  });
  assert.deepEqual(
    projects.map(({ file }) => file),
    ['var/lib/dpkg/status'],
  );
});

test('quotes are taken off as a shell would', () => {
  assert.equal(parseOsRelease(`NAME="a \\"b\\" \\$c"`).title, 'a "b" $c');
  assert.equal(parseOsRelease(`ID='x"y'`).id, 'x"y');
});
