import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import zlib from 'node:zlib';
import { packTar } from 'modern-tar';
import { Schema } from '../schemas/scan.ts';
import { larder, temporaryFolder } from '../testing.ts';

type Files = Readonly<Record<string, string>>;

async function folderWith(context: TestContext, files: Files): Promise<string> {
  const folder = await temporaryFolder(context);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

async function answered(folder: string, args: readonly string[], given: Parameters<typeof larder>[2] = {}) {
  const ran = await larder(folder, ['scan', ...args, '--json'], given);
  return { ...ran, answer: Schema.parse(JSON.parse(ran.stdout)) };
}

const APP = `<project>
  <parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId>app</artifactId>
  <dependencies>
    <dependency><groupId>x</groupId><artifactId>managed</artifactId></dependency>
    <dependency><groupId>x</groupId><artifactId>by-bom</artifactId></dependency>
    <dependency><groupId>x</groupId><artifactId>by-property</artifactId><version>\${far.version}</version></dependency>
  </dependencies>
</project>`;
const REPOSITORY: Files = {
  '/m2/org/example/parent/7/parent-7.pom': `<project>
    <parent><groupId>org.example</groupId><artifactId>grand</artifactId><version>1</version></parent>
    <artifactId>parent</artifactId>
    <dependencyManagement><dependencies>
      <dependency><groupId>x</groupId><artifactId>managed</artifactId><version>1.1</version></dependency>
      <dependency><groupId>org.example</groupId><artifactId>bom</artifactId><version>3</version><type>pom</type><scope>import</scope></dependency>
    </dependencies></dependencyManagement>
  </project>`,
  '/m2/org/example/grand/1/grand-1.pom': `<project>
    <groupId>org.example</groupId><artifactId>grand</artifactId><version>1</version>
    <properties><far.version>4.4</far.version></properties>
    <dependencies><dependency><groupId>x</groupId><artifactId>inherited</artifactId><version>5</version></dependency></dependencies>
  </project>`,
  '/m2/org/example/bom/3/bom-3.pom': `<project>
    <groupId>org.example</groupId><artifactId>bom</artifactId><version>3</version>
    <dependencyManagement><dependencies>
      <dependency><groupId>org.example</groupId><artifactId>bom</artifactId><version>3</version><type>pom</type><scope>import</scope></dependency>
      <dependency><groupId>x</groupId><artifactId>by-bom</artifactId><version>2.2</version></dependency>
    </dependencies></dependencyManagement>
  </project>`,
};

async function repository(
  context: TestContext,
): Promise<{ readonly settings: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const body = REPOSITORY[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    settings: `<settings><mirrors><mirror><url>http://127.0.0.1:${port}/m2</url></mirror></mirrors></settings>`,
    asked,
  };
}

test('--online completes a POM from the configured repository, asks once, and --offline answers from the cache alone', async context => {
  const { settings, asked } = await repository(context);
  const folder = await folderWith(context, { 'home/.m2/settings.xml': settings, 'tree/pom.xml': APP });
  const given = { env: { HOME: join(folder, 'home') } };
  const versions = async (...args: string[]) =>
    (await answered(folder, ['tree', ...args], given)).answer.projects.map(project => [
      project.reasons,
      project.components.map(({ name, version, locations }) => `${name} ${version} ${locations[0]?.line}`),
    ]);

  assert.deepEqual((await versions())[0]?.[0], [
    'unresolved-parent',
    'unresolved-property',
    'transitive-not-listed',
  ]);
  assert.deepEqual(asked, [], 'nothing is asked without --online');
  assert.deepEqual((await versions('--online', '--offline'))[0]?.[0], [
    'unresolved-parent',
    'unresolved-property',
    'transitive-not-listed',
  ]);
  assert.deepEqual(asked, [], '--offline wins');
  const whole = [
    [
      ['transitive-not-listed'],
      ['x:inherited 5 2', 'x:managed 1.1 5', 'x:by-bom 2.2 6', 'x:by-property 4.4 7'],
    ],
  ];
  assert.deepEqual(await versions('--online'), whole);
  assert.deepEqual(asked.toSorted(), Object.keys(REPOSITORY).toSorted(), 'each POM once');
  assert.deepEqual(await versions('--online', '--offline'), whole);
  assert.equal(asked.length, 3);
  assert.deepEqual(await readdir(join(folder, 'tree')), ['pom.xml'], 'nothing is written into the tree');
});

test('--online says why a parent could not be had, and coordinates cannot leave the repository', async context => {
  const { settings, asked } = await repository(context);
  const climbing = APP.replace('<version>7<', '<version>..<');
  const folder = await folderWith(context, {
    'home/.m2/settings.xml': settings,
    'a/pom.xml': APP.replace('<version>7<', '<version>8<'),
    'b/pom.xml': climbing,
  });
  const messages = async (path: string, home: string) =>
    (await answered(folder, [path, '--online'], { env: { HOME: join(folder, home) } })).answer.diagnostics
      .filter(note => note.code === 'unresolved-parent')
      .map(note => note.message);

  assert.match((await messages('a', 'home'))[0] ?? '', /org\.example:parent:8 .*the registry has no /i);
  assert.deepEqual(asked, ['/m2/org/example/parent/8/parent-8.pom']);
  assert.match((await messages('b', 'home'))[0] ?? '', /names nothing in a Maven repository/);
  assert.equal(asked.length, 1);
  assert.match((await messages('a', 'nowhere'))[0] ?? '', /set a mirror in \.m2\/settings\.xml/);
});

const PARENT = `<project><groupId>org.example</groupId><artifactId>parent</artifactId><version>7</version>
  <properties><far.version>9</far.version></properties></project>`;

test('one POM sees the parents above it, never beyond a checkout', async context => {
  const folder = await folderWith(context, { 'all/pom.xml': PARENT, 'all/app/pom.xml': APP });
  const seen = async () => {
    const { answer } = await answered(folder, ['all/app/pom.xml']);
    const component = answer.projects[0]?.components.find(({ name }) => name === 'x:by-property');
    return [answer.projects[0]?.path, component?.version];
  };
  assert.deepEqual(await seen(), ['app', '9']);
  await mkdir(join(folder, 'all', 'app', '.git'));
  assert.deepEqual(await seen(), ['.', null]);
});

test('a manifest whose workspace is locked above it says where', async context => {
  const packages = {
    '': { name: 'all', workspaces: ['web'] },
    web: { name: 'web', dependencies: { left: '1' } },
    'node_modules/web': { resolved: 'web', link: true },
    'node_modules/left': { version: '1.0.0' },
  };
  const folder = await folderWith(context, {
    'package.json': JSON.stringify({ name: 'all', workspaces: ['web'] }),
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }),
    'web/package.json': JSON.stringify({ name: 'web', dependencies: { left: '1' } }),
    'other/package.json': JSON.stringify({ name: 'other', dependencies: { left: '1' } }),
  });
  const notes = async (path: string) =>
    (await answered(folder, [path])).answer.diagnostics.filter(note => note.code === 'lock-elsewhere');

  const [note] = await notes('web/package.json');
  assert.match(
    note?.message ?? '',
    /^web\/package\.json is locked by package-lock\.json in .*--project web /,
  );
  assert.deepEqual(await notes('other/package.json'), []);
});

