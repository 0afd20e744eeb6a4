import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SCHEMAS } from '../schemas/list.ts';
import { larder, memorySink, temporaryFolder } from '../testing.ts';

/** The questions as a user asks them: the real command line on a real larder, at 80 columns. */

let folder = '';

/** `web@1.0.0` depends on what follows it; `a>b` that a depends on b. All are npm packages made up for this. */
function bom(app: string, created: string, text: string, licence = 'MIT'): string {
  const [name = '', version = ''] = app.split('@');
  const edges = text.split(' ').map(word => word.split('>'));
  const packages = [...new Set(edges.flat())].filter(one => one !== app);
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: {
      timestamp: created,
      tools: [{ name: 'made-up-writer', version: '3.1' }],
      component: { 'bom-ref': app, type: 'application', name, version, purl: `pkg:npm/${app}` },
    },
    components: packages.map(one => {
      const [part = '', has] = one.split('@');
      const purl = has === undefined ? {} : { purl: `pkg:npm/${one}`, version: has };
      return {
        'bom-ref': one,
        type: 'library',
        name: part,
        ...purl,
        licenses: [{ license: { id: licence } }],
      };
    }),
    dependencies: edges.map(([from, to]) => ({ ref: from, dependsOn: to === undefined ? [] : [to] })),
  });
}

const FILES: Readonly<Record<string, string>> = {
  'web-1.0.0.json': bom(
    'web@1.0.0',
    '2024-03-01T00:00:00Z',
    'web@1.0.0>frame@1.0.0 frame@1.0.0>logger@2.14.1',
  ),
  'web-1.1.0.json': bom(
    'web@1.1.0',
    '2024-06-01T00:00:00Z',
    'web@1.1.0>frame@1.2.0 frame@1.2.0>logger@2.17.1 web@1.1.0>logger@2.17.1',
  ),
  'batch.json': bom(
    'batch@3.0.0',
    '2024-05-01T00:00:00Z',
    'batch@3.0.0>logger@2.11.0 batch@3.0.0>libfoo',
    'GPL-2.0-only OR MIT',
  ),
  'legacy.json': bom('legacy@7.0.0', '2020-01-01T00:00:00Z', 'logger@odd'),
  'broken.json': '{"bomFormat": "CycloneDX", ',
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-questions-'));
  await mkdir(join(folder, 'boms'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, 'boms', name), text);
  const added = await larder(folder, ['add', 'boms']);
  assert.equal(added.stderr, '');
});

after(() => rm(folder, { recursive: true, force: true }));

/** What is printed on a terminal of 80 columns; today's date and digests of assertions, which hold the time, are masked. */
async function shown(...args: string[]): Promise<string> {
  const stdout = memorySink(80);
  const ran = await larder(folder, args, { stdout, env: { NO_COLOR: '1', LARDER_USER: 'alice' } });
  assert.equal(ran.stderr, '', args.join(' '));
  const today = new Date().toISOString().slice(0, 10);
  return stdout.text().replaceAll(today, 'TODAY').trimEnd();
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const ran = await larder(folder, [...args, '--json'], { env: { LARDER_USER: 'alice' } });
  assert.equal(ran.stderr, '', args.join(' '));
  return JSON.parse(ran.stdout);
}

test('where shows the apps, the versions, how and since when', async () => {
  assert.equal(
    await shown('where', 'logger', '<2.17.1'),
    `
logger <2.17.1 is in 2 of 3 apps                   (as of now, newest documents)
  app          version  how        since
  batch 3.0.0  2.11.0   direct     2024-05-01
  web 1.0.0    2.14.1   via frame  2024-03-01
  Not judged: 1 version that cannot be compared with the range, as in pkg:npm/logger@odd.
  Evidence: 2 documents. larder why batch logger shows the path.
`.trim(),
  );
});

test('a version or range may stand in the words, as users of npm and vers write it', async () => {
  const first = async (...words: string[]) => (await shown('where', ...words)).split('\n')[0]?.trim();

  assert.match((await first('logger@2.17.1')) ?? '', /^logger@2\.17\.1 is in 1 of 3 apps/);
  assert.match(
    (await first('pkg:npm/logger@vers:npm/<2.17.1')) ?? '',
    /^pkg:npm\/logger@vers:npm\/<2\.17\.1 is in 2 of 3 apps/,
  );
  assert.match((await first('someone@example.com')) ?? '', /^No attestation in this larder speaks of/);
});

