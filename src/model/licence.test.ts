import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadLicenceReader } from './licence.ts';

test('expressions, ids and what is neither', async () => {
  const { read } = await loadLicenceReader();
  const table: [stated: string, kind: string, text: string, ids: string[]][] = [
    ['MIT', 'expression', 'MIT', ['MIT']],
    ['mit or apache-2.0', 'expression', 'MIT OR Apache-2.0', ['MIT', 'Apache-2.0']],
    [
      '(MIT AND (BSD-3-Clause OR ISC))',
      'expression',
      'MIT AND (BSD-3-Clause OR ISC)',
      ['MIT', 'BSD-3-Clause', 'ISC'],
    ],
    ['GPL-2.0+', 'expression', 'GPL-2.0+', ['GPL-2.0+']],
    [
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'expression',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      ['GPL-2.0-only'],
    ],
    [
      'gpl-2.0-only with classpath-exception-2.0',
      'expression',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      ['GPL-2.0-only'],
    ],
    ['LicenseRef-Acme OR MIT', 'expression', 'LicenseRef-Acme OR MIT', ['LicenseRef-Acme', 'MIT']],
    ['none', 'none', 'NONE', []],
    ['NOASSERTION', 'noassertion', 'NOASSERTION', []],
    ['The Apache License, Version 2.0', 'text', 'The Apache License, Version 2.0', []],
    ['', 'text', '', []],
  ];
  for (const [stated, kind, text, ids] of table) {
    const licence = read(stated);
    assert.deepEqual([licence.kind, licence.text, [...licence.ids]], [kind, text, ids], stated);
  }
  for (const stated of [
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'gpl-2.0-only with CLASSPATH-EXCEPTION-2.0',
  ])
    assert.deepEqual([...read(stated).exceptions], ['Classpath-exception-2.0']);
});

test('never throws, also on thousands of parentheses', async () => {
  const { read } = await loadLicenceReader();
  assert.equal(read('('.repeat(4000)).kind, 'text');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.constantFrom('MIT', 'or', 'AND', '(', ')', 'with', '+')).map(parts => parts.join(' ')),
      ),
      text => {
        const licence = read(text);
        if (licence.kind === 'expression') assert.equal(read(licence.text).text, licence.text);
      },
    ),
  );
});
