import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_VERSION_LENGTH } from './define.ts';
import { compareVersions, SCHEMES, schemeByName, schemeForEcosystem, schemeForPurlType } from './list.ts';

/** Per scheme: versions in ascending order; `=` joins equal ones. */
const ASCENDING: Record<string, string> = {
  semver:
    '0.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1=v1.0.0=1.0.0+build 1.0.0.1 1.2 1.10 2.0',
  pub: '1.0.0-pre 1.0.0-pre+build 1.0.0 1.0.0+1 1.0.0+2 1.0.0+a',
  golang:
    'v0.0.0-20190101000000-abcdefabcdef v1.20=go1.20 go1.21rc2 go1.21rc10 go1.21 v1.21.1 v2.0.0+incompatible=v2.0.0',
  pypi: 'whatever 1.0.dev1 1.0a1 1.0a1.post1 1.0b2 1.0rc1=1.0c1 1.0=1=1.0.0 1.0+local 1.0+1 1.0.post1.dev1 1.0.post1=1.0-1 1.1 1!0.1',
  maven:
    '1-alpha-1=1a1 1-beta 1-milestone 1-rc=1-cr 1-SNAPSHOT 1=1.0=1-ga=1.final 1-sp 1-abc 1-1=1-ga-1 1.0.1 1.1 1.10',
  gem: '0.9 1.0.a.9 1.0.a.10=1.0.a10 1.0.b1 1.0=1 1.0.1',
  nuget: '1.0-alpha=1.0.0-ALPHA 1.0-beta.2 1.0-beta.11 1.0=1.0.0.0=1.0.0+x 1.0.0.1 1.0.1',
  composer: '1.0-foo 1.0-dev 1.0a1 1.0b1 1.0RC1=1.0-rc1 1.0=v1.0 1.0.0 1.0.1',
  deb: '1.0~rc1 1.0~rc1-1 1.0=1.0-0=0:1.0 1.0-1 1.0-1+b1 1.0-1.1 1.0a 1.0+git 1.1 1:0.1',
  rpm: '1.0~rc1 1.0 1.0-1.el9 1.0-2 1.0-10 1.0^git1-1 1.0a 1.0.1 1:0.1',
  apk: '1.0_alpha 1.0_rc1 1.0=1.0-r0 1.0-r1 1.0_p1 1.0a 1.0.01 1.0.1 1.1',
  alpm: '1.0a 1.0b 1.0beta 1.0rc 1.0 1.0.a 1.0.1 1.1 1:0.1',
  gentoo: '1.0_alpha 1.0_rc1 1.0=1.0-r0 1.0-r1 1.0_p1 1.0a 1.0.01 1.0.1 1.1',
  opam: '1.0~beta 1.0 1.0a 1.0.1 1.10',
  cran: '0.01=0.1 0.9 0.75=0-75 1.0 1.0.0=1.0-0 1.0.1',
  hackage: '0.1 1 1.0 1.0.0 1.0.1',
  bitnami: '1.0.0-rc.1 1.0.0 1.0.0-1=1.0.0-r1 1.0.0-10 1.0.1',
  conan: '1.0-pre=1.0-PRE 1.0=1 1.0+b1 1.2 1.2a 1.10 1.abc cci',
  openssl: '1.0.2-beta1 1.0.2 1.0.2a 1.0.2z 1.0.2za 1.1.1 3.0.0-alpha2 3.0.0-alpha10 3.0.0 3.0.1',
  nginx: '0.8.9 0.8.10 1.0',
  intdot: '1.2=1.2.0=1.2-rc1 1.3 1.10',
  datetime:
    '2024-01-01T00:00:00Z=2023-12-31T19:00:00-05:00=2024-01-01T00:00:00.000Z 2024-01-01T00:00:00.1Z 2024-01-01T00:00:01Z',
  lexicographic: '10 2 A a aa \u00e9',
};