const lock = (version: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { name: 'shop', dependencies: { left: '*' } },
      'node_modules/left': { version, resolved: 'https://npm.example.com/left.tgz' },
    },
  });

async function tarOf(files: Files): Promise<Uint8Array> {
  return packTar(
    Object.entries(files).map(([name, body]) => ({
      header: { name, size: Buffer.byteLength(body), mtime: new Date('2020-02-02T00:00:00Z') },
      body,
    })),
  );
}

test('a tar is a tree: from a file, compressed, or from standard input; its top folder is left out', async context => {
  const tar = await tarOf({
    'shop-1/package-lock.json': lock('1.0.0'),
    'shop-1/web/requirements.txt': 'a==1\n',
  });
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'shop.tar'), tar);
  await writeFile(join(folder, 'shop.tgz'), zlib.gzipSync(tar));
  const paths = (answer: { readonly projects: readonly { readonly file: string }[] }) =>
    answer.projects.map(project => project.file);
  const expected = ['package-lock.json', 'web/requirements.txt'];

  assert.deepEqual(paths((await answered(folder, ['shop.tar'])).answer), expected);
  assert.deepEqual(paths((await answered(folder, ['shop.tgz'])).answer), expected);
  assert.deepEqual(paths((await answered(folder, ['-'], { input: tar })).answer), expected);
  assert.match(
    (await larder(folder, ['scan', 'shop.tar', '-o', 'cyclonedx'])).stdout,
    /"timestamp": "2020-02-02T00:00:00Z"/,
    'the time is that of the newest member',
  );
  const wrong = await larder(folder, ['scan', '-'], { input: Buffer.from('hello') });
  assert.deepEqual([wrong.code, /git archive REF \| larder scan -/.test(wrong.stderr)], [3, true]);
});

