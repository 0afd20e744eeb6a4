import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { documentInput } from '../../input.ts';
import { CsafDocument } from './document.ts';
import { CSAF_TESTS } from './list.ts';
import { validate } from './validate.ts';
import { vocabulary } from './vocabulary.ts';

/** The fixtures below are damaged on purpose, field by field. */
type Loose = ReturnType<typeof JSON.parse>;

/** A sound VEX of ours: two products, a group, a relationship, one vulnerability. */
function sound(): Loose {
  const date = '2026-01-05T10:00:00Z';
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      lang: 'en',
      notes: [{ category: 'summary', text: 'All of it.' }],
      publisher: { category: 'vendor', name: 'Example', namespace: 'https://example.com' },
      references: [{ summary: 'More', url: 'https://example.com/more' }],
      title: 'Example',
      tracking: {
        current_release_date: date,
        id: 'EX-1',
        initial_release_date: date,
        revision_history: [{ date, number: '1', summary: 'First.' }],
        status: 'final',
        version: '1',
      },
    },
    product_tree: {
      branches: [{ category: 'product_version', name: '1.0', product: { name: 'A 1.0', product_id: 'A' } }],
      full_product_names: [
        {
          name: 'B',
          product_id: 'B',
          product_identification_helper: {
            hashes: [{ file_hashes: [{ algorithm: 'sha256', value: 'a'.repeat(64) }], filename: 'b' }],
            purl: 'pkg:npm/b@1.0.0',
          },
        },
      ],
      product_groups: [{ group_id: 'G', product_ids: ['A', 'B'] }],
      relationships: [
        {
          category: 'default_component_of',
          full_product_name: { name: 'B in A', product_id: 'A:B' },
          product_reference: 'B',
          relates_to_product_reference: 'A',
        },
      ],
    },
    vulnerabilities: [
      {
        cve: 'CVE-2026-0001',
        cwe: {
          id: 'CWE-79',
          name: "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')",
        },
        flags: [{ label: 'component_not_present', product_ids: ['A'] }],
        involvements: [{ date, party: 'vendor', status: 'open' }],
        notes: [{ category: 'description', text: 'Bad.' }],
        product_status: { known_affected: ['B'], known_not_affected: ['A'] },
        remediations: [{ category: 'workaround', details: 'Wait.', group_ids: ['G'] }],
        scores: [
          {
            cvss_v3: {
              baseScore: 9.8,
              baseSeverity: 'CRITICAL',
              vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
              version: '3.1',
            },
            products: ['B'],
          },
        ],
      },
    ],
  };
}

function judge(value: unknown) {
  return validate(documentInput(Buffer.from(JSON.stringify(value)), 'csaf'));
}

test('a sound VEX has no fault', async () => {
  const judged = await judge(sound());
  assert.deepEqual(
    judged.faults.filter(fault => fault.severity === 'error'),
    [],
  );
  assert.equal(judged.valid, true);
  assert.equal(judged.specVersion, '2.0');
});

const revision = (number: string, date = '2026-01-05T10:00:00Z') => ({ date, number, summary: 's' });

