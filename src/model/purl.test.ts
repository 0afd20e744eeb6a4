import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ModelError } from './errors.ts';
import {
  canonicalPurl,
  formatPurl,
  lookupOf,
  makePurl,
  matchKey,
  parsePurl,
  purlFault,
  purlName,
  tryPurl,
} from './purl.ts';
import { PURL_TYPES, purlTypeRule } from './purl-types.ts';

const SUITE = 'data/versions/purl-spec';
const skip = existsSync(SUITE) ? false : 'data/versions/purl-spec is not there';

test('canonical text of what documents say', () => {
  const table: [string, string | null][] = [
    ['pkg:npm/left-pad@1.3.0', 'pkg:npm/left-pad@1.3.0'],
    ['pkg:npm/@scope/name', 'pkg:npm/%40scope/name'],
    ['pkg:npm/@scope/name@1.0.0', 'pkg:npm/%40scope/name@1.0.0'],
    ['pkg:npm/%40scope%2Fname@1.0.0', 'pkg:npm/%40scope/name@1.0.0'],
    ['PKG:NPM/JSONStream@1', 'pkg:npm/JSONStream@1'],
    ['pkg:///maven//org.example/lib@1/', 'pkg:maven/org.example/lib@1'],
    ['pkg:pypi/Foo_Bar@1.0.RC1', 'pkg:pypi/foo-bar@1.0.rc1'],
    ['pkg:golang/example.com/a%2Fb@v1', 'pkg:golang/example.com/a/b@v1'],
    ['pkg:golang/stdlib@1.21.0', 'pkg:golang/stdlib@1.21.0'],
    [
      'pkg:deb/debian/libc%2B%2B@1:2%2Bb1?distro=debian-12&Arch=amd64',
      'pkg:deb/debian/libc%2B%2B@1:2%2Bb1?arch=amd64&distro=debian-12',
    ],
    [
      'pkg:generic/x?download_url=https://example.com/?a=b',
      'pkg:generic/x?download_url=https:%2F%2Fexample.com%2F%3Fa%3Db',
    ],
    ['pkg:generic/x?a=&b=1', 'pkg:generic/x?b=1'],
    ['pkg:generic/100%@1', 'pkg:generic/100%25@1'],
    ["pkg:generic/it's(1)*!", 'pkg:generic/it%27s%281%29%2A%21'],
    ['pkg:generic/x#../a/./b//c', 'pkg:generic/x#a/b/c'],
    ['pkg:generic/\u00e9', 'pkg:generic/%C3%A9'],
    ['pkg:github/Owner/Repo@refs/heads/main', 'pkg:github/owner/repo@refs%2Fheads%2Fmain'],
    ['pkg:generic', null],
    ['pkg:generic/', null],
    ['pkg:generic/@1', null],
    ['npm/left-pad', null],
    ['', null],
    ['pkg:n&g/x', null],
  ];
  for (const [text, expected] of table) assert.equal(canonicalPurl(text), expected, text);
});

test('a strict reader says in one sentence what is wrong', () => {
  assert.throws(() => parsePurl('pkg:swift/alamofire@1'), {
    code: 'invalid-purl',
    message: /needs a namespace\.$/,
  });
  assert.throws(() => parsePurl('pkg:cargo/a/b'), { message: /has no namespace\.$/ });
  assert.throws(() => parsePurl('left-pad'), {
    message: '"left-pad" is no package URL: it does not start with pkg:.',
  });
  assert.throws(() => parsePurl(`pkg:npm/${'a'.repeat(20_000)}`), { message: /longer than/ });
  assert.throws(() => formatPurl({ type: 'npm', name: '' }), ModelError);
  assert.throws(() => formatPurl({ type: 'npm', name: 'a', qualifiers: [['a b', '1']] }), ModelError);
});

test('lookup names fold what registries ignore', () => {
  const name = (text: string) => purlName(parsePurl(text));
  assert.deepEqual(name('pkg:pypi/Zope.Interface@1'), {
    type: 'pypi',
    namespace: null,
    name: 'zope-interface',
  });
  assert.deepEqual(name('pkg:golang/example.com/Owner/Lib@v1'), {
    type: 'golang',
    namespace: 'example.com/owner',
    name: 'lib',
  });
  assert.deepEqual(name('pkg:nuget/Newtonsoft.Json@1').name, 'newtonsoft.json');
  assert.deepEqual(name('pkg:npm/JSONStream@1').name, 'JSONStream');
});

