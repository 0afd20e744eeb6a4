import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareVersions, schemeByName } from './list.ts';

const DATA = 'data/versions';
const skip = existsSync(DATA) ? false : 'data/versions is not there';

/** Rows we do not follow, each with its proof. */
const REFUSED = new Map([
  [
    'composer 5.1.0-stable < 5.1.0-beta2',
    'Composer drops "-stable" when it reads a version (VersionParser::normalize); the row comes from bare version_compare.',
  ],
  [
    'maven 1.0.0-gradle-rework-beta3 < 1.0.0.RC7-3',
    'Maven also has 1.0.0.RC7-3 < 1.0.0 < 1.0.0-gradle-rework-beta3, so its own answers go in a circle; ours follow the last two.',
  ],
  [
    'maven 1.1.0-01-glassfish < 1.1.0.Beta1',
    'Maven also has 1.1.0.Beta1 < 1.1.0 < 1.1.0-01-glassfish, so its own answers go in a circle; ours follow the last two.',
  ],
  [
    'openssl 1.0.2zc < 1.0.2zc-dev',
    'OpenSSL names the code between 1.0.2zb and 1.0.2zc "1.0.2zc-dev"; the list was sorted as text.',
  ],
]);

const SCHEME_OF_TABLE: Readonly<Record<string, string>> = {
  alpine: 'apk',
  cran: 'cran',
  debian: 'deb',
  hackage: 'hackage',
  maven: 'maven',
  nuget: 'nuget',
  packagist: 'composer',
  pub: 'pub',
  pypi: 'pypi',
  redhat: 'rpm',
  rubygems: 'gem',
  semver: 'semver',
};

type Row = readonly [scheme: string, a: string, operator: string, b: string];

for (const table of skip ? [] : readdirSync(join(DATA, 'osv-semantic'))) {
  const scheme = SCHEME_OF_TABLE[table.split('-')[0] ?? ''];
  if (scheme === undefined) continue;
  test(`${table}: every line`, () => checkRows(linesOf(join('osv-semantic', table), scheme), 5));
}

test('every version of the all-versions list can be read by some order', { skip }, () => {
  const semver = schemeByName('semver');
  const lines = read('osv-semantic/all-versions.txt').split('\n');
  const refused = lines.filter(
    line => /^v?\d+\.\d+\.\d+(?:-[a-zA-Z\d.-]+)?$/.test(line) && semver?.parse(line) === null,
  );
  assert.deepEqual(refused, []);
});

test('univers: apk and rpm lists', { skip }, () => {
  checkRows(linesOf('univers/alpine_test.txt', 'apk'), 500);
  const calls = read('univers/rpmvercmp.at').matchAll(/^RPMVERCMP\(([^,\n]+), ([^,\n]+), (-?[01])\)/gm);
  const rows = [...calls].map(
    ([, a = '', b = '', sign = '']): Row => ['rpm', a, sign === '0' ? '=' : sign === '1' ? '>' : '<', b],
  );
  checkRows(rows, 80);
});

test('univers: OpenSSL releases in order', { skip }, () => {
  const list: { string: string }[] = JSON.parse(read('univers/openssl/openssl_versort_expected.json'));
  checkSorted(
    'openssl',
    list.map(one => one.string),
  );
});

test('univers and vers-spec: comparisons and equalities', { skip }, () => {
  let cases = 0;
  for (const one of suiteCases(['univers/schema', 'vers-spec/tests'])) {
    if (one.test_type !== 'comparison' && one.test_type !== 'equality') continue;
    cases++;
    const { input_scheme: scheme, versions } = one.input;
    if (one.test_type === 'comparison') checkSorted(scheme, one.expected_output as string[]);
    else
      assert.equal(
        order([scheme, versions[0] ?? '', '=', versions[1] ?? '']) === '=',
        one.expected_output,
        `${scheme} ${versions}`,
      );
  }
  assert.ok(cases > 2000, `${cases} cases`);
});

interface SuiteCase {
  readonly test_type: string;
  readonly input: { readonly input_scheme: string; readonly versions: readonly string[] };
  readonly expected_output: unknown;
}

function suiteCases(folders: readonly string[]): SuiteCase[] {
  const files = folders.flatMap(folder =>
    readdirSync(join(DATA, folder))
      .filter(name => name.endsWith('.json'))
      .map(name => join(folder, name)),
  );
  return files.flatMap(file => {
    const content = JSON.parse(read(file));
    return Array.isArray(content) ? content : content.tests;
  });
}

function linesOf(file: string, scheme: string): Row[] {
  const matches = read(file).matchAll(/^(\S+) ([<=>]) (\S+)\s*$/gm);
  return [...matches].map(([, a = '', operator = '', b = '']): Row => [scheme, a, operator, b]);
}

function checkRows(rows: readonly Row[], atLeast: number): void {
  assert.ok(rows.length >= atLeast, `${rows.length} rows`);
  const wrong = rows.filter(row => !REFUSED.has(row.join(' ')) && order(row) !== row[2]);
  assert.deepEqual(
    wrong.map(row => row.join(' ')),
    [],
  );
}

function checkSorted(scheme: string, versions: readonly string[]): void {
  const pairs = versions.slice(1).map((version, index): Row => [scheme, versions[index] ?? '', '<', version]);
  const wrong = pairs.filter(row => !REFUSED.has(row.join(' ')) && !['<', '='].includes(order(row)));
  assert.deepEqual(
    wrong.map(row => row.join(' ')),
    [],
  );
}

function order([name, a, , b]: Row): string {
  const scheme = schemeByName(name);
  const result = scheme === null ? null : compareVersions(scheme, a, b);
  if (result === null) return 'unknown';
  return result < 0 ? '<' : result > 0 ? '>' : '=';
}

function read(file: string): string {
  return readFileSync(join(DATA, file), 'utf8');
}