/** What each mandatory test must find. */
const DAMAGES: Readonly<Record<string, (d: Loose, v: Loose) => void>> = {
  '6.1.1': (_, v) => v.scores[0].products.push('C'),
  '6.1.2': d => (d.product_tree.full_product_names[0].product_id = 'A'),
  '6.1.3': d => (d.product_tree.relationships[0].product_reference = 'A:B'),
  '6.1.4': (_, v) => (v.remediations[0].group_ids = ['H']),
  '6.1.5': d => d.product_tree.product_groups.push({ group_id: 'G', product_ids: ['B', 'A'] }),
  '6.1.6': (_, v) => (v.product_status.fixed = ['B']),
  '6.1.7': (_, v) => v.scores.push(v.scores[0]),
  '6.1.8': (_, v) => delete v.scores[0].cvss_v3.baseScore,
  '6.1.9': (_, v) => (v.scores[0].cvss_v3.environmentalScore = 9.7),
  '6.1.10': (_, v) => (v.scores[0].cvss_v3.attackVector = 'LOCAL'),
  '6.1.11': (_, v) => (v.cwe.name = 'Improper Input Validation'),
  '6.1.12': d => (d.document.lang = 'ez'),
  '6.1.13': d => (d.product_tree.full_product_names[0].product_identification_helper.purl = 'pkg:maven/@1.0'),
  '6.1.14': d => {
    d.document.tracking.revision_history = [revision('2', '2026-01-04T10:00:00Z'), revision('1')];
  },
  '6.1.15': d => (d.document.publisher.category = 'translator'),
  '6.1.16': d => (d.document.tracking.version = '2'),
  '6.1.17': d => (d.document.tracking.version = '0'),
  '6.1.18': d => d.document.tracking.revision_history.unshift(revision('0')),
  '6.1.19': d => d.document.tracking.revision_history.unshift(revision('1.0.0-rc.1')),
  '6.1.20': d => (d.document.tracking.version = '1.0.0-rc.1'),
  '6.1.21': d => d.document.tracking.revision_history.push(revision('3')),
  '6.1.22': d => d.document.tracking.revision_history.push(revision('1')),
  '6.1.23': d => d.vulnerabilities.push(d.vulnerabilities[0]),
  '6.1.24': (_, v) => v.involvements.push({ ...v.involvements[0], status: 'completed' }),
  '6.1.25': d => {
    const [file] = d.product_tree.full_product_names[0].product_identification_helper.hashes;
    file.file_hashes.push(file.file_hashes[0]);
  },
  '6.1.26': d => (d.document.category = 'Security Advisory'),
  '6.1.27.1': d => {
    d.document.category = 'csaf_security_incident_response';
    d.document.notes[0].category = 'other';
  },
  '6.1.27.2': d => {
    d.document.category = 'csaf_security_incident_response';
    d.document.references[0].category = 'self';
  },
  '6.1.27.3': d => (d.document.category = 'csaf_informational_advisory'),
  '6.1.27.4': d => delete d.product_tree,
  '6.1.27.5': (_, v) => delete v.notes,
  '6.1.27.6': (d, v) => {
    d.document.category = 'csaf_security_advisory';
    delete v.product_status;
  },
  '6.1.27.7': (_, v) => (v.product_status = { recommended: ['A'] }),
  '6.1.27.8': (_, v) => delete v.cve,
  '6.1.27.9': (_, v) => delete v.flags,
  '6.1.27.10': (_, v) =>
    (v.remediations[0] = { category: 'workaround', details: 'Wait.', product_ids: ['A'] }),
  '6.1.27.11': d => delete d.vulnerabilities,
  '6.1.28': d => (d.document.source_lang = 'EN'),
  '6.1.29': (_, v) => delete v.remediations[0].group_ids,
  '6.1.30': d => (d.document.tracking.version = '1.0.0'),
  '6.1.31': d => (d.product_tree.branches[0].name = '1.0 and earlier'),
  '6.1.32': (_, v) => delete v.flags[0].product_ids,
  '6.1.33': (_, v) => v.flags.push({ group_ids: ['G'], label: 'vulnerable_code_not_present' }),
};

for (const { section, title } of CSAF_TESTS.filter(one => one.section.startsWith('6.1.'))) {
  test(`${section} ${title}`, async () => {
    const damage = DAMAGES[section];
    assert(damage, `no case for ${section}`);
    const document = sound();
    damage(document, document.vulnerabilities[0]);
    const { valid, faults } = await judge(document);
    assert.equal(valid, false);
    const found = faults.find(fault => fault.code === `csaf-${section}`);
    assert.match(found?.message ?? JSON.stringify(faults), /^[^\n]*\.$/);
    assert.match(found?.at ?? '', /\/|^line 1, column 1$/);
  });
}

