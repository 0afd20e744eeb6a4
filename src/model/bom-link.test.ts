import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkName, serialName } from './bom-link.ts';

const SERIAL = 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79';

test('a serial number is one name in any spelling, and none where a template was not filled in', () => {
  for (const stated of [SERIAL, SERIAL.toUpperCase(), SERIAL.slice('urn:uuid:'.length), ` ${SERIAL}\n`])
    assert.equal(serialName(stated), SERIAL, stated);
  assert.equal(serialName('urn:uuid:00000000-0000-0000-0000-000000000000'), null);
  assert.equal(serialName('Our-BOM-7'), 'Our-BOM-7');
  assert.equal(serialName(null), null);
});

test('only the serial number of a link has no case', () => {
  const link = `urn:cdx:${SERIAL.slice('urn:uuid:'.length)}/1#Left`;
  assert.equal(linkName(link.replace('3e67', '3E67')), link);
  assert.equal(linkName('https://example.com/A#B'), 'https://example.com/A#B');
});