test('a match key keeps only the qualifiers that change a verdict', () => {
  const key = (text: string) => matchKey(parsePurl(text));
  assert.equal(key('pkg:maven/g/a@1?classifier=sources&type=jar'), 'pkg:maven/g/a@1');
  assert.equal(
    key('pkg:rpm/redhat/a@1-1?arch=x86_64&distro=rhel-9&epoch=1&repository_id=x&upstream=a.src.rpm#p'),
    'pkg:rpm/redhat/a@1-1?arch=x86_64&distro=rhel-9&epoch=1&upstream=a.src.rpm',
  );
  assert.equal(key('pkg:pypi/zope.interface@5'), key('pkg:pypi/Zope_Interface@5?file_name=x.whl'));
});

test('canonical text is a fixed point, and parts survive it', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const parts = fc.record({
    type: fc.constantFrom(...PURL_TYPES, 'unheard-of'),
    namespace: fc.option(text),
    name: text,
    version: fc.option(text),
    qualifiers: fc.array(fc.tuple(fc.constantFrom('arch', 'distro', 'x.y'), text), { maxLength: 1 }),
    subpath: fc.option(text),
  });
  fc.assert(
    fc.property(parts, wanted => {
      fc.pre(wanted.name.includes('/') === false && (wanted.namespace ?? 'a').replaceAll('/', '') !== '');
      const canonical = formatPurl(wanted);
      assert.equal(canonicalPurl(canonical), canonical);
      const parsed = tryPurl(canonical);
      assert.ok(parsed);
      assert.equal(formatPurl(parsed), canonical);
      assert.equal(parsed.version, makePurl(wanted).version);
      const lookup = { name: purlName(parsed), version: parsed.version, key: matchKey(parsed) };
      assert.deepEqual(lookupOf(canonical), lookup);
    }),
  );
});

test('a plus that is not encoded is, and the name of an rpm keeps its case', () => {
  const cases = {
    'pkg:deb/debian/libstdc++6@9.9+deb9u9?arch=amd64':
      'pkg:deb/debian/libstdc%2B%2B6@9.9%2Bdeb9u9?arch=amd64',
    'pkg:golang/example.com/uuid@v4.0.0+incompatible': 'pkg:golang/example.com/uuid@v4.0.0%2Bincompatible',
    'pkg:rpm/redhat/perl-HTTP-Tiny@0.033-3.el7?arch=noarch':
      'pkg:rpm/redhat/perl-HTTP-Tiny@0.033-3.el7?arch=noarch',
    'pkg:rpm/RedHat/perl-HTTP-Tiny@1': 'pkg:rpm/redhat/perl-HTTP-Tiny@1',
  };
  for (const [stated, canonical] of Object.entries(cases)) {
    assert.equal(canonicalPurl(stated), canonical);
    assert.equal(formatPurl(tryPurl(stated) ?? assert.fail(stated)), canonical);
  }
});

test('what a purl is looked up by is the same by cutting its text and by its parts', () => {
  const cases = [
    'pkg:pypi/a.b-c@1.0?x=y#s/p',
    'pkg:rpm/redhat/openssl-libs@1:3.0.7-6.el9?arch=x86_64&epoch=1&file_name=a.rpm',
    'pkg:golang/github.com/Foo/Bar@v4%2Bincompatible#cmd',
    'pkg:npm/%40scope/name@1.0.0',
    'pkg:git/github.com/a/b/c@1',
    'pkg:nuget/A.B',
    'pkg:generic/a%20b@1',
  ];
  for (const text of cases) {
    const purl = tryPurl(text) ?? assert.fail(text);
    const lookup = { name: purlName(purl), version: purl.version, key: matchKey(purl) };
    assert.deepEqual(lookupOf(formatPurl(purl)), lookup);
  }
  assert.equal(lookupOf('no purl'), null);
});

test('nothing makes the lenient reader throw, and what the fast path takes the slow path agrees with', () => {
  const piece = fc.constantFrom(
    'pkg:',
    'npm',
    'pypi',
    'deb',
    'rpm',
    '/',
    '@',
    '?',
    '#',
    '%40',
    '%2f',
    '%2B',
    '+',
    '%',
    'a=b',
    '&',
    '=',
    'A',
    '_',
    '.',
    ':',
    'x',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 14 }).map(pieces => `pkg:${pieces.join('')}`),
      ),
      text => {
        const canonical = canonicalPurl(text);
        const parsed = tryPurl(text);
        assert.equal(canonical, parsed === null ? null : formatPurl(parsed));
        if (canonical === null || parsed === null) return;
        assert.equal(canonicalPurl(canonical), canonical);
        const again = tryPurl(canonical) ?? assert.fail(canonical);
        const lookup = { name: purlName(again), version: again.version, key: matchKey(again) };
        assert.deepEqual(lookupOf(canonical), lookup);
      },
    ),
    { numRuns: 2000 },
  );
});

