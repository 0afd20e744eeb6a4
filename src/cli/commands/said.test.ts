import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { larder, type Ran, temporaryFolder } from '../testing.ts';

/** What users say of apps, documents, components and packages, and what each question makes of it. */

/** A larder to speak of. Each statement comes a second after the one before. */
class Spoken {
  readonly folder: string;
  #second = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  run(...words: string[]): Promise<Ran> {
    const now = new Date(Date.UTC(2026, 0, 2, 0, 0, this.#second++));
    return larder(this.folder, words, { now: () => now, env: { HOME: this.folder, LARDER_USER: 'alice' } });
  }

  async say(...words: string[]): Promise<string> {
    const ran = await this.run(...words);
    assert.equal(ran.stderr, '', words.join(' '));
    return ran.stdout;
  }

  async json(...words: string[]): Promise<Record<string, unknown>> {
    return JSON.parse(await this.say(...words, '--json'));
  }

  /** The apps that `where` counts, with their releases. */
  async where(...words: string[]): Promise<string[]> {
    const { matches } = (await this.json('where', ...words)) as {
      matches: { apps: { app: string; release: string | null }[] }[];
    };
    return matches
      .flatMap(match => match.apps.map(({ app, release }) => (release === null ? app : `${app}@${release}`)))
      .sort();
  }

  /** The components of each path, or of each entry without one. */
  async why(...words: string[]): Promise<string[]> {
    const { paths, noPath } = (await this.json('why', ...words)) as {
      paths: { name: string }[][];
      noPath: { name: string }[];
    };
    return [
      ...paths.map(path => path.map(hop => hop.name).join('>')),
      ...noPath.map(entry => `no path ${entry.name}`),
    ];
  }

  async digest(file: string): Promise<string> {
    const { documents } = (await this.json('documents')) as { documents: { name: string; sha256: string }[] };
    return documents.find(one => one.name.endsWith(file))?.sha256.slice(0, 12) ?? assert.fail(file);
  }
}

/**
 * A CycloneDX document in few words: `a@1: x y>z lib=` is about pkg:npm/a@1, which needs pkg:npm/x and y; y needs z; `lib=` has no purl. What follows a
 * bar is listed without a path. No subject: `-: x`.
 */
function cyclonedx(text: string): string {
  const [subject = '', body = ''] = text.split(': ');
  const [needed = '', loose = ''] = body.split('|').map(part => part.trim());
  const chains = [needed, loose].map(part =>
    part
      .split(' ')
      .filter(Boolean)
      .map(chain => chain.split('>')),
  );
  const [direct = [], others = []] = chains;
  const part = (ref: string, type: string): object => {
    const plain = ref.endsWith('=');
    const [, name = '', version] = /^(.[^@=]*)(?:@([^=]*))?/.exec(ref) ?? [];
    return {
      'bom-ref': ref,
      type,
      name,
      ...(version === undefined ? {} : { version }),
      ...(plain ? {} : { purl: `pkg:npm/${ref.replace(/^@/, '%40')}` }),
    };
  };
  const needs = new Map<string, string[]>();
  const add = (from: string, to: string): unknown => needs.set(from, [...(needs.get(from) ?? []), to]);
  for (const [first = ''] of direct) if (subject !== '-') add(subject, first);
  for (const chain of [...direct, ...others])
    for (const [at, one] of chain.slice(1).entries()) add(chain[at] ?? '', one);
  const refs = new Set([...direct, ...others].flat());
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    ...(subject === '-' ? {} : { metadata: { component: part(subject, 'application') } }),
    components: [...refs].map(ref => part(ref, 'library')),
    dependencies: [...needs].map(([ref, dependsOn]) => ({ ref, dependsOn })),
  });
}

/** A larder of documents by file name, in few words. */
async function larderOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<Spoken> {
  const spoken = new Spoken(await temporaryFolder(t));
  const names = Object.keys(files).map(name => `${name}.json`);
  for (const [name, text] of Object.entries(files))
    await writeFile(join(spoken.folder, `${name}.json`), text.startsWith('{') ? text : cyclonedx(text));
  await spoken.say('add', ...names);
  return spoken;
}