test('what cannot be written beside a larder is compiled for the question alone', async t => {
  const other = await temporaryFolder(t);
  await larder(other, ['add', join(folder, 'boms')]);
  // A folder in the place of the file stands for a folder that may not be written, which root always may.
  await mkdir(join(other, '.larder', 'advisories.db'));
  for (const verb of ['status', 'audit']) {
    const ran = await larder(other, [verb]);
    assert.deepEqual([ran.code, ran.stderr], [0, ''], verb);
  }
});

test('a date before the larder began is unknown to diff too', async () => {
  const ran = await larder(folder, ['diff', 'web', '--then', '2020-01-01']);
  assert.equal(ran.code, 3);
  assert.match(ran.stderr, /^larder: Unknown: this larder has known nothing before 20/);
});

test('a document is identified as an app by moving it there; what names no component is refused', async t => {
  const other = await temporaryFolder(t);
  await larder(other, ['add', join(folder, 'boms')]);
  const legacy = (await digestOf('legacy.json')).slice(0, 8);
  const identify = (...words: string[]) => larder(other, ['identify', ...words]);

  const moved = await identify(legacy, '--as', 'batch');
  const refused = [
    await identify(legacy, '--as', 'pkg:npm/x@1'),
    await identify('web', '--as', 'pkg:npm/x@1'),
    await identify('pkg:npm/logger', '--as', 'cpe:2.3:a:x:logger:1:*:*:*:*:*:*:*'),
  ];

  assert.match(moved.stdout, /^document [0-9a-f]{8} is about the app batch, says unknown/);
  const { apps } = JSON.parse((await larder(other, ['apps', '--json'])).stdout) as {
    apps: { app: string; documents: number }[];
  };
  assert.deepEqual(
    apps.map(({ app, documents }) => [app, documents]),
    [
      ['batch', 2],
      ['web', 2],
    ],
  );
  for (const { code, stderr } of refused) {
    assert.equal(code, 3);
    assert.match(stderr, /names no component that could be/);
  }
  const linked = await larder(other, ['link', 'web', 'logger']);
  assert.match(linked.stderr, /pkg:npm\/logger is no app, document or component of one/);
});

test('a folder is judged file by file, and a wrong mapping leaves no larder behind', async t => {
  const other = await temporaryFolder(t);
  await mkdir(join(other, 'boms'));
  await writeFile(join(other, 'boms', 'a.json'), bom('a@1.0.0', '2024-03-01T00:00:00Z', 'a@1.0.0>b@1.0.0'));
  await writeFile(join(other, 'boms', 'b.json'), '{');
  await writeFile(join(other, 'map.toml'), '[[apps]]\nname = "a"\npaths = ["**"]\n');

  const judged = await larder(other, ['validate', 'boms']);
  const added = await larder(other, ['add', 'boms', '--map', 'map.toml']);

  assert.match(judged.stdout, /^boms\/a\.json: valid CycloneDX 1\.5\nboms\/b\.json: not judged\./);
  assert.match(added.stderr, /map\.toml: apps means nothing here; write each app as a table \[\[app\]\]/);
  assert.equal((await larder(other, ['status'])).code, 3);
});

test('a date that is none names the option it was given to', async () => {
  const ran = await larder(folder, ['documents', '--since', 'monday']);
  assert.match(ran.stderr, /--since takes a day as in 2026-01-31/);
});

test('status tells an empty larder from one where nothing meets the demand', async () => {
  assert.match(
    await shown('status', '--require', 'slsa:2'),
    /^The larder in \S+ has no document that meets what is asked \(.*slsa:2\)\.$/,
  );
});

test('where says when nothing has it, and what is near', async () => {
  assert.equal(
    await shown('where', 'logg'),
    `
logg is in none of 3 apps                          (as of now, newest documents)
  Names like it here: logger.
`.trim(),
  );
});

test('where does not say none where nothing was looked at', async () => {
  assert.match(
    await shown('where', 'logger', '--require', 'verified'),
    /^logger was looked for in no app: none has a document of this kind\s+\(.*verified\)$/,
  );
});

test('why draws the paths with their documents', async () => {
  assert.equal(
    await shown('why', 'web@1.1.0', 'logger'),
    `
web 1.1.0
├─ logger 2.17.1     depends on  WEB11
└─ frame 1.2.0       depends on  WEB11
   └─ logger 2.17.1  depends on  WEB11
2 paths in all.
`
      .trim()
      .replaceAll('WEB11', `${await digestOf('web-1.1.0.json')} web-1.1.0.json`),
  );
});

