import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('verification-metadata.xml: digests of what runs, not of descriptions', async () => {
  const text = `<verification-metadata xmlns="https://example.com/x"><components>
  <component group="g" name="a" version="1"><artifact name="a-1.jar"><sha256 value="${'a'.repeat(64)}"/></artifact><artifact name="a-1.pom"><sha256 value="${'b'.repeat(64)}"/></artifact></component>
  <component group="g" name="b"/>
</components></verification-metadata>`;
  const { projects } = await scanFiles({ 'gradle/verification-metadata.xml': text });
  assert.deepEqual([listed(projects[0]), projects[0]?.completeness], [['g:a 1'], 'partial']);
  assert.deepEqual(projects[0]?.components[0]?.digests, [`sha256:${'a'.repeat(64)}`]);
});
