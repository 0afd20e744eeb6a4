import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdvisoryDocumentFacts } from '../../model/advisory.ts';
import { documentInput } from '../input.ts';
import { read } from './read.ts';

test('a branch that ends in an asterisk names no version that fixes it', () => {
  const version = { version: '1.0', status: 'affected', versionType: 'semver' };
  const record = {
    dataType: 'CVE_RECORD',
    dataVersion: '5.2',
    cveMetadata: { cveId: 'CVE-2026-0001', state: 'PUBLISHED' },
    containers: {
      cna: {
        affected: [
          {
            vendor: 'example',
            product: 'left',
            versions: [
              { ...version, lessThan: '1.*' },
              { ...version, version: '3.0', lessThan: '3.2' },
            ],
          },
        ],
      },
    },
  };
  const { facts } = read(documentInput(Buffer.from(JSON.stringify(record)), 'a.json'));
  const { advisories } = facts as Extract<AdvisoryDocumentFacts, { type: 'advisories' }>;
  assert.deepEqual(advisories[0]?.claims[0]?.fixed, ['3.2']);
});