test('why says when a document lists something without a path', async () => {
  const digest = await digestOf('legacy.json');
  assert.equal(
    await shown('why', 'legacy', 'logger'),
    `
legacy lists logger odd  no path stated  ${digest} legacy.json
No path is stated: the document lists it without saying what needs it.
`.trim(),
  );
});

test('diff shows what a release changed', async () => {
  assert.equal(
    await shown('diff', 'web@1.0.0', 'web@1.1.0'),
    `
web 1.0.0 to web 1.1.0: 2 upgraded                                 (0 unchanged)
  upgraded  frame   1.0.0   1.2.0
  upgraded  logger  2.14.1  2.17.1
  Relations between packages on both sides: 1 new, 0 gone (--edges).
`.trim(),
  );
});

test('versions shows whether all were updated, newest first', async () => {
  assert.equal(
    await shown('versions', 'logger'),
    `
logger: 4 versions in 3 apps                       (as of now, newest documents)
  version  apps  which
  odd         1  legacy
  2.17.1      1  web
  2.14.1      1  web
  2.11.0      1  batch
`.trim(),
  );
});

test('licenses finds an id inside an expression', async () => {
  assert.equal(
    await shown('licenses', 'gpl-2.0-only'),
    `
gpl-2.0-only ships in 1 app, 1 document            (as of now, newest documents)
  app          components  which                  as stated            document
  batch 3.0.0           2  libfoo, logger 2.11.0  GPL-2.0-only OR MIT  BATCH
`
      .trim()
      .replace('BATCH', await digestOf('batch.json')),
  );
});

test('documents tells why one could not be read', async () => {
  const text = await shown('documents', '--status', 'rejected');
  assert.match(text, /^1 document +\(as of now, all documents\)/);
  assert.match(text, /broken\.json {2}rejected/);
});

test('documents --by tool counts what producers leave out', async () => {
  assert.equal(
    await shown('documents', '--by', 'tool'),
    `
1 tool: how many components of their BOMs lack what
  (as of now, newest documents)
  tool                BOMs  components  version  identity  supplier  path  edges
  made-up-writer 3.1     4           7     14 %      14 %     100 %  14 %   25 %
  Subject and edges: the share of BOMs that name no subject, or state no edge.
`.trim(),
  );
});

test('status leads with what is here and what could not be read', async () => {
  const text = await shown('status');
  assert.match(text, /^5 documents, \d/);
  assert.match(text, /3 apps, \d+ packages, 7 components/);
  assert.match(text, /1 rejected: not readable, kept {4}larder documents --status rejected/);
});

test('show tells whose parts an app has and whom to contact', async () => {
  const text = await shown('show', 'batch');
  assert.match(text, /^batch\n {2}key +pkg:npm\/batch\n/);
  assert.match(text, /contact +unknown/);
  assert.match(text, /Whom to contact upstream/);
});

test('cat gives the bytes exactly', async () => {
  const ran = await larder(folder, ['cat', await digestOf('batch.json')]);
  assert.equal(ran.stdout, FILES['batch.json']);
});

test('what is not here is said with a remedy, and exits with 3', async () => {
  const ran = await larder(folder, ['why', 'wob', 'logger']);
  assert.deepEqual(ran, {
    code: 3,
    stdout: '',
    stderr: "larder: No app and no document here is called 'wob'; larder apps lists the apps.\n",
  });
  const nowhere = await larder(tmpdir(), ['where', 'logger', '--store', join(folder, 'none')]);
  assert.equal(nowhere.code, 3);
  assert.match(nowhere.stderr, /There is no larder at .*none; larder add PATH makes one\.\n$/);
});

test('before the first document the answer is unknown, not none', async () => {
  assert.match(
    await shown('where', 'logger', '--as-of', '2001-01-01'),
    /^Unknown: this larder has known nothing before TODAY/,
  );
  assert.match(String((await json('where', 'logger', '--as-of', '2001-01-01'))['unknown']), /^Unknown/);
});

