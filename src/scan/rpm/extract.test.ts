import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { scan } from '../run.ts';
import { edges, listed } from '../testing.ts';
import { MemoryTree } from '../tree.ts';
import { parseHeader } from './header.ts';

type Value = string | readonly string[] | readonly number[];

/** A header of these tags; texts are type 6, lists of texts 8, numbers 4. */
function header(tags: Readonly<Record<number, Value>>): Buffer {
  const entries: Buffer[] = [];
  let data = Buffer.alloc(0);
  for (const [tag, value] of Object.entries(tags)) {
    const list = typeof value === 'string' ? [value] : value;
    const isNumbers = typeof list[0] === 'number';
    if (isNumbers) data = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    const entry = Buffer.alloc(16);
    for (const [i, word] of [
      Number(tag),
      isNumbers ? 4 : typeof value === 'string' ? 6 : 8,
      data.length,
      list.length,
    ].entries())
      entry.writeUInt32BE(word, i * 4);
    entries.push(entry);
    for (const one of list) {
      const bytes = typeof one === 'number' ? Buffer.alloc(4) : Buffer.from(`${one}\0`);
      if (typeof one === 'number') bytes.writeUInt32BE(one);
      data = Buffer.concat([data, bytes]);
    }
  }
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(entries.length, 0);
  counts.writeUInt32BE(data.length, 4);
  return Buffer.concat([counts, ...entries, data]);
}

const packages = [
  header({
    1000: 'bash',
    1001: '5.1.8',
    1002: '6.el9',
    1014: 'GPLv3+',
    1022: 'x86_64',
    1044: 'bash-5.1.8-6.el9.src.rpm',
    1047: ['bash', 'config(bash)'],
    1049: ['libc.so.6'],
    1116: [0],
    1117: ['bash'],
    1118: ['/usr/bin/'],
  }),
  header({
    1000: 'glibc',
    1001: '2.34',
    1002: '60.el9',
    1003: [2],
    1011: 'Red Hat, Inc.',
    1022: 'x86_64',
    1047: ['libc.so.6'],
    1049: ['/bin/bash'],
    5096: 'base:9:1:2',
  }),
  header({ 1000: 'gpg-pubkey', 1001: 'fd431d51', 1002: '4ae0493b' }),
];
const expected = ['bash 5.1.8-6.el9', 'glibc 2:2.34-60.el9'];
const os = { 'etc/os-release': 'ID="rhel"\nVERSION_ID="9.2"\n' };

async function sqlite(
  context: TestContext,
  statements: string,
  blobs: readonly Uint8Array[] = packages,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'rpmdb.sqlite');
  const database = new DatabaseSync(path);
  database.exec(statements);
  for (const blob of blobs) database.prepare('INSERT INTO Packages (blob) VALUES (?)').run(blob);
  database.close();
  return readFile(path);
}

const TABLE = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL);";

function ndb(blobs: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write('RpmP', 'latin1');
  slots.writeUInt32LE(1, 12);
  const bodies: Buffer[] = [];
  let offset = 4096;
  for (const [i, blob] of blobs.entries()) {
    const at = 32 + i * 16;
    slots.write('Slot', at, 'latin1');
    slots.writeUInt32LE(i + 1, at + 4);
    slots.writeUInt32LE(offset / 16, at + 8);
    const body = Buffer.alloc(Math.ceil((blob.length + 16) / 16) * 16);
    body.write('BlbS', 'latin1');
    body.writeUInt32LE(i + 1, 4);
    body.writeUInt32LE(blob.length, 12);
    body.set(blob, 16);
    bodies.push(body);
    offset += body.length;
  }
  return Buffer.concat([slots, ...bodies]);
}

/** Pages of 512 bytes: the meta page, one hash page with a counter and the values, then the chains. */
function bdb(blobs: readonly Uint8Array[]): Buffer {
  const size = 512;
  const meta = Buffer.alloc(size);
  meta.writeUInt32LE(0x061561, 12);
  meta.writeUInt32LE(size, 20);
  const hash = Buffer.alloc(size);
  hash[25] = 13;
  hash.writeUInt16LE(2 * (blobs.length + 1), 20);
  const chains: Buffer[] = [];
  for (const [i, blob] of [new Uint8Array(4), ...blobs].entries()) {
    const item = size - 12 * (i + 1);
    hash.writeUInt16LE(item, 26 + (2 * i + 1) * 2);
    if (i === 0) continue;
    hash[item] = 3;
    hash.writeUInt32LE(2 + chains.length, item + 4);
    hash.writeUInt32LE(blob.length, item + 8);
    for (let at = 0; at < blob.length; at += size - 26) {
      const page = Buffer.alloc(size);
      page[25] = 7;
      page.set(blob.subarray(at, at + size - 26), 26);
      chains.push(page);
      if (at + size - 26 < blob.length) page.writeUInt32LE(2 + chains.length, 16);
    }
  }
  return Buffer.concat([meta, hash, ...chains]);
}

