import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type CveVersionEntry,
  type CveVersions,
  EMPTY_SELECTOR,
  type ProductSelector,
  type RangeEvent,
} from '../model/advisory.ts';
import { schemeForEcosystem } from '../versions/list.ts';
import { cpeSelects } from './cpe-match.ts';
import { contains } from './range.ts';

/** `introduced 0, fixed 1.0` as events. */
function events(text: string): RangeEvent[] {
  return text.split(', ').map(step => {
    const [kind, version] = step.split(' ');
    return { kind: kind as RangeEvent['kind'], version: version ?? '' };
  });
}

function selector(parts: Partial<ProductSelector>): ProductSelector {
  return {
    ...EMPTY_SELECTOR,
    ...parts,
  };
}

function ranges(...texts: string[]): ProductSelector {
  return selector({
    ranges: texts.map(text => ({ kind: 'events', type: 'ECOSYSTEM', repo: null, events: events(text) })),
  });
}

const npm = schemeForEcosystem('npm');

describe('the OSV evaluation algorithm', () => {
  const cases: readonly (readonly [string[], string, boolean | null, string])[] = [
    [['introduced 0, fixed 1.0.0'], '0.9.9', true, 'zero is before every version'],
    [['introduced 0, fixed 1.0.0'], '0.0.0-0', true, 'zero is before the lowest prerelease too'],
    [['introduced 0, fixed 1.0.0'], '1.0.0', false, 'fixed is exclusive'],
    [['introduced 1.0.0, last_affected 1.2.0'], '1.2.0', true, 'last_affected is inclusive'],
    [['introduced 1.0.0, last_affected 1.2.0'], '1.2.1', false, 'and ends there'],
    [['fixed 1.0.0, introduced 0'], '0.5.0', true, 'events may come in any order'],
    [['introduced 2.0.0, fixed 2.1.0, introduced 0, fixed 1.1.0'], '1.5.0', false, 'between two stretches'],
    [['introduced 0, limit 1.0.0'], '1.0.0', false, 'a limit is exclusive'],
    [['introduced 0, limit 1.0.0'], '0.9.0', true, 'before the limit'],
    [['introduced 0, limit 1.0.0, limit 2.0.0'], '1.5.0', true, 'any limit will do'],
    [['introduced 0, limit *'], '99.0.0', true, 'a star is no limit'],
    [['introduced 0, fixed 1.0.0', 'introduced 2.0.0'], '2.0.0', true, 'any range will do'],
    [['fixed 1.0.0'], '0.5.0', false, 'nothing is affected before an introduced event'],
    [['introduced 0, fixed not-a-version'], '0.5.0', null, 'what cannot be compared is unknown'],
    [
      ['introduced 0, fixed not-a-version', 'introduced 0.1.0'],
      '0.5.0',
      true,
      'unless another range decides',
    ],
  ];
  for (const [texts, version, inside, why] of cases) {
    test(`${texts.join(' | ')} holds ${version}: ${inside} (${why})`, () => {
      assert.equal(contains(ranges(...texts), version, npm).inside, inside);
    });
  }

  test('a commit range says nothing of a version, and does not hide the range beside it', () => {
    const git = {
      kind: 'events',
      type: 'GIT',
      repo: 'https://example.com/r.git',
      events: events('introduced 0'),
    } as const;
    const both = selector({ ranges: [git, ...ranges('introduced 0, fixed 1.0.0').ranges] });

    assert.equal(contains(selector({ ranges: [git] }), '0.5.0', npm).rule, 'commits-only');
    assert.equal(contains(both, '0.5.0', npm).inside, true);
    assert.equal(contains(both, '1.5.0', npm).inside, false);
    assert.equal(contains(both, 'x', npm).rule, 'not-comparable');
    assert.equal(contains(selector({ ranges: [git], versions: ['0.4.0'] }), '0.5.0', npm).inside, false);
  });

  test('a version listed is affected, whatever the ranges say', () => {
    assert.equal(
      contains(selector({ versions: ['1.0.0'], ranges: ranges('introduced 2.0.0').ranges }), '1.0.0', npm)
        .rule,
      'listed',
    );
  });

  test('PyPI takes 1.0 and 1.0.0 for one version, npm does not', () => {
    const listed = selector({ versions: ['1.0'] });

    assert.equal(contains(listed, '1.0.0', schemeForEcosystem('PyPI')).inside, true);
    assert.equal(contains(listed, '1.0.0', npm).inside, false);
  });

  test('the fix is the next one up of the range that holds the version', () => {
    assert.equal(
      contains(ranges('introduced 0, fixed 1.1.0, introduced 2.0.0, fixed 2.3.0'), '2.1.0', npm).fixedBy,
      '2.3.0',
    );
    assert.equal(
      contains(ranges('introduced 0, fixed 1.1.0', 'introduced 2.0.0, fixed 2.3.0'), '1.0.0', npm).fixedBy,
      '1.1.0',
    );
    assert.equal(contains(ranges('introduced 2.0.0, last_affected 2.3.0'), '2.1.0', npm).fixedBy, undefined);
  });

  test('a vers range is evaluated in its own order, and only for components of that order', () => {
    const vers = selector({ ranges: [{ kind: 'vers', text: 'vers:npm/>=1.0.0|<2.0.0' }] });

    assert.deepEqual(
      ['0.9.0', '1.0.0', '2.0.0'].map(version => contains(vers, version, npm).inside),
      [false, true, false],
    );
    assert.equal(contains(vers, '1.5', schemeForEcosystem('PyPI')).rule, 'not-comparable');
  });

  for (const [ecosystem, listed, version, inside] of [
    ['PyPI', '1.0', '1.0.0', true],
    ['NuGet', '1.0.0.0', '1.0', true],
    ['NuGet', '1.0.0-Beta', '1.0.0-beta', true],
    ['Debian:12', '0:1.0-1', '1.0-1', true],
    ['Packagist', 'v5.4.0', '5.4.0', true],
    ['Packagist', 'dev-main', 'dev-other', false],
    ['Go', '1.2.3', 'v1.2.3', true],
    ['npm', '1.0.0+a', '1.0.0+b', false],
    ['Maven', '1.0', '1.0.0', false],
  ] as const)
    test(`${listed} listed in ${ecosystem} is ${inside ? '' : 'not '}${version}`, () => {
      const scheme = schemeForEcosystem(ecosystem);
      assert.equal(contains(selector({ versions: [listed] }), version, scheme).inside, inside);
    });

  test('without an order only lists decide; without a version nothing does', () => {
    assert.equal(contains(ranges('introduced 0'), '5', null).rule, 'no-order');
    assert.equal(contains(ranges('introduced 0'), null, npm).rule, 'no-version');
    assert.equal(contains(selector({ versions: ['5'] }), '5', null).inside, true);
  });

  for (const [ecosystem, version] of [
    ['PyPI', 'unknown'],
    ['PyPI', '*'],
    ['Maven', 'NOASSERTION'],
    ['Maven', '${project.version}'],
    ['Debian:12', 'UNKNOWN'],
    ['Packagist', 'dev-main'],
  ] as const)
    test(`${version} has no place in the order of ${ecosystem}`, () => {
      const held = contains(ranges('introduced 0, fixed 2.0'), version, schemeForEcosystem(ecosystem));
      assert.equal(held.inside, null);
    });

  test('a product without versions is no wildcard unless its source says so', () => {
    assert.equal(contains(selector({}), '1.0.0', npm).inside, false);
    assert.equal(contains(selector({ allVersions: true }), '1.0.0', npm).inside, true);
  });
});