test('what a user identifies is found by it, and the answer names the user', async () => {
  const document = await digestOf('batch.json');
  await shown(
    'identify',
    `${document}#libfoo`,
    '--as',
    'pkg:generic/openssl@3.0.7',
    '--because',
    'seen in the build',
  );
  assert.equal(
    await shown('where', 'openssl'),
    `
openssl is in 1 of 3 apps                          (as of now, newest documents)
  app          version  how                          since
  batch 3.0.0  3.0.7    direct, identified by alice  2024-05-01
  Evidence: 1 document. larder why batch openssl shows the path.
`.trim(),
  );
  assert.match(await shown('why', 'batch', 'openssl'), /^batch 3\.0\.0\n└─ libfoo +depends on/);
});

test('what a user links is crossed by paths, and the hop names the assertion', async () => {
  await shown('link', 'batch', 'legacy', '--because', 'it embeds it');
  await shown('link', 'web@1.1.0', 'batch', '--because', 'one process');
  assert.equal(
    await shown('where', 'libfoo'),
    `
libfoo is in 2 of 3 apps                           (as of now, newest documents)
  app          version     how                         since
  batch 3.0.0  no version  direct                      2024-05-01
  web 1.1.0    no version  via batch, linked by alice  2024-05-01
  Evidence: 1 document. larder why batch libfoo shows the path.
`.trim(),
  );
  const answer = await json('why', 'web@1.1.0', 'libfoo');
  const [path] = answer['paths'] as Record<string, unknown>[][];
  assert.deepEqual(
    path?.map(hop => [hop['component'], hop['relation'], hop['join']]),
    [
      ['web@1.1.0', null, null],
      ['batch@3.0.0', null, 'assertion'],
      ['libfoo', 'DEPENDS_ON', null],
    ],
  );
});

test('a retired app is left out, and comes back', async () => {
  await shown('retire', 'legacy');
  assert.match(await shown('apps'), /^2 apps/);
  assert.match(await shown('apps', '--all'), /legacy \(retired\)/);
  await shown('retire', 'legacy', '--undo');
  assert.match(await shown('apps'), /^3 apps/);
});

test('every answer has the shape that its schema says', async () => {
  const document = await digestOf('batch.json');
  const lines = [
    'where logger',
    'where logger --group-by team --all',
    'where nothing-like-it',
    'where sha256:0000000000000000000000000000000000000000000000000000000000000000',
    'why web logger',
    'why legacy logger',
    'diff web@1.0.0 web@1.1.0',
    'versions',
    'versions logger --group-by team',
    'licenses',
    'licenses MIT',
    'apps',
    'documents',
    'documents --by supplier',
    'status',
    'show batch',
    'show logger',
    `show ${document}`,
    'show 0000000000000000000000000000000000000000000000000000000000000000',
    'mark batch deployed=production',
    'mark logger bad',
    `identify ${document}#libfoo --as cpe:2.3:a:x:foo:1:*:*:*:*:*:*:*`,
    'link batch legacy',
    'retire legacy --undo',
  ];
  for (const line of lines) {
    const answer = await json(...line.split(' '));
    const entry = SCHEMAS.find(({ name }) => `larder.${name}` === answer['schema']);
    const { Schema: schema } = (await entry?.load()) ?? assert.fail(`${line}: no schema`);
    const result = schema.safeParse(answer);
    assert.ok(result.success, `${line}: ${result.error?.message}`);
  }
});

test('pages join to the whole, in order', async () => {
  const whole = await json('where', 'logger');
  const apps: unknown[] = [];
  let next: string[] = [];
  for (let page = 0; page < 5; page++) {
    const part = await json('where', 'logger', '--limit', '1', ...next);
    apps.push(...(part['matches'] as { apps: unknown[] }[]).flatMap(match => match.apps));
    if (part['next'] === null) break;
    next = ['--after', String(part['next'])];
  }
  const all = (whole['matches'] as { apps: { document: string }[] }[]).flatMap(match => match.apps);
  const key = (one: unknown): string => JSON.stringify(one);
  assert.deepEqual(apps.map(key).sort(), all.map(key).sort());
  assert.equal(whole['total'], all.length);
});

test('forget leaves only a tombstone', async () => {
  const digest = await digestOf('legacy.json');
  await shown('forget', digest, '--reason', 'wrong customer');
  const ran = await larder(folder, ['cat', digest]);
  assert.equal(ran.code, 3);
  assert.match(await shown('where', 'logger'), /in 2 of 2 apps/);
});

async function digestOf(name: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256')
    .update(FILES[name] ?? '')
    .digest('hex')
    .slice(0, 8);
}