for (const scheme of SCHEMES) {
  test(`${scheme.id}: the order of a hand-written list`, () => {
    const groups = (ASCENDING[scheme.id] ?? '').split(' ').map(group => group.split('='));
    assert.ok(groups.length > 1, `${scheme.id} has a list`);
    const ranked = groups.flatMap((group, rank) => group.map(version => ({ version, rank })));
    for (const a of ranked) {
      for (const b of ranked) {
        const result = compareVersions(scheme, a.version, b.version);
        assert.equal(
          Math.sign(result ?? Number.NaN),
          Math.sign(a.rank - b.rank),
          `${a.version} against ${b.version}`,
        );
      }
    }
  });

  test(`${scheme.id}: a total order over whatever it reads`, () => {
    const version = likely(scheme.id);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [x, y, z] = [scheme.parse(a), scheme.parse(b), scheme.parse(c)];
        if (x !== null) assert.equal(scheme.compare(x, x), 0);
        if (x === null || y === null) return;
        const xy = Math.sign(scheme.compare(x, y));
        assert.equal(xy, -Math.sign(scheme.compare(y, x)) + 0, `${a} against ${b} both ways`);
        if (z === null) return;
        const yz = Math.sign(scheme.compare(y, z));
        const xz = Math.sign(scheme.compare(x, z));
        if (xy <= 0 && yz <= 0) assert.ok(xz <= 0 && (xz < 0 || (xy === 0 && yz === 0)), `${a}, ${b}, ${c}`);
      }),
      { numRuns: 3000 },
    );
  });

  test(`${scheme.id}: never throws, and takes long text in stride`, () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 40 }), codes => {
        const parsed = scheme.parse(String.fromCharCode(...codes));
        if (parsed !== null) scheme.compare(parsed, parsed);
      }),
    );
    for (const unit of [
      '1',
      '1.',
      '1-',
      'a',
      'a1',
      '1a',
      '.',
      '-',
      '_p1',
      '~',
      '+',
      '0',
      '1_',
      '-r',
      '\u00e9',
    ]) {
      const long = `1${unit.repeat(MAX_VERSION_LENGTH)}`.slice(0, MAX_VERSION_LENGTH - 1);
      const [a, b] = [scheme.parse(long), scheme.parse(`${long}!`)];
      if (a !== null && b !== null) scheme.compare(a, b);
      assert.equal(scheme.parse(`${long}11`), null);
    }
  });
}

test('numbers of any length keep their order', () => {
  for (const id of [
    'semver',
    'pypi',
    'maven',
    'gem',
    'nuget',
    'composer',
    'deb',
    'rpm',
    'apk',
    'alpm',
    'cran',
  ]) {
    const scheme = schemeByName(id);
    assert.ok(scheme);
    const big = `${'9'.repeat(40)}.1`;
    assert.ok((compareVersions(scheme, '9007199254740993.1', '9007199254740992.1') ?? 0) > 0, id);
    assert.ok((compareVersions(scheme, big, `1${'0'.repeat(40)}.1`) ?? 0) < 0, id);
    assert.equal(compareVersions(scheme, big, big), 0, id);
  }
});

test('a commit hash has no place in an order', () => {
  for (const hash of ['2541b1294d2704b0964813337f33b291d3f8596b', '2541b12', 'de0fac2']) {
    assert.equal(schemeByName('semver')?.parse(hash), null);
    assert.equal(schemeByName('golang')?.parse(hash), null);
  }
  assert.notEqual(schemeByName('semver')?.parse('20200315'), null);
});

test('schemes are found by ecosystem, purl type and name; where none is defined there is none', () => {
  assert.equal(schemeForEcosystem('Debian:12')?.id, 'deb');
  assert.equal(schemeForEcosystem('Red Hat:enterprise_linux:9::baseos')?.id, 'rpm');
  assert.equal(schemeForEcosystem('OSS-Fuzz'), null);
  assert.equal(schemeForPurlType('cargo')?.id, 'semver');
  assert.equal(schemeForPurlType('generic'), null);
  assert.equal(schemeByName('alpine')?.id, 'apk');
  assert.equal(schemeByName('__proto__'), null);
});

/** Texts near what the scheme reads: pieces of versions, and now and then anything. PHP's `#` and an Arch version without release equal several that differ. */
function likely(id: string): fc.Arbitrary<string> {
  const words =
    '0 1 2 10 01 00 007 . . . - - _ + ~ ^ : ! a b z rc alpha beta dev post p r1 -r2 _p1 _rc ga final sp SNAPSHOT x v pl';
  const piece = fc.constantFrom(...words.split(' '));
  const pieces = fc.array(piece, { minLength: 1, maxLength: 7 }).map(parts => parts.join(''));
  const numbers = fc
    .array(fc.constantFrom('0', '1', '2', '10', '01'), { minLength: 1, maxLength: 4 })
    .map(parts => parts.join('.'));
  const tail = fc.constantFrom(
    '',
    '-1',
    '-rc.1',
    'a',
    'b1',
    '-alpha',
    '_p1',
    '-r1',
    '+1',
    '+a',
    '.dev1',
    '.post1',
    '~1',
    '^1',
    '-',
    '.',
    '1',
  );
  const joined = fc
    .tuple(numbers, tail, fc.constantFrom('', '', '.0', '-2', 'a'))
    .map(parts => parts.join(''));
  const any = fc.oneof(joined, pieces, fc.string({ maxLength: 6 }));
  if (id === 'composer') return any.filter(text => !text.includes('#'));
  return id === 'alpm' ? any.map(text => `${text}-1`) : any;
}
