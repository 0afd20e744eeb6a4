import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ClaimStatus, EMPTY_SELECTOR, type ProductSelector } from '../model/advisory.ts';
import { NO_PRODUCT } from './match.ts';
import { targetOf } from './select.ts';
import { judge, type ProductContext, type SourcedClaim } from './verdict.ts';

const component = targetOf({ purls: ['pkg:npm/left@1.5.0'], version: '1.5.0' });
const app = targetOf({ purls: ['pkg:oci/shop@1'], version: '1' });
const inShop: ProductContext = { subjects: [app], holders: () => [] };
const inOther: ProductContext = {
  subjects: [targetOf({ purls: ['pkg:oci/other@1'], version: '1' })],
  holders: () => [],
};

const ADVISORY = says({ source: 'osv', id: 'GHSA-1', package: 'left', range: '2.0.0' });

describe('advisories', () => {
  test('a range that holds the version affects it', () => {
    assert.equal(statusOf([ADVISORY]), 'affected');
  });

  test('a range that does not hold it is no finding', () => {
    assert.equal(statusOf([says({ source: 'osv', id: 'GHSA-1', package: 'left', range: '1.0.0' })]), null);
  });

  test('withdrawn, rejected and disputed do not count, and are told', () => {
    for (const state of ['withdrawn', 'rejected', 'disputed'] as const) {
      assert.equal(
        statusOf([says({ source: 'osv', id: 'GHSA-1', package: 'left', range: '2.0.0', state })]),
        null,
      );
      const verdict = judge(component, inShop, [
        ADVISORY,
        says({ source: 'osv', id: 'GHSA-2', package: 'left', range: '2.0.0', state }),
      ]);
      assert.deepEqual(
        verdict?.reasons.map(reason => reason.rule),
        ['not-counted', 'advisory-range'],
      );
    }
  });

  test('versions that fix it are in order, without those that another range still holds', () => {
    const fixedBy = (...fixed: readonly string[]) =>
      judge(
        component,
        inShop,
        fixed.map((range, index) => says({ source: 'osv', id: `GHSA-${9 - index}`, package: 'left', range })),
      )?.fixed;
    assert.deepEqual(fixedBy('1.10.0'), ['1.10.0']);
    assert.deepEqual(fixedBy('1.9.0', '1.10.0'), ['1.10.0']);
    assert.deepEqual(fixedBy('1.10.0', '1.10.0', '1.6.0'), ['1.10.0']);
  });

  test('nothing matches by name alone', () => {
    assert.equal(
      judge(targetOf({ purls: ['pkg:pypi/left@1.5.0'], version: '1.5.0' }), inShop, [ADVISORY]),
      null,
    );
  });

  test("a distribution's advisory decides for its package over one by CPE or of upstream", () => {
    const deb = targetOf({ purls: ['pkg:deb/debian/left@1.5.0-1?distro=debian-12'], version: '1.5.0-1' });
    const upstream = says({
      source: 'cve',
      id: 'CVE-1',
      purl: 'pkg:deb/debian/left@1.5.0-1',
      status: 'affected',
    });
    const own = says({
      source: 'osv',
      id: 'DSA-1',
      ecosystem: 'Debian:12',
      package: 'left',
      range: '1.5.0-1',
    });

    assert.equal(judge(deb, inShop, [upstream])?.status, 'affected');
    assert.equal(judge(deb, inShop, [upstream, own]), null);
  });

  test('an advisory for another release is not heard; an unknown release is unknown', () => {
    const advisory = says({
      source: 'osv',
      id: 'DSA-1',
      ecosystem: 'Debian:12',
      package: 'left',
      range: '2.0',
    });
    const on = (distro: string) =>
      judge(targetOf({ purls: [`pkg:deb/debian/left@1.5.0-1${distro}`], version: '1.5.0-1' }), inShop, [
        advisory,
      ])?.status ?? null;

    assert.deepEqual(
      [
        on('?distro=debian-12'),
        on('?distro=debian-12.4'),
        on('?distro=bookworm'),
        on('?distro=debian-11'),
        on(''),
      ],
      ['affected', 'affected', 'affected', null, 'unknown'],
    );
  });
});

