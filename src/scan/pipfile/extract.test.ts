import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Pipfile: wishes keep their ranges and the project is partial', async () => {
  const { projects } = await scanFiles({
    Pipfile: `[packages]\na = "*"\nb = "==2.0"\n[dev-packages]\nc = {version = ">=1"}\n`,
  });
  assert.deepEqual(listed(projects[0]), ['!a * prod', '!b 2.0 prod', '!c >=1 dev']);
  assert.deepEqual(
    projects[0]?.reasons.map(gap => gap.reason),
    ['manifest-without-lock'],
  );
});