describe('the version entries of a CVE record', () => {
  const record: CveVersions = {
    kind: 'cve',
    defaultStatus: 'unaffected',
    entries: [
      {
        version: '1.0.0',
        status: 'affected',
        versionType: 'semver',
        lessThan: '2.0.0',
        lessThanOrEqual: null,
        changes: [{ at: '1.5.0', status: 'unaffected' }],
      },
      {
        version: '3.0.0',
        status: 'affected',
        versionType: null,
        lessThan: null,
        lessThanOrEqual: null,
        changes: [],
      },
    ],
  };
  const product = selector({ ranges: [record] });

  for (const [version, inside] of [
    ['0.9.0', false],
    ['1.0.0', true],
    ['1.4.9', true],
    ['1.5.0', false],
    ['2.0.0', false],
    ['3.0.0', true],
  ] as const) {
    test(`${version}: ${inside}`, () => {
      assert.equal(contains(product, version, npm).inside, inside);
    });
  }

  test('an asterisk at the end of a bound is the end of that branch', () => {
    const [entry] = record.entries;
    const branch = (bound: object) =>
      selector({
        ranges: [{ ...record, entries: [{ ...(entry as CveVersionEntry), changes: [], ...bound }] }],
      });
    for (const bound of [{ lessThan: '1.*' }, { lessThan: null, lessThanOrEqual: '1.*' }]) {
      assert.equal(contains(branch(bound), '1.99.0', npm).inside, true);
      assert.equal(contains(branch(bound), '2.0.0', npm).inside, false);
    }
  });

  test('the word for the order counts in any case; dotted numbers of a CPE are in the order of semver', () => {
    const [entry] = record.entries;
    const shouted = { ...record, entries: [{ ...(entry as CveVersionEntry), versionType: 'SemVer' }] };
    assert.equal(contains(selector({ ranges: [shouted] }), '1.2.0', npm).inside, true);
    const cpe = 'cpe:2.3:a:example:left:*:*:*:*:*:*:*:*';
    const held = cpeSelects(selector({ cpe, ranges: [record] }), cpe.replace('*', '1.2.0'));
    assert.equal(held?.containment.inside, true);
  });

  test('a default status of unknown stays unknown', () => {
    assert.equal(
      contains(selector({ ranges: [{ ...record, defaultStatus: 'unknown' }] }), '9.0.0', npm).inside,
      null,
    );
  });

  test("another scheme's range is not applied", () => {
    assert.equal(contains(product, '1.2.0', schemeForEcosystem('Maven')).rule, 'not-comparable');
  });
});