describe('VEX', () => {
  test('a statement on the component settles an advisory', () => {
    assert.equal(
      statusOf([ADVISORY, says({ id: 'vex', purl: 'pkg:npm/left@1.5.0', status: 'not_affected' })]),
      'not_affected',
    );
  });

  test('a statement on versions that cannot be compared with the component settles nothing, and says why', () => {
    const unversioned = targetOf({ purls: ['pkg:npm/left'], version: null });
    const statement = says({ id: 'vex', purl: 'pkg:npm/left', range: '2.0.0', status: 'not_affected' });
    const verdict = judge(unversioned, inShop, [statement]);

    assert.equal(verdict?.status, 'unknown');
    assert.match(
      verdict?.reasons.at(-1)?.text ?? '',
      /says not_affected.* of some versions, but the component has no version$/,
    );
  });

  test('a statement on a subcomponent holds only inside the product it names', () => {
    const claims = [
      ADVISORY,
      says({ id: 'vex', purl: 'pkg:npm/left@1.5.0', within: 'pkg:oci/shop@1', status: 'not_affected' }),
    ];

    assert.equal(judge(component, inShop, claims)?.status, 'not_affected');
    assert.equal(judge(component, inOther, claims)?.status, 'affected');
  });

  test('a statement on the product settles its components, but does not make them affected', () => {
    assert.equal(statusOf([ADVISORY, says({ id: 'vex', purl: 'pkg:oci/shop@1', status: 'fixed' })]), 'fixed');
    assert.equal(statusOf([says({ id: 'vex', purl: 'pkg:oci/shop@1', status: 'affected' })]), null);
  });

  test('the narrower statement of one author wins over the broader, the later over the earlier', () => {
    const broad = says({
      id: 'a',
      author: 'shop',
      purl: 'pkg:npm/left',
      status: 'affected',
      time: '2026-03-01T00:00:00Z',
    });
    const narrow = says({
      id: 'b',
      author: 'shop',
      purl: 'pkg:npm/left@1.5.0',
      status: 'not_affected',
      time: '2026-01-01T00:00:00Z',
    });
    const later = says({
      id: 'c',
      author: 'shop',
      purl: 'pkg:npm/left@1.5.0',
      status: 'under_investigation',
      time: '2026-02-01T00:00:00Z',
    });

    assert.equal(statusOf([ADVISORY, broad, narrow]), 'not_affected');
    assert.equal(statusOf([ADVISORY, broad, narrow, later]), 'under_investigation');
  });

  test('the trusted author is heard over others; two trusted who disagree are a conflict that is shown', () => {
    const theirs = says({ id: 'a', author: 'vendor', purl: 'pkg:npm/left@1.5.0', status: 'not_affected' });
    const ours = says({
      id: 'b',
      author: 'we',
      purl: 'pkg:npm/left@1.5.0',
      status: 'affected',
      trust: 'verified',
    });

    assert.equal(statusOf([ADVISORY, theirs, ours]), 'affected');
    const verdict = judge(component, inShop, [ADVISORY, { ...theirs, trust: 'verified' }, ours]);
    assert.deepEqual([verdict?.status, verdict?.conflict], ['affected', true]);
  });

  test('not_affected without a justification is shown as such', () => {
    const verdict = judge(component, inShop, [
      ADVISORY,
      says({ id: 'vex', author: 'vendor', purl: 'pkg:npm/left@1.5.0', status: 'not_affected' }),
    ]);

    assert.match(verdict?.reasons.at(-1)?.text ?? '', /without a justification/);
  });

  test('a purl with qualifiers speaks only of packages that have them', () => {
    const vex = says({ id: 'vex', purl: 'pkg:npm/left@1.5.0?arch=arm64', status: 'not_affected' });

    assert.equal(statusOf([ADVISORY, vex]), 'affected');
  });
});