test('the three forms of the database give the same packages', async context => {
  const forms = {
    'var/lib/rpm/rpmdb.sqlite': await sqlite(context, TABLE),
    'usr/lib/sysimage/rpm/Packages.db': ndb(packages),
    'var/lib/rpm/Packages': bdb(packages),
  };
  for (const [path, bytes] of Object.entries(forms)) {
    const { projects } = await scan(new MemoryTree({ ...os, [path]: bytes }));
    assert.deepEqual(projects.map(listed), [expected], path);
    assert.deepEqual(
      projects[0]?.components.map(({ purl }) => purl),
      [
        'pkg:rpm/redhat/bash@5.1.8-6.el9?arch=x86_64&distro=rhel-9.2&upstream=bash-5.1.8-6.el9.src.rpm',
        'pkg:rpm/redhat/glibc@2.34-60.el9?arch=x86_64&distro=rhel-9.2&epoch=2&rpmmod=base:9:1:2',
      ],
    );
    assert.deepEqual(edges(projects[0]), [
      'bash@5.1.8-6.el9 > glibc@2:2.34-60.el9',
      'glibc@2:2.34-60.el9 > bash@5.1.8-6.el9',
    ]);
    assert.deepEqual(
      [projects[0]?.path, projects[0]?.subject.name, projects[0]?.components[0]?.licences],
      ['.', 'rhel', ['GPLv3+']],
    );
  }
});

test('a program in a file of a package is not listed again', async context => {
  const own = header({
    1000: 'tools',
    1001: '1',
    1116: [0],
    1117: ['METADATA'],
    1118: ['/usr/lib/python3/site-packages/a-1.dist-info/'],
  });
  const { projects, attributed } = await scan(
    new MemoryTree({
      'var/lib/rpm/rpmdb.sqlite': await sqlite(context, TABLE, [own]),
      'usr/lib/python3/site-packages/a-1.dist-info/METADATA': 'Name: a\nVersion: 1\n',
    }),
  );
  assert.deepEqual([projects.map(listed), attributed], [[['tools 1']], 1]);
});

test('a database that computes instead of holding, or is none, is told', async context => {
  const endless =
    "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT x'00' UNION ALL SELECT blob FROM n) SELECT blob FROM n;";
  const generated = 'CREATE TABLE Packages (hnum INTEGER, blob BLOB AS (zeroblob(1000000000)));';
  for (const bytes of [
    await sqlite(context, endless, []),
    await sqlite(context, generated, []),
    Buffer.from('no database'),
    Buffer.alloc(0),
  ]) {
    for (const name of ['rpmdb.sqlite', 'Packages', 'Packages.db']) {
      const { projects } = await scan(new MemoryTree({ [`var/lib/rpm/${name}`]: bytes }));
      assert.deepEqual(
        projects.map(({ reasons }) => reasons[0]?.reason),
        ['malformed-file'],
      );
    }
  }
});

test('damaged headers and databases neither throw nor take memory', async () => {
  const good = packages[0] as Buffer;
  const changes = (length: number) =>
    fc.array(fc.tuple(fc.nat(length - 1), fc.constantFrom(0, 1, 127, 255)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(changes(good.length), list => {
      const bytes = Buffer.from(good);
      for (const [at, value] of list) bytes[at] = value;
      const found = parseHeader(bytes);
      assert.ok(found === null || [...found.files()].length <= good.length);
    }),
    { numRuns: 500 },
  );
  for (const [name, whole] of [
    ['Packages.db', ndb(packages)],
    ['Packages', bdb(packages)],
  ] as const) {
    await fc.assert(
      fc.asyncProperty(changes(whole.length), async list => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of list) bytes[at] = value;
        const { projects } = await scan(new MemoryTree({ [`var/lib/rpm/${name}`]: bytes }));
        assert.equal(projects.length, 1);
      }),
      { numRuns: 150 },
    );
  }
});

test('a chain of pages that goes round ends', async () => {
  const bytes = bdb(packages);
  bytes.writeUInt32LE(2, 2 * 512 + 16);
  bytes.writeUInt32LE(30_000_000, 512 + (512 - 24) + 8);
  const { projects } = await scan(new MemoryTree({ 'var/lib/rpm/Packages': bytes }));
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-entry');
});