test('an archive that is damaged or climbs out is never a clean answer', async context => {
  const folder = await temporaryFolder(context);
  const tar = await tarOf({ '../package-lock.json': lock('1.0.0'), 'web/requirements.txt': 'a==1\n' });
  await writeFile(join(folder, 'evil.tar'), tar);
  const evil = await answered(folder, ['evil.tar']);
  assert.deepEqual([evil.code, evil.answer.projects.map(project => project.file)], [3, ['requirements.txt']]);
  const cut = await larder(folder, ['scan', '-'], {
    input: (await tarOf({ a: 'x'.repeat(2000) })).subarray(0, 1500),
  });
  assert.equal(cut.code, 3);
});

const ADVISORY = {
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2026-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '1.5.0' }, { fixed: '2.0.0' }] }],
    },
  ],
};

test('--base is a folder, an archive, a lockfile or a BOM', async context => {
  const folder = await folderWith(context, {
    'now/package-lock.json': lock('1.6.0'),
    'same/package-lock.json': lock('1.5.0'),
    'clean/package-lock.json': lock('1.0.0'),
    'advisory.json': JSON.stringify(ADVISORY),
  });
  await writeFile(join(folder, 'base.tar'), await tarOf({ 'package-lock.json': lock('1.5.0') }));
  await larder(folder, ['mirror', 'update', '--from', 'advisory.json']);
  const run = (base: string) => larder(folder, ['scan', 'now', '--fail-on', 'new', '--base', base]);

  for (const base of ['same', 'base.tar', 'same/package-lock.json'])
    assert.equal((await run(base)).code, 0, base);
  for (const base of ['clean', 'clean/package-lock.json']) assert.equal((await run(base)).code, 1, base);
  const ref = await run('origin/main');
  assert.deepEqual(
    [ref.code, /and no revision of the git repository that is scanned\./.test(ref.stderr)],
    [3, true],
  );
  assert.match((await run('advisory.json')).stderr, /neither a BOM nor a lockfile/);
});

test('--base is a revision, of a branch, a tag or a commit, loose, packed or of a further checkout', async context => {
  const folder = await realpath(await folderWith(context, { 'advisory.json': JSON.stringify(ADVISORY) }));
  await larder(folder, ['mirror', 'update', '--from', 'advisory.json']);
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (at: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: join(folder, at),
      env,
      encoding: 'utf8',
    }).trim();
  await mkdir(join(folder, 'repo', 'web'), { recursive: true });
  git('repo', 'init', '-q', '-b', 'main');
  // Alike texts make deltas when they are packed.
  for (const [version, tag] of [
    ['1.0.0', 'clean'],
    ['1.5.0', 'old'],
    ['1.6.0', 'now'],
  ] as const) {
    await writeFile(join(folder, 'repo', 'web', 'package-lock.json'), lock(version));
    await writeFile(join(folder, 'repo', 'notes.txt'), `${'the same line\n'.repeat(500)}${version}\n`);
    git('repo', 'add', '.');
    git('repo', 'commit', '-q', '-m', version);
    git('repo', 'tag', '-a', '-m', tag, tag);
  }
  const first = git('repo', 'rev-parse', 'HEAD~2');
  const scanned = (base: string, at = 'repo/web') =>
    larder(folder, ['scan', at, '--fail-on', 'new', '--base', base]);
  const expected: Readonly<Record<string, number>> = {
    main: 0,
    old: 0,
    'HEAD^': 0,
    clean: 1,
    'main~2': 1,
    [first.slice(0, 9)]: 1,
    'main~9': 3,
    nowhere: 3,
  };
  for (const packed of [false, true]) {
    if (packed) git('repo', 'gc', '-q', '--aggressive', '--prune=now');
    for (const [base, code] of Object.entries(expected)) assert.equal((await scanned(base)).code, code, base);
  }
  git('repo', 'worktree', 'add', '-q', '../further', 'now');
  assert.equal((await scanned('clean', 'further/web')).code, 1);
  assert.equal((await scanned('HEAD~1', 'further/web')).code, 0);

  git('.', 'clone', '-q', '--depth', '1', `file://${join(folder, 'repo')}`, 'shallow');
  const shallow = await scanned('HEAD~1', 'shallow/web');
  assert.deepEqual([shallow.code, /git fetch --unshallow/.test(shallow.stderr)], [3, true]);
});
