import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Dockerfile: stages, arguments, digests; the last stage is what runs', async () => {
  const text = `ARG V=24\nFROM --platform=x example.com:5000/o/node:\${V} AS build\nFROM scratch AS empty\nFROM build AS test\nCOPY --from=example.com/tool:1 /a /b\nFROM alpine@sha256:${'a'.repeat(64)}\nCOPY --from=build /a /b\n`;
  const { projects } = await scanFiles({ Dockerfile: text });
  assert.deepEqual(listed(projects[0]), [
    '!example.com:5000/o/node 24 build',
    '!example.com/tool 1 build',
    `!alpine sha256:${'a'.repeat(64)} prod`,
  ]);
  assert.equal(projects[0]?.components[0]?.purl, 'pkg:docker/o/node@24?repository_url=example.com:5000');
});

test('an argument without a default is not guessed', async () => {
  const { projects } = await scanFiles({ 'api.Dockerfile': 'ARG BASE\nFROM $BASE\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unresolved-property');
});
