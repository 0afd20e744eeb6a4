import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saysNothing } from './says-nothing.ts';

test('words for nothing say nothing, in any capitals; a name that has one in it does, and so does NONE', () => {
  const words = ['', ' ', 'Unknown', 'NOASSERTION', 'No Assertion', 'null', 'N/A', '(devel)', '${version}'];
  assert.deepEqual(
    words.filter(word => !saysNothing(word)),
    [],
  );
  const others = ['NONE', 'unknown-horizons', 'nullify', '0', 'pkg:npm/${name}@1'];
  assert.deepEqual(others.filter(saysNothing), []);
});