describe("packages of distributions in vendors' statements", () => {
  const erratum = (platform: string, fixed: string, more: Partial<SourcedClaim['claim']> = {}) => {
    const said = says({ id: 'RHSA-1', source: 'csaf', purl: 'pkg:rpm/redhat/npm?arch=x86_64', range: fixed });
    const product = { ...said.claim.product, allVersions: false };
    const within = { ...product, purl: null, ranges: [], cpe: platform };
    const advisory = { ...said.advisory, publisherRole: 'vendor' as const };
    return { ...said, advisory, claim: { ...said.claim, product, within, ...more } };
  };
  const statusIn = (purl: string, claim: SourcedClaim) =>
    judge(targetOf({ purls: [purl], version: null }), NO_PRODUCT, [claim])?.status ?? null;
  const RHEL9 = 'cpe:/a:redhat:enterprise_linux:9::appstream';

  test('hold in the release that the package says it is from, epochs counted', () => {
    const claim = erratum(RHEL9, '1:8.19-1.el9');
    assert.equal(
      statusIn('pkg:rpm/redhat/npm@8.11-1.el9?arch=x86_64&epoch=1&distro=rhel-9.2', claim),
      'affected',
    );
    assert.equal(statusIn('pkg:rpm/redhat/npm@9.1-1.el9?arch=x86_64&distro=rhel-9.2', claim), 'affected');
    assert.equal(statusIn('pkg:rpm/redhat/npm@8.19-1.el9?arch=x86_64&epoch=1', claim), null);
    assert.equal(statusIn('pkg:rpm/redhat/npm@8.11-1.el8?arch=x86_64&epoch=1', claim), null);
    assert.equal(statusIn('pkg:rpm/redhat/npm@8.11-1?arch=x86_64&epoch=1', claim), 'unknown');
    assert.equal(statusIn('pkg:rpm/redhat/npm@8.11-1.el9?arch=aarch64&epoch=1', claim), null);
  });

  test('an extended stream is another product', () => {
    const claim = erratum('cpe:/a:redhat:rhel_eus:9.2::appstream', '1:8.19-1.el9');
    assert.equal(statusIn('pkg:rpm/redhat/npm@8.11-1.el9_2?arch=x86_64&epoch=1', claim), null);
  });

  test('a module stream is compared by its name and stream', () => {
    const product = (module: string) => ({
      ...erratum(RHEL9, '1:8.19-1.el9').claim.product,
      purl: `pkg:rpm/redhat/npm?arch=x86_64&rpmmod=${module}`,
    });
    const installed = (key: string) =>
      `pkg:rpm/redhat/npm@8.11-1.el9?arch=x86_64&epoch=1&${key}=nodejs:16:9010020211111:abc`;
    for (const key of ['rpmmod', 'modularitylabel']) {
      const sixteen = erratum(RHEL9, '1:8.19-1.el9', { product: product('nodejs:16:9030020230101:def') });
      assert.equal(statusIn(installed(key), sixteen), 'affected');
      const eighteen = erratum(RHEL9, '1:8.19-1.el9', { product: product('nodejs:18:9030020230101:def') });
      assert.equal(statusIn(installed(key), eighteen), null);
    }
  });

  test('a release is the same however vendor and scanner spell it', () => {
    const binary = targetOf({
      purls: ['pkg:deb/ubuntu/libssl3@3.0.2-0ubuntu1.10?arch=amd64&distro=ubuntu-22.04&upstream=openssl'],
      version: '3.0.2-0ubuntu1.10',
    });
    const said = (distro: string) =>
      judge(binary, NO_PRODUCT, [
        says({
          id: 'vex',
          status: 'fixed',
          purl: `pkg:deb/ubuntu/openssl@3.0.2-0ubuntu1.10?arch=source&distro=${distro}`,
        }),
      ])?.status;

    assert.equal(said('jammy'), 'fixed');
    assert.equal(said('noble'), undefined);
  });

  test('what is said of a source package holds for all that is built from it', () => {
    const said = says({ id: 'vex', source: 'csaf', purl: 'pkg:rpm/redhat/openssl?arch=src' });
    const claim = {
      ...said,
      claim: { ...said.claim, kind: 'statement' as const, status: 'affected' as const },
    };
    assert.equal(
      statusIn(
        'pkg:rpm/redhat/openssl-libs@3.0.7-6.el9?arch=x86_64&upstream=openssl-3.0.7-6.el9.src.rpm',
        claim,
      ),
      'affected',
    );
    assert.equal(statusIn('pkg:rpm/redhat/openssl-libs@3.0.7-6.el9?arch=x86_64', claim), null);
    assert.equal(statusIn('pkg:rpm/redhat/openssl@3.0.7-6.el9?arch=x86_64', claim), 'affected');
    assert.equal(
      statusIn('pkg:rpm/redhat/openssl@3.0.7-6.el9?arch=x86_64&upstream=other-1-1.el9.src.rpm', claim),
      null,
    );
  });
});

