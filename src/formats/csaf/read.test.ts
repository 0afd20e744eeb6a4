import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AdvisoryFacts, Claim } from '../../model/advisory.ts';
import { documentInput } from '../input.ts';
import { format } from './format.ts';

const PURL = { product_identification_helper: { purl: 'pkg:npm/left@1.5.0' } };

interface Given {
  readonly version?: string;
  readonly category?: string;
  readonly tree: object;
  readonly vulnerabilities: readonly object[];
}

function read({ version = '2.0', category = 'csaf_vex', tree, vulnerabilities }: Given) {
  const document = {
    document: {
      category,
      csaf_version: version,
      title: 'A title',
      publisher: { category: 'vendor', name: 'Example', namespace: 'https://example.com' },
      tracking: { id: 'EX-1', current_release_date: '2026-01-01T00:00:00Z', version: '1' },
    },
    product_tree: tree,
    vulnerabilities,
  };
  const result = format.read(documentInput(Buffer.from(JSON.stringify(document)), 'ex-1.json'));
  const { advisories } = result.facts as { readonly advisories: readonly AdvisoryFacts[] };
  return { advisories, diagnostics: result.diagnostics };
}

function advisories(given: Given): readonly AdvisoryFacts[] {
  const result = read(given);
  assert.deepEqual(result.diagnostics, []);
  return result.advisories;
}

function claims(given: Given): readonly Claim[] {
  return advisories(given).flatMap(advisory => advisory.claims);
}