/** What each optional and informative test must find, in a document that is sound but for that. */
const FLAWS: Readonly<Record<string, (d: Loose, v: Loose) => void>> = {
  '6.2.1': d => d.product_tree.full_product_names.push({ name: 'C', product_id: 'C' }),
  '6.2.2': (_, v) => (v.remediations[0] = { category: 'workaround', details: 'Wait.', product_ids: ['A'] }),
  '6.2.3': (_, v) => delete v.scores,
  '6.2.4': d => {
    d.document.tracking.version = '1.0.0';
    d.document.tracking.revision_history[0].number = '1.0.0+build.7';
  },
  '6.2.5': d => (d.document.tracking.initial_release_date = '2026-01-05T09:59:59Z'),
  '6.2.6': d => (d.document.tracking.current_release_date = '2026-01-05T09:59:59Z'),
  '6.2.7': (_, v) => delete v.involvements[0].date,
  '6.2.8': d => (hashesOf(d)[0] = { algorithm: 'md5', value: 'a'.repeat(32) }),
  '6.2.9': d => (hashesOf(d)[0] = { algorithm: 'sha1', value: 'a'.repeat(40) }),
  '6.2.10': d => delete d.document.distribution.tlp.label,
  '6.2.11': d => (d.document.references[0].url = 'https://example.com/other.json'),
  '6.2.12': d => delete d.document.lang,
  '6.2.14': d => (d.document.lang = 'qtx'),
  '6.2.15': d => (d.document.lang = 'i-default'),
  '6.2.16': d => delete d.product_tree.full_product_names[0].product_identification_helper,
  '6.2.17': (_, v) => (v.ids = [{ system_name: 'CVE', text: 'CVE-2026-0002' }]),
  '6.2.18': d => Object.assign(leafOf(d), { category: 'product_version_range', name: '1.0 - 2.0' }),
  '6.2.19': (_, v) =>
    (v.product_status = { known_affected: ['B'], known_not_affected: ['A'], fixed: ['A:B'] }),
  '6.2.20': d => (d.document.extra = 1),
  '6.3.1': (_, v) => {
    const vectorString = 'AV:N/AC:L/Au:N/C:C/I:C/A:C';
    v.scores[0] = { cvss_v2: { baseScore: 10, vectorString, version: '2.0' }, products: ['B'] };
  },
  '6.3.2': (_, v) => {
    const old = v.scores[0].cvss_v3;
    Object.assign(old, { version: '3.0', vectorString: old.vectorString.replace('3.1', '3.0') });
  },
  '6.3.3': (_, v) => delete v.cve,
  '6.3.4': (_, v) => delete v.cwe,
  '6.3.5': d => (hashesOf(d)[0].value = 'a'.repeat(40)),
  '6.3.9': d => (d.product_tree.branches = [leafOf(d)]),
  '6.3.10': d => Object.assign(leafOf(d), { category: 'product_version_range', name: 'vers:npm/<2' }),
  '6.3.11': d => (leafOf(d).name = 'v1.0'),
};

function leafOf(document: Loose): Loose {
  return document.product_tree.branches[0].branches[0].branches[0];
}

function hashesOf(document: Loose): Loose {
  return document.product_tree.full_product_names[0].product_identification_helper.hashes[0].file_hashes;
}

/** Sound to the optional tests too, with one canonical reference to itself. */
function flawless(): Loose {
  const document = sound();
  document.document.distribution = { tlp: { label: 'WHITE' } };
  document.document.references[0] = {
    category: 'self',
    summary: 'This one',
    url: 'https://example.com/ex-1.json',
  };
  const [leaf] = document.product_tree.branches;
  leaf.product.product_identification_helper = { cpe: 'cpe:/a:example:a:1.0' };
  const product = { category: 'product_name', name: 'A', branches: [leaf] };
  document.product_tree.branches = [{ category: 'vendor', name: 'Example', branches: [product] }];
  const inside = document.product_tree.relationships[0].full_product_name;
  inside.product_identification_helper = { purl: 'pkg:npm/b@1.0.0' };
  const [vulnerability] = document.vulnerabilities;
  vulnerability.product_status.known_affected.push('A:B');
  vulnerability.scores[0].products.push('A:B');
  document.product_tree.product_groups[0].product_ids.push('A:B');
  return document;
}

