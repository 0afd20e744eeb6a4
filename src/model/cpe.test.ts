import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Cpe,
  type CpeRelation,
  compareCpes,
  compareValues,
  formatCpe,
  formatCpeUri,
  parseCpe,
  tryCpe,
} from './cpe.ts';
import { ModelError } from './errors.ts';

test('formatted strings and URIs, the examples of NISTIR 7695', () => {
  const table: [formatted: string, uri: string][] = [
    [
      'cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*',
      'cpe:/a:microsoft:internet_explorer:8.0.6001:beta',
    ],
    [
      'cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*',
      'cpe:/a:microsoft:internet_explorer:8.%02:sp%01',
    ],
    [
      'cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*',
      'cpe:/a:hp:insight_diagnostics:7.4.0.1570:-:~~online~win2003~x64~',
    ],
    [
      'cpe:2.3:a:hp:openview_network_manager:7.51:*:*:*:*:linux:*:*',
      'cpe:/a:hp:openview_network_manager:7.51::~~~linux~~',
    ],
    [
      String.raw`cpe:2.3:a:foo\\bar:big\$money_2010:*:*:*:*:special:ipod_touch:80gb:*`,
      'cpe:/a:foo%5cbar:big%24money_2010:::~~special~ipod_touch~80gb~',
    ],
    ['cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*', 'cpe:/o:linux:linux_kernel:-'],
  ];
  for (const [formatted, uri] of table) {
    assert.equal(formatCpe(parseCpe(formatted)), formatted);
    assert.equal(formatCpeUri(parseCpe(formatted)), uri);
    assert.equal(formatCpe(parseCpe(uri)), formatted);
  }
});

test('upper case and missing backslashes are let pass, broken names are not', () => {
  assert.equal(
    formatCpe(parseCpe('CPE:2.3:a:GNU:libstdc++:1.0\\.2:*:*:*:*:*:*:*')),
    String.raw`cpe:2.3:a:gnu:libstdc\+\+:1.0.2:*:*:*:*:*:*:*`,
  );
  const short = tryCpe('cpe:2.3:o:debian:debian_linux');
  assert.equal(short && formatCpe(short), 'cpe:2.3:o:debian:debian_linux:*:*:*:*:*:*:*:*');
  assert.throws(() => parseCpe('cpe:2.3:o:debian:debian_linux'), ModelError);
  for (const text of [
    '',
    'cpe:2.3:a:b',
    'cpe:2.3:x:b:c:*:*:*:*:*:*:*:*',
    'cpe:2.3:a:b:c:1*2:*:*:*:*:*:*:*',
    'cpe:2.3:a::c:*:*:*:*:*:*:*:*',
  ]) {
    assert.equal(tryCpe(text), null, text);
    assert.throws(() => parseCpe(text), ModelError);
  }
});

test('one value against another, NISTIR 7696 table 6-2', () => {
  const table: [source: string, target: string, relation: CpeRelation][] = [
    ['*', '*', 'equal'],
    ['*', '-', 'superset'],
    ['*', 'x', 'superset'],
    ['*', 'x*', 'undefined'],
    ['-', '*', 'subset'],
    ['-', '-', 'equal'],
    ['-', 'x', 'disjoint'],
    ['-', 'x*', 'undefined'],
    ['x', 'x', 'equal'],
    ['x', 'y', 'disjoint'],
    ['x', '-', 'disjoint'],
    ['x', '*', 'subset'],
    ['x', 'y*', 'undefined'],
    ['8.*', '8.0.6001', 'superset'],
    ['8.*', '9.0', 'disjoint'],
    ['8.*', '*', 'subset'],
    ['8.*', '-', 'disjoint'],
    ['sp?', 'sp1', 'superset'],
    ['sp?', 'sp', 'superset'],
    ['sp?', 'sp10', 'disjoint'],
    ['*touch*', 'ipod_touch_2', 'superset'],
    ['?a??', 'banx', 'superset'],
    ['?a', 'aa', 'superset'],
    [String.raw`a\*`, String.raw`a\*`, 'equal'],
    [String.raw`?\+`, String.raw`c\+`, 'superset'],
    [String.raw`?\+`, String.raw`\+\+`, 'superset'],
  ];
  for (const [source, target, relation] of table)
    assert.equal(compareValues(source, target), relation, `${source} to ${target}`);
});

test('one name against another', () => {
  const cpe = (version: string, update: string): Cpe =>
    parseCpe(`cpe:2.3:a:v:p:${version}:${update}:*:*:*:*:*:*`);
  assert.equal(compareCpes(cpe('1', '*'), cpe('1', '*')), 'equal');
  assert.equal(compareCpes(cpe('*', '*'), cpe('1', '*')), 'superset');
  assert.equal(compareCpes(cpe('1', 'sp1'), cpe('1', '*')), 'subset');
  assert.equal(compareCpes(cpe('1', 'sp1'), cpe('2', '*')), 'disjoint');
  assert.equal(compareCpes(cpe('*', 'sp1'), cpe('1', '*')), 'overlap');
  assert.equal(compareCpes(cpe('1', '*'), cpe('1.*', '*')), 'undefined');
});

test('whatever is read is printed and read again alike, in both notations', () => {
  const value = fc.oneof(
    fc.constantFrom(
      '*',
      '-',
      '1.0',
      'a*',
      '??b',
      String.raw`\*`,
      String.raw`c\+\+`,
      String.raw`\-`,
      String.raw`a\:b`,
      'é',
    ),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 10, maxLength: 10 }), values => {
      const cpe = tryCpe(`cpe:2.3:a:${values.join(':')}`);
      if (cpe === null) return;
      assert.deepEqual(tryCpe(formatCpe(cpe)), cpe);
      if (!Object.values(cpe).some(one => one === String.raw`\-`))
        assert.deepEqual(tryCpe(formatCpeUri(cpe)), cpe, formatCpeUri(cpe));
    }),
    { numRuns: 1000 },
  );
});