test('the later identification of a component holds, and the same said twice is one', async t => {
  const it = await larderOf(t, { a: 'a@1: lib=' });
  const lib = `${await it.digest('a.json')}#lib`;
  await it.say('identify', lib, '--as', 'pkg:generic/openssl@3.0.7');
  await it.say('identify', lib, '--as', 'pkg:generic/openssl@3.0.7');
  assert.equal((await it.json('where', 'openssl'))['total'], 1);
  await it.say('identify', lib, '--as', 'cpe:2.3:a:x:openssl:3:*:*:*:*:*:*:*');
  assert.deepEqual(await it.where('openssl'), ['a@1']);
  await it.say('identify', lib, '--as', 'pkg:generic/other@2');
  assert.deepEqual(await it.where('openssl'), []);
  assert.deepEqual(await it.where('other'), ['a@1']);
  assert.deepEqual(await it.where('cpe:2.3:a:x:openssl:3:*:*:*:*:*:*:*'), ['a@1']);
});

test('the later identification of a component as an app holds', async t => {
  const it = await larderOf(t, { a: 'a@1: lib=', b: 'b@1: x', c: 'c@1: y' });
  const lib = `${await it.digest('a.json')}#lib`;
  await it.say('identify', lib, '--as', 'b');
  assert.deepEqual(await it.where('x'), ['a@1', 'b@1']);
  await it.say('identify', lib, '--as', 'c');
  assert.deepEqual(await it.where('x'), ['b@1']);
  assert.deepEqual(await it.where('y'), ['a@1', 'c@1']);
  assert.deepEqual(await it.why('a', 'x'), []);
  assert.deepEqual(await it.why('a', 'y'), ['a>lib>c>y']);
});

test('a link to one entry holds what the entry leads to, in where as in why', async t => {
  const it = await larderOf(t, { router: 'router@1: r', fw: 'fw@1: z>y x' });
  await it.say('link', 'router', `${await it.digest('fw.json')}#z`);
  assert.deepEqual(await it.where('x'), ['fw@1']);
  assert.deepEqual(await it.why('router', 'x'), []);
  for (const part of ['z', 'y']) {
    assert.deepEqual(await it.where(part), ['fw@1', 'router'], part);
    assert.equal((await it.why('router', part)).length, 1, part);
  }
});

test('a link from one entry is followed on only from what holds that entry', async t => {
  const it = await larderOf(t, { chip: 'chip@1: x', fw: 'fw@1: z>y q', a: 'a@1: m', b: 'b@1: n' });
  const fw = await it.digest('fw.json');
  await it.say('link', `${fw}#y`, 'chip');
  await it.say('link', 'a', `${fw}#z`);
  await it.say('link', 'b', `${fw}#q`);
  assert.deepEqual(await it.where('x'), ['a', 'chip@1', 'fw@1']);
  assert.deepEqual(await it.why('a', 'x'), ['a>z>y>chip>x']);
  assert.deepEqual(await it.why('b', 'x'), []);
});

test('a link to one release does not take a document without a release for it', async t => {
  const it = await larderOf(t, { router: 'router@1: r', old: 'fw@1: y', fw: 'fw: x' });
  await it.say('link', 'router', 'fw@1');
  assert.deepEqual(await it.where('x'), ['fw']);
  assert.deepEqual(await it.why('router', 'x'), []);
  assert.deepEqual(await it.where('y'), ['fw@1', 'router']);
  await it.say('link', 'router', 'fw');
  assert.deepEqual(await it.where('x'), ['fw', 'router']);
  assert.deepEqual(await it.why('router', 'x'), ['router>fw>x']);
});

test('a link of an app holds of the app that it was later said to be', async t => {
  const it = await larderOf(t, { a: 'a@1: q', b: 'b@1: r', fw: 'fw@1: x' });
  await it.say('link', 'a', 'fw');
  await it.say('identify', 'a', '--as', 'b');
  assert.deepEqual(await it.where('x'), ['b', 'fw@1']);
  assert.deepEqual(await it.why('b@1', 'x'), ['b>fw>x']);
});

