import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Diagnostics } from '../../model/diagnostic.ts';
import { Fields } from '../fields.ts';
import { readRecord } from './read.ts';

test('the record that a distribution has for one CVE is an alias of it, a bulletin is none', () => {
  const aliases = (id: string, upstream: readonly string[], stated: readonly string[] = []) =>
    readRecord({ id, upstream, aliases: stated }, new Fields(new Diagnostics()))?.aliases;

  assert.deepEqual(aliases('DEBIAN-CVE-2026-0001', ['CVE-2026-0001']), ['CVE-2026-0001']);
  assert.deepEqual(aliases('UBUNTU-CVE-2026-0001', ['CVE-2026-0001', 'USN-1-1']), ['CVE-2026-0001']);
  assert.deepEqual(aliases('ALPINE-CVE-2026-0001', ['CVE-2026-00', 'CVE-2026-0002']), []);
  assert.deepEqual(aliases('ROOT-OS-CVE-2026-0001', ['CVE-2026-0001'], ['CVE-2026-0001']), ['CVE-2026-0001']);
  assert.deepEqual(aliases('RHSA-2026:1', ['CVE-2026-0001']), []);
  assert.deepEqual(aliases('GHSA-1', [], ['CVE-2026-0001']), ['CVE-2026-0001']);
});
