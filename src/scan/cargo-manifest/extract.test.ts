import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Cargo.toml: wishes keep their ranges and the project is partial', async () => {
  const { projects } = await scanFiles({
    'Cargo.toml': `[package]\nname = "own"\n[dependencies]\na = "1.2"\nb = { version = "=1.0.0", optional = true }\nc = { path = "c" }\n[dev-dependencies]\nd = "1"\n`,
  });
  assert.deepEqual(listed(projects[0]), ['!a 1.2 prod', '!b 1.0.0 optional', '!c - prod', '!d 1 dev']);
  assert.deepEqual(
    projects[0]?.reasons.map(gap => gap.reason),
    ['manifest-without-lock'],
  );
});
