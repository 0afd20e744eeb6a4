import assert from 'node:assert/strict';
import { test } from 'node:test';
import { party, tool } from './parties.ts';

test('tool names and versions come apart where a person would part them', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['syft-0.60.1', 'syft', '0.60.1'],
    ['bom-v0.4.1', 'bom', 'v0.4.1'],
    ['Microsoft.SBOMTool-4.1.5', 'Microsoft.SBOMTool', '4.1.5'],
    ['ko 0.12.0', 'ko', '0.12.0'],
    ['scanner-v4-matcher-4.7.0', 'scanner-v4-matcher', '4.7.0'],
    ['maker-v0.42.0-rc.1', 'maker', 'v0.42.0-rc.1'],
    ['trivy-dev', 'trivy', 'dev'],
    ['apko (devel)', 'apko', 'devel'],
    ['apko (v1.2.7)', 'apko', 'v1.2.7'],
    ['apko (canary)', 'apko', 'canary'],
    ['BlackDuck - v2024.10.1', 'BlackDuck', 'v2024.10.1'],
    ['Review Toolkit - 1.0', 'Review Toolkit', '1.0'],
    ['Scanner (Version: 18)', 'Scanner', '18'],
    ['Scanner, version 1.2 build 7', 'Scanner', '1.2 build 7'],
    ['Scanner (open source)', 'Scanner (open source)', null],
    ['version 1.2', 'version', '1.2'],
    ['tern-0123456789abcdef0123456789abcdef01234567', 'tern', '0123456789abcdef0123456789abcdef01234567'],
    ['syft-[not provided]', 'syft', null],
    ['maker-3', 'maker', '3'],
    ['syft-', 'syft', null],
    ['sigs.k8s.io/bom/pkg/spdx', 'sigs.k8s.io/bom/pkg/spdx', null],
    ['spdx-maven-plugin', 'spdx-maven-plugin', null],
    ['Source Auditor Open Source Console', 'Source Auditor Open Source Console', null],
    ['-', '-', null],
  ];
  for (const [stated, name, version] of cases) {
    assert.deepEqual(tool(`Tool: ${stated}`), { vendor: null, name, version }, stated);
  }
  for (const none of ['Tool: ', 'Tool: NOASSERTION', 'Tool:NONE', '']) assert.equal(tool(none), null, none);
});

test('parties come with their kind and contact', () => {
  const cases = [
    ['Organization: Example, Inc. (a@example.com)', 'organization', 'Example, Inc.', 'a@example.com', null],
    ['Person: Jo Doe <jo@example.com>', 'person', 'Jo Doe', 'jo@example.com', null],
    ['Jo <jo@example.com>', 'unknown', 'Jo', 'jo@example.com', null],
    ['Organization: Example (formerly Sample)', 'organization', 'Example (formerly Sample)', null, null],
    ['organization:  Example ()', 'organization', 'Example', null, null],
    ['Organization: Example (https://example.com)', 'organization', 'Example', null, 'https://example.com'],
    ['Tool: maker', 'unknown', 'maker', null, null],
  ] as const;
  for (const [stated, kind, name, email, url] of cases) {
    assert.deepEqual(party(stated), { kind, name, email, url }, stated);
  }
  const words = ['NOASSERTION', 'Organization: NOASSERTION', 'NONE', '', 'Person:', 'Tool: NOASSERTION'];
  for (const nobody of [...words, 'Person: NOASSERTION (x@example.com)', 'NONE ()']) {
    assert.equal(party(nobody), null, nobody);
  }
});