describe('CSAF', () => {
  test('a component is spoken of inside its product, also over groups', () => {
    const tree = {
      full_product_names: [
        { product_id: 'shop', name: 'Shop 1', product_identification_helper: { cpe: 'cpe:/a:ex:shop:1' } },
        { product_id: 'left', name: 'left', ...PURL },
      ],
      relationships: [
        {
          category: 'default_component_of',
          product_reference: 'left',
          relates_to_product_reference: 'shop',
          full_product_name: { product_id: 'shop:left', name: 'left in Shop' },
        },
      ],
      product_groups: [{ group_id: 'all', product_ids: ['shop:left'] }],
    };
    const [claim] = claims({
      tree,
      vulnerabilities: [
        {
          cve: 'CVE-2026-0001',
          product_status: { known_not_affected: ['shop:left'] },
          flags: [{ label: 'vulnerable_code_not_present', group_ids: ['all'] }],
        },
      ],
    });
    assert.deepEqual(
      [claim?.product.purl, claim?.within?.cpe, claim?.status, claim?.justification],
      ['pkg:npm/left@1.5.0', 'cpe:/a:ex:shop:1', 'not_affected', 'vulnerable_code_not_present'],
    );
  });

  test('first_fixed and last_affected speak of the versions before them, recommended of none', () => {
    const product = (id: string, version: string) => ({
      product_id: id,
      name: id,
      product_identification_helper: { purl: `pkg:npm/left@${version}` },
    });
    const all = claims({
      tree: { full_product_names: [product('a', '2.0.0'), product('b', '1.9.0'), product('c', '3.0.0')] },
      vulnerabilities: [
        { cve: 'CVE-1', product_status: { first_fixed: ['a'], last_affected: ['b'], recommended: ['c'] } },
      ],
    });
    assert.deepEqual(
      all.map(({ kind, status, product: { purl, ranges } }) => [kind, status, purl, ...ranges.map(eventsOf)]),
      [
        ['statement', 'affected', 'pkg:npm/left@1.9.0'],
        ['range', 'affected', 'pkg:npm/left', '0 last_affected 1.9.0'],
        ['statement', 'fixed', 'pkg:npm/left@2.0.0'],
        ['range', 'affected', 'pkg:npm/left', '0 fixed 2.0.0'],
      ],
    );
  });

  test('what an rpm erratum fixes was affected before, in the same stream, epochs compared', () => {
    const rpm = 'pkg:rpm/redhat/npm@8.19-1.el8?arch=x86_64&epoch=1&rpmmod=nodejs:16:8080:abc';
    const [, range] = claims({
      category: 'csaf_security_advisory',
      tree: {
        full_product_names: [{ product_id: 'n', name: 'n', product_identification_helper: { purl: rpm } }],
      },
      vulnerabilities: [{ cve: 'CVE-1', product_status: { fixed: ['n'] } }],
    });
    assert.deepEqual(
      [range?.kind, range?.product.purl, range?.product.ranges.map(eventsOf)],
      ['range', 'pkg:rpm/redhat/npm?arch=x86_64&rpmmod=nodejs:16:8080:abc', ['0 fixed 1:8.19-1.el8']],
    );
  });

  test('an rpm of a module of a platform is in the platform, in whatever order the relationships stand', () => {
    const relation = (part: string, whole: string) => ({
      category: 'default_component_of',
      product_reference: part,
      relates_to_product_reference: whole,
      full_product_name: { product_id: `${whole}:${part}`, name: `${part} in ${whole}` },
    });
    const named = (product_id: string, helper: object) => ({
      product_id,
      name: product_id,
      product_identification_helper: helper,
    });
    const [inModule, inPlatform] = [relation('rpm', 'os:mod'), relation('mod', 'os')];
    for (const relationships of [
      [inModule, inPlatform],
      [inPlatform, inModule],
    ]) {
      const [claim] = claims({
        tree: {
          full_product_names: [
            named('os', { cpe: 'cpe:/a:redhat:enterprise_linux:8::appstream' }),
            named('mod', { purl: 'pkg:rpmmod/redhat/nodejs@16:8060:ad00' }),
            named('rpm', { purl: 'pkg:rpm/redhat/npm@8.1-1.module%2Bel8?arch=x86_64' }),
          ],
          relationships,
        },
        vulnerabilities: [{ cve: 'CVE-2026-0001', product_status: { known_affected: ['os:mod:rpm'] } }],
      });
      assert.equal(
        claim?.product.purl,
        'pkg:rpm/redhat/npm@8.1-1.module%2Bel8?arch=x86_64&rpmmod=nodejs%3A16%3A8060%3Aad00',
      );
      assert.equal(claim?.within?.cpe, 'cpe:/a:redhat:enterprise_linux:8::appstream');
    }
  });

  test('a relationship with what the tree does not have is left out, also over others', () => {
    const relation = (part: string, whole: string) => ({
      category: 'default_component_of',
      product_reference: part,
      relates_to_product_reference: whole,
      full_product_name: { product_id: `${whole}:${part}`, name: part },
    });
    const { diagnostics } = read({
      tree: {
        full_product_names: [{ product_id: 'left', name: 'left', ...PURL }],
        relationships: [relation('left', 'gone:left'), relation('left', 'gone')],
      },
      vulnerabilities: [],
    });
    assert.deepEqual(diagnostics.map(({ code, at }) => [code, at]).sort(), [
      ['dangling-relationship', '/product_tree/relationships/0'],
      ['dangling-relationship', '/product_tree/relationships/1'],
    ]);
  });

  test('2.1: relationships of products with many package URLs do not multiply without end', () => {
    const many = (id: string) => ({
      product_id: id,
      name: id,
      product_identification_helper: {
        purls: Array.from({ length: 1000 }, (_, index) => `pkg:npm/${id}${index}@1`),
      },
    });
    const chain = Array.from({ length: 2000 }, (_, index) => ({
      category: 'installed_on',
      product_reference: 'a',
      relates_to_product_reference: index === 0 ? 'b' : `r${index - 1}`,
      full_product_name: { product_id: `r${index}`, name: 'r' },
    }));
    const result = read({
      version: '2.1',
      tree: { full_product_names: [many('a'), many('b')], relationships: chain },
      vulnerabilities: [{ cve: 'CVE-1', product_status: { known_affected: Array(1000).fill('r1999') } }],
    });
    assert.equal(result.advisories[0]?.claims.length, 32);
    assert.ok(result.diagnostics.some(note => note.code === 'too-many'));
  });

  test('2.1: several package URLs, weaknesses, metrics; a superseded document does not count', () => {
    const given = {
      version: '2.1',
      tree: {
        full_product_names: [
          {
            product_id: 'left',
            name: 'left',
            product_identification_helper: {
              purls: ['pkg:npm/left@1.5.0', 'pkg:deb/debian/node-left@1.5.0-1'],
            },
          },
        ],
      },
      vulnerabilities: [
        {
          cve: 'CVE-1',
          cwes: [{ id: 'CWE-79', name: 'x', version: '4.15' }],
          product_status: { known_affected: ['left'], unknown: ['left'] },
          metrics: [
            {
              products: ['left'],
              content: {
                cvss_v4: { vectorString: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' },
              },
            },
          ],
        },
      ],
    };
    const [advisory] = advisories(given);
    assert.deepEqual(
      advisory?.claims.map(({ status, product, severities }) => [status, product.purl, severities[0]?.type]),
      [
        ['affected', 'pkg:npm/left@1.5.0', 'CVSS_V4'],
        ['affected', 'pkg:deb/debian/node-left@1.5.0-1', 'CVSS_V4'],
      ],
    );
    assert.deepEqual([advisory?.cwes, advisory?.state], [['CWE-79'], 'published']);
    assert.equal(advisories({ ...given, category: 'csaf_superseded' })[0]?.state, 'withdrawn');
  });

  test('a vulnerability told of twice is kept twice', () => {
    const tree = { full_product_names: [{ product_id: 'left', name: 'left', ...PURL }] };
    const told = { cve: 'CVE-1', product_status: { known_affected: ['left'] } };
    assert.deepEqual(
      advisories({ tree, vulnerabilities: [told, told] }).map(advisory => advisory.id),
      ['EX-1#CVE-1', 'EX-1#CVE-1#2'],
    );
  });
});

function eventsOf(range: Claim['product']['ranges'][number]): string {
  if (range.kind !== 'events') return range.kind;
  return range.events
    .map(({ kind, version }) => (version === '0' ? version : `${kind} ${version}`))
    .join(' ');
}