test('nothing is said of a release that is not here', async t => {
  const it = await larderOf(t, { a: 'a@1: q', fw: 'fw@1: x' });
  for (const words of [
    ['link', 'a@9.9', 'fw'],
    ['link', 'fw', 'a@9.9'],
    ['mark', 'a@7.7', 'bad'],
  ]) {
    const ran = await it.run(...words);
    assert.equal(ran.code, 3, words.join(' '));
    assert.match(ran.stderr, /a has no release '[\d.]+' here; it has 1\.$/m);
  }
});

test('a retired release holds nothing by a link either, unless all is asked for', async t => {
  const it = await larderOf(t, { one: 'router@1: q', two: 'router@2: q', fw: 'fw@1: x' });
  await it.say('link', 'router@1', 'fw');
  await it.say('retire', 'router@1');
  assert.deepEqual(await it.where('x'), ['fw@1']);
  assert.deepEqual(await it.where('x', '--all'), ['fw@1', 'router@1']);
});

test('what a linked document lists without a path is held, as where says', async t => {
  const it = await larderOf(t, {
    router: 'router@1: r',
    fw: 'fw@1: y | x',
    bag: '-: | loose',
    box: '-: | b',
  });
  const [bag, box] = [await it.digest('bag.json'), await it.digest('box.json')];
  await it.say('link', 'router', 'fw');
  await it.say('link', 'router', bag);
  await it.say('link', box, 'fw@1');
  for (const part of ['x', 'loose']) {
    assert.ok((await it.where(part)).includes('router'), part);
    assert.deepEqual(await it.why('router', part), [`no path ${part}`]);
  }
  assert.deepEqual(await it.why(box, 'x'), ['no path x']);
  assert.match(
    await it.say('why', 'router', 'x'),
    /^router holds x {2}no path stated {2}[0-9a-f]{8} fw\.json {2}joined by assertion\n/,
  );
  const { noPath } = (await it.json('why', 'router', 'x')) as { noPath: { join: string }[] };
  assert.deepEqual(
    noPath.map(entry => entry.join),
    ['assertion'],
  );
  assert.deepEqual(await it.why('router', 'y'), ['router>fw>y']);
});

async function shareOf(it: Spoken, app: string): Promise<unknown> {
  return (await it.json('show', app))['share'];
}

test('whose a part is, is found by each way of naming it, and the later word holds', async t => {
  const it = await larderOf(t, { a: 'a@1: left-pad@1.3.0 libfoo= @s/p@1 right@1 other=', b: 'right@1: q' });
  const other = `${await it.digest('a.json')}#other`;
  const steps: [string[], object][] = [
    [['left-pad', 'own'], { own: 1, upstream: 0, unknown: 4 }],
    [['libfoo', 'own', 'contact=foo@example.com'], { own: 2, upstream: 0, unknown: 3 }],
    [['pkg:npm/%40s/p@1', 'own'], { own: 3, upstream: 0, unknown: 2 }],
    // An app of its own, and a part of this one.
    [['right', 'own'], { own: 4, upstream: 0, unknown: 1 }],
    [[other, 'third-party'], { own: 4, upstream: 1, unknown: 0 }],
    [['left-pad', 'third-party'], { own: 3, upstream: 2, unknown: 0 }],
    // Of one version, which is narrower.
    [['pkg:npm/left-pad@1.3.0', 'own'], { own: 4, upstream: 1, unknown: 0 }],
  ];
  for (const [words, expected] of steps) {
    await it.say('mark', ...words);
    assert.deepEqual(await shareOf(it, 'a'), expected, words.join(' '));
  }
});