for (const [section, flaw] of Object.entries(FLAWS)) {
  test(`${section} is found where it is, and nowhere else`, async () => {
    const code = `csaf-${section}`;
    const document = flawless();
    const before = (await judge(document)).faults.map(fault => fault.code);
    flaw(document, document.vulnerabilities[0]);
    const { faults } = await judge(document);
    const found = faults.find(fault => fault.code === code);
    assert.equal(found?.severity, section.startsWith('6.2.') ? 'warning' : 'info', JSON.stringify(faults));
    assert(!before.includes(code), JSON.stringify(before));
  });
}

test('every test that needs neither network nor dictionary has a case', () => {
  const cased = new Set([...Object.keys(DAMAGES), ...Object.keys(FLAWS)]);
  // The order of keys is tested with texts, since objects made here are written in the order they are made.
  cased.add('6.2.13');
  assert.deepEqual(
    CSAF_TESTS.map(one => one.section).filter(section => !cased.has(section)),
    [],
  );
});

test('a family: sections are unique and in order, titles are there', () => {
  const sections = CSAF_TESTS.map(one => one.section);
  assert.equal(new Set(sections).size, sections.length);
  assert.equal(sections.filter(section => section.startsWith('6.1.')).length, 43);
  for (const { title } of CSAF_TESTS) assert.notEqual(title, '');
});

test('a document of CSAF 2.1 is told apart and not judged by the schema of 2.0', async () => {
  const document = sound();
  document.document.csaf_version = '2.1';
  document.document.distribution = { tlp: { label: 'CLEAR' } };
  const { valid, specVersion, faults } = await judge(document);
  assert.equal(valid, null);
  assert.equal(specVersion, '2.1');
  assert.deepEqual(
    faults.map(fault => fault.code),
    ['csaf-2.1-not-judged'],
  );
});

test('thousands of items that name one large group cost their sum, not their product', async () => {
  const document = sound();
  const many = Array.from({ length: 20_000 }, (_, index) => `P${index}`);
  document.product_tree.full_product_names.push(...many.map(id => ({ name: id, product_id: id })));
  document.product_tree.product_groups[0].product_ids.push(...many);
  const [vulnerability] = document.vulnerabilities;
  vulnerability.flags = many.map(() => ({ group_ids: ['G'], label: 'component_not_present' }));
  vulnerability.remediations = many.map(() => ({
    category: 'mitigation',
    details: 'Wait.',
    group_ids: ['G'],
  }));
  vulnerability.product_status.fixed = many;
  vulnerability.scores = [{ ...vulnerability.scores[0], products: many }];

  const found = new Map<string, string[]>();
  for (const one of CSAF_TESTS)
    found.set(
      one.section,
      [...one.check(new CsafDocument(document, await vocabulary()))].map(({ at }) => at),
    );

  assert.deepEqual(found.get('6.1.33')?.slice(0, 2), [
    '/vulnerabilities/0/flags/1',
    '/vulnerabilities/0/flags/2',
  ]);
  assert.equal(found.get('6.2.19')?.length, many.length);
});

test('no test throws, whatever the document is', async () => {
  const names = await vocabulary();
  const keys = fc.constantFrom(
    'document',
    'product_tree',
    'branches',
    'vulnerabilities',
    'scores',
    'product_status',
    '__proto__',
    'x',
  );
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keys, tie('tree')),
    ),
  }));
  fc.assert(
    fc.property(tree, value => {
      for (const one of CSAF_TESTS) for (const _ of one.check(new CsafDocument(value, names))) continue;
    }),
  );
  assert.equal((await validate(documentInput(Buffer.from('{'), 'half'))).valid, false);
});