test('an author who says one thing a hundred thousand times is heard in a moment', () => {
  const one = says({ id: 'vex', author: 'vendor', status: 'fixed', purl: 'pkg:npm/left@1.5.0' });
  const flood = Array.from({ length: 100_000 }, () => one);
  assert.equal(judge(component, inShop, flood)?.status, 'fixed');
});

test('the verdict never depends on the order of the claims', () => {
  const statuses = fc.constantFrom<ClaimStatus>('affected', 'not_affected', 'fixed', 'under_investigation');
  const claim = fc
    .record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      author: fc.constantFrom('we', 'vendor', 'other'),
      purl: fc.constantFrom('pkg:npm/left', 'pkg:npm/left@1.5.0', 'pkg:oci/shop@1'),
      status: statuses,
      trust: fc.constantFrom('verified', 'unsigned', 'failed'),
      time: fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
    })
    .map(says);
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (claims, random) => {
      const distinct = [ADVISORY, ...claims.map((one, index) => ({ ...one, document: String(index) }))];
      const shuffled = distinct
        .map(one => [random.next().value, one] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, one]) => one);

      assert.deepEqual(judge(component, inShop, shuffled), judge(component, inShop, distinct));
    }),
  );
});

function statusOf(claims: readonly SourcedClaim[]) {
  return judge(component, inShop, claims)?.status ?? null;
}

interface Said {
  readonly id: string;
  readonly source?: string;
  readonly author?: string;
  readonly ecosystem?: string;
  readonly package?: string;
  readonly range?: string;
  readonly purl?: string;
  readonly within?: string;
  readonly status?: ClaimStatus;
  readonly state?: 'published' | 'withdrawn' | 'rejected' | 'disputed';
  readonly trust?: string;
  readonly time?: string;
}

/** One claim in few words: `range` is the version that fixes it. */
function says(said: Said): SourcedClaim {
  const nothing: ProductSelector = { ...EMPTY_SELECTOR, allVersions: true };
  return {
    advisory: {
      id: said.id,
      vulnerability: 'CVE-1',
      source: said.source ?? 'openvex',
      publisher: said.author ?? null,
      publisherRole: 'unknown',
      state: said.state ?? 'published',
      kind: 'vulnerability',
      modified: null,
      published: null,
    },
    document: null,
    trust: said.trust ?? 'unsigned',
    claim: {
      kind: said.source === undefined ? 'statement' : 'range',
      product: {
        ...nothing,
        package:
          said.package === undefined ? null : { ecosystem: said.ecosystem ?? 'npm', name: said.package },
        purl: said.purl ?? null,
        allVersions: said.range === undefined,
        ranges:
          said.range === undefined
            ? []
            : [
                {
                  kind: 'events',
                  type: 'ECOSYSTEM',
                  repo: null,
                  events: [
                    { kind: 'introduced', version: '0' },
                    { kind: 'fixed', version: said.range },
                  ],
                },
              ],
      },
      within: said.within === undefined ? null : { ...nothing, purl: said.within },
      status: said.status ?? 'affected',
      justification: null,
      statedJustification: null,
      statement: null,
      fixed: said.range === undefined ? [] : [said.range],
      remediations: [],
      time: said.time ?? null,
      at: '',
    },
  };
}