test('whom to contact for a part is found by each way of naming it', async t => {
  const it = await larderOf(t, { a: 'a@1: left-pad@1.3.0 libfoo=' });
  await it.say('mark', 'left-pad', 'contact=old@example.com');
  await it.say('mark', 'left-pad', 'contact=pad@example.com');
  await it.say('mark', 'libfoo', 'contact=foo@example.com');
  const { contacts } = (await it.json('show', 'a')) as {
    contacts: { upstream: { who: string; ways: string[] }[] };
  };
  assert.deepEqual(
    contacts.upstream.map(({ who, ways }) => [who, ways]),
    [
      ['left-pad', ['pad@example.com']],
      ['libfoo', ['foo@example.com']],
    ],
  );
  assert.deepEqual((await it.json('show', 'left-pad@1.3.0'))['contacts'], ['pad@example.com']);
});

test('show tells what was said of a package by any of its names', async t => {
  const it = await larderOf(t, { a: 'a@1: @s/p@1 @s/p@2 lib=' });
  await it.say('mark', '@s/p', 'good');
  await it.say('mark', '@s/p', 'bad');
  for (const words of ['@s/p', 'pkg:npm/%40s/p', 'pkg:npm/%40s/p@1']) {
    const text = await it.say('show', words);
    assert.match(text, /alice said bad of pkg:npm\/%40s\/p on 2026-01-02/, words);
    assert.doesNotMatch(text, /good/, words);
  }
  await it.say('mark', 'pkg:npm/%40s/p@2', 'good');
  assert.doesNotMatch(await it.say('show', 'pkg:npm/%40s/p@1'), /good/);
  const document = await it.digest('a.json');
  await it.say('mark', `${document}#lib=`, 'bad');
  assert.match(await it.say('show', document), /alice said bad of lib= in [0-9a-f]{8} on/);
});

test('what was said of an app holds of its releases, and of the app that it is said to be', async t => {
  const it = await larderOf(t, { a: 'a@1: q', a2: 'a@2: q', b: 'b@1: r' });
  await it.say('mark', 'a@1', 'bad');
  await it.say('mark', 'a', 'contact=old@example.com');
  await it.say('mark', 'a', 'contact=new@example.com', 'deployed=production');
  assert.match(await it.say('show', 'a@1'), /said bad on/);
  assert.match(await it.say('show', 'a@1'), /said deployed=production on/);
  assert.doesNotMatch(await it.say('show', 'a@2'), /said bad on/);
  const own = async (app: string): Promise<unknown> =>
    ((await it.json('show', app)) as { contacts: { own: unknown } }).contacts.own;
  assert.deepEqual(await own('a'), ['new@example.com']);
  await it.say('identify', 'a', '--as', 'b');
  assert.deepEqual(await own('b'), ['new@example.com']);
  assert.match(await it.say('show', 'b@1'), /said deployed=production on/);
  await it.say('mark', 'b', 'contact=newest@example.com');
  assert.deepEqual(await own('b'), ['newest@example.com']);
});

test('what is identified is found by the words that find what is stated', async t => {
  const it = await larderOf(t, { a: 'a@1: lib= py= rpm= prod=' });
  const document = await it.digest('a.json');
  await it.say('identify', `${document}#lib`, '--as', 'pkg:generic/openssl@3.0.7');
  await it.say('identify', `${document}#py`, '--as', 'pkg:pypi/zope.interface@5.0');
  await it.say('identify', `${document}#rpm`, '--as', 'pkg:rpm/redhat/bind@9.11-5?epoch=1');
  await it.say('identify', `${document}#prod`, '--as', 'cpe:2.3:a:acme:prod:4.2:*:*:*:*:*:*:*');
  for (const words of [
    ['openssl'],
    ['openssl@3.0.7'],
    ['OPENSSL'],
    ['zope-interface'],
    ['Zope_Interface@5.0'],
    ['bind@1:9.11-5'],
    ['bind', '>=1:9'],
    ['cpe:2.3:a:acme:prod', '>=4'],
  ]) {
    const [name = '', ...range] = words;
    const asked = name.startsWith('cpe:') ? [`${name}:*:*:*:*:*:*:*:*`, ...range] : words;
    const { notCompared } = (await it.json('where', ...asked)) as { notCompared: unknown[] };
    assert.ok((await it.where(...asked)).length + notCompared.length === 1, words.join(' '));
    if (range.length === 0) assert.equal((await it.why('a', ...asked)).length, 1, words.join(' '));
  }
  assert.deepEqual(await it.where('openssl@3.0.8'), []);
  const { matches } = (await it.json('where', 'cpe:2.3:a:acme:prod:*:*:*:*:*:*:*:*')) as {
    matches: { version: string }[];
  };
  assert.deepEqual(
    matches.map(match => match.version),
    ['4.2'],
  );
});

