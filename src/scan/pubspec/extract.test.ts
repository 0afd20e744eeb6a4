import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('pubspec.yaml: wishes keep their ranges and the project is partial', async () => {
  const { projects } = await scanFiles({
    'pubspec.yaml': `name: own\ndependencies:\n  a: ^1.0.0\n  flutter:\n    sdk: flutter\ndev_dependencies:\n  b: 2.0.0\n`,
  });
  assert.deepEqual(listed(projects[0]), ['!a ^1.0.0 prod', '!b 2.0.0 dev']);
  assert.deepEqual(
    projects[0]?.reasons.map(gap => gap.reason),
    ['manifest-without-lock'],
  );
});
