import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('composer.json: wishes keep their ranges and the project is partial', async () => {
  const { projects } = await scanFiles({
    'composer.json': `{"require":{"php":">=8","v/a":"^1.0"},"require-dev":{"v/b":"2.0.0"}}`,
  });
  assert.deepEqual(listed(projects[0]), ['!v/a ^1.0 prod', '!v/b 2.0.0 dev']);
  assert.deepEqual(
    projects[0]?.reasons.map(gap => gap.reason),
    ['manifest-without-lock'],
  );
});