test('what could have no effect is refused', async t => {
  const it = await larderOf(t, { a: 'a@1: x lib=', b: 'b@1: y' });
  const document = await it.digest('a.json');
  for (const [words, message] of [
    [[`${document}#lib`, '--as', 'cpe:nonsense'], /cannot be read as a CPE, as in cpe:2\.3:/],
    [['lib', '--as', 'b'], /components named lib is no app, document or component of one/],
    [['pkg:npm/x', '--as', 'b'], /pkg:npm\/x is no app, document or component of one/],
  ] as const) {
    const ran = await it.run('identify', ...words);
    assert.notEqual(ran.code, 0, words.join(' '));
    assert.match(ran.stderr, message);
  }
});

test('one release is said to be of another app without the others', async t => {
  const it = await larderOf(t, { one: 'a@1: x', two: 'a@2: x', three: 'a@3: x', b: 'b@9: y' });
  assert.match(await it.say('identify', 'a@1', '--as', 'b'), /^a 1, 1 document, is of the app b, says alice/);
  assert.deepEqual(await it.where('x'), ['a@2', 'a@3', 'b@1']);
  await it.say('identify', 'a@2', '--as', 'b@7');
  assert.deepEqual(await it.where('x'), ['a@3', 'b@1', 'b@7']);
  await it.say('identify', await it.digest('three.json'), '--as', 'b@8');
  assert.deepEqual(await it.where('x'), ['b@1', 'b@7', 'b@8']);
});

test('what cannot be said of one release is refused with the way to do it', async t => {
  const it = await larderOf(t, { a: 'a@1: lib=', b: 'b@1: y' });
  const all = await it.run('identify', 'a', '--as', 'b@7');
  assert.match(all.stderr, /name the release: larder identify a@RELEASE --as b@7\.$/m);
  const part = await it.run('identify', `${await it.digest('a.json')}#lib`, '--as', 'b@1');
  assert.match(part.stderr, /larder link DOCUMENT#REF b@1 says that it holds that release\.$/m);
  assert.deepEqual([all.code, part.code], [3, 3]);
});

test('groups count a linked product by its own label', async t => {
  const it = await larderOf(t, { router: 'router@1: r', fw: 'fw@1: x' });
  await writeFile(join(it.folder, 'box.json'), cyclonedx('box@1: b'));
  await it.say('add', 'box.json', '--label', 'team=blue');
  await it.say('link', 'router', 'fw');
  await it.say('link', 'box@1', 'fw');
  const answer = await it.json('where', 'x', '--group-by', 'team');
  assert.equal((answer['counts'] as { apps: number }).apps, 3);
  assert.deepEqual(answer['groups'], [
    { value: null, apps: 2, documents: 1 },
    { value: 'blue', apps: 1, documents: 0 },
  ]);
});

test('where says that only a retired app has it', async t => {
  const it = await larderOf(t, { a: 'a@1: x', b: 'b@1: y' });
  await it.say('retire', 'a');
  assert.match(
    await it.say('where', 'x'),
    /^x is in none of 1 app.*\n {2}1 retired app has it; --all shows it\./,
  );
  await it.say('retire', 'b');
  assert.match(
    await it.say('where', 'x'),
    /^x was looked for in no app: all 2 are retired \(--all\)\s+\(.*\)\n {2}1 retired app has it; --all shows it\./,
  );
  assert.match(await it.say('where', 'x', '--all'), /^x is in 1 of 2 apps/);
});
