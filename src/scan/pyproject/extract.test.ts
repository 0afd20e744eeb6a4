import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('pyproject.toml: wishes keep their ranges and the project is partial', async () => {
  const { projects } = await scanFiles({
    'pyproject.toml': `[project]\nname = "own"\ndependencies = ["A>=1; x", "b==2.0"]\n[project.optional-dependencies]\ne = ["c"]\n[dependency-groups]\ndev = ["d~=1.0"]\n`,
  });
  assert.deepEqual(listed(projects[0]), ['!a >=1 prod', '!b 2.0 prod', '!c - optional', '!d ~=1.0 dev']);
  assert.deepEqual(
    projects[0]?.reasons.map(gap => gap.reason),
    ['manifest-without-lock'],
  );
});
