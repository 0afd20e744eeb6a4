import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../testing.ts';

test('lines of manifests are found in one pass, by the whole name', async () => {
  const count = 30_000;
  const names = Array.from({ length: count }, (_, at) => `p${at}`);
  const cargo = `[dependencies]\n${names.map(name => `${name} = "1"\n`).join('')}`;
  const pyproject = `[project]\ndependencies = [\n${names.map(name => `  "${name}>=1",\n`).join('')}]\n`;
  const { projects } = await scanFiles({ 'Cargo.toml': cargo, 'pyproject.toml': pyproject });
  for (const [project, before] of projects.map((project, at) => [project, at + 2] as const))
    assert.deepEqual(
      [0, 1, count - 1].map(at => project.components[at]?.locations[0]?.line),
      [0, 1, count - 1].map(at => at + before),
    );
});

test('a line of another package that begins alike is not its own', async () => {
  const pyproject = '[project]\ndependencies = [\n  "Flask_Cors",\n  "flask>=2",\n]\n';
  const { projects } = await scanFiles({ 'pyproject.toml': pyproject });
  assert.deepEqual(
    projects[0]?.components.map(({ name, locations }) => [name, locations[0]?.line]),
    [
      ['flask-cors', 3],
      ['flask', 4],
    ],
  );
});