interface Case {
  readonly description: string;
  readonly test_group: string;
  readonly test_type: 'parse' | 'build' | 'validate';
  readonly input: unknown;
  readonly expected_output: unknown;
  readonly expected_failure: boolean;
}

interface Parts {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Record<string, string> | null;
  readonly subpath: string | null;
}

test('every case of the purl specification, required and recommended', { skip }, () => {
  let cases = 0;
  for (const file of suiteFiles()) {
    const { tests } = JSON.parse(readFileSync(file, 'utf8')) as { tests: Case[] };
    for (const one of tests) {
      cases++;
      const where = `${file}: ${one.test_type} ${JSON.stringify(one.input)}`;
      if (one.expected_failure) assert.throws(() => run(one), ModelError, where);
      else
        assert.deepEqual(
          run(one),
          one.test_type === 'parse' ? withNulls(one.expected_output as Parts) : one.expected_output,
          where,
        );
    }
  }
  assert.ok(cases >= 300, `${cases} cases`);
});

/** The older suite of packageurl-js where purl-spec now says otherwise: `+` is encoded, `:` is not, keys are in lower case, and so on. */
const OLDER = [
  'debian can have debian versions as part of version with plus sign',
  'Java gem can use a qualifier',
  'rpm often use qualifiers',
  'invalid swift purl without version',
  'minimal Hugging Face model',
];

test('every case of packageurl-js that purl-spec has not overtaken', { skip }, () => {
  const folder = 'data/versions/packageurl-js/test/data';
  let cases = 0;
  for (const file of ['contrib-tests.json', 'test-suite-data.json']) {
    for (const one of JSON.parse(readFileSync(join(folder, file), 'utf8'))) {
      if (OLDER.includes(one.description)) continue;
      cases++;
      if (one.is_invalid) assert.throws(() => parsePurl(one.purl), ModelError, one.description);
      else assert.equal(canonicalPurl(one.purl), one.canonical_purl.replaceAll('%3A', ':'), one.description);
    }
  }
  assert.ok(cases > 30, `${cases} cases`);
});

test('our table of types says what the definitions say', { skip }, () => {
  const files = readdirSync(join(SUITE, 'types'));
  for (const file of files) {
    const definition = JSON.parse(readFileSync(join(SUITE, 'types', file), 'utf8'));
    const rule = purlTypeRule(definition.type);
    assert.ok(PURL_TYPES.includes(definition.type), definition.type);
    assert.equal(rule.namespace, definition.namespace_definition.requirement, definition.type);
    assert.equal(rule.lowerName, definition.name_definition.case_sensitive === false, definition.type);
    assert.equal(rule.lowerVersion, definition.version_definition?.case_sensitive === false, definition.type);
    assert.equal(
      rule.lowerNamespace,
      definition.namespace_definition.case_sensitive === false,
      definition.type,
    );
  }
  assert.equal(PURL_TYPES.length, files.length);
});

function suiteFiles(): string[] {
  const folder = join(SUITE, 'tests');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.json'))
    .map(name => join(folder, name));
}

function run(one: Case): unknown {
  if (one.test_type === 'validate') return canonicalPurl(one.input as string);
  if (one.test_type === 'parse') {
    const purl = parsePurl(one.input as string);
    return { ...purl, qualifiers: purl.qualifiers.length === 0 ? null : Object.fromEntries(purl.qualifiers) };
  }
  const { qualifiers, ...parts } = one.input as Parts;
  const wanted = { ...parts, qualifiers: Object.entries(qualifiers ?? {}) };
  const fault = purlFault(makePurl(wanted));
  if (fault !== null) throw new ModelError('invalid-purl', fault);
  return formatPurl(wanted);
}

function withNulls(parts: Parts): Parts {
  const { type, namespace, name, version, qualifiers, subpath } = parts;
  return {
    type,
    namespace: namespace ?? null,
    name,
    version: version ?? null,
    qualifiers: qualifiers ?? null,
    subpath: subpath ?? null,
  };
}

test('white space around a purl is no part of it, but what is strict refuses it', () => {
  for (const text of ['pkg:npm/left@1.0.0\n', '\t pkg:npm/left@1.0.0 ', ' pkg:npm/left@1.0.0?']) {
    assert.equal(canonicalPurl(text), 'pkg:npm/left@1.0.0', JSON.stringify(text));
    assert.equal(tryPurl(text)?.version, '1.0.0');
  }
  assert.throws(() => parsePurl(' pkg:npm/left@1.0.0'));
});
