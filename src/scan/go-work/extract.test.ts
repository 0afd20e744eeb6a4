import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../testing.ts';

test('go.work links to the modules it uses; one that is not there is said', async () => {
  const files = { 'go.work': 'go 1.22\n\nuse (\n\t./a\n\t./gone\n)\n', 'a/go.mod': 'module a\ngo 1.22\n' };
  const { projects } = await scanFiles(files);
  const work = projects.find(project => project.file === 'go.work');
  assert.deepEqual(
    [work?.links, work?.reasons[0]?.reason, work?.reasons[0]?.at],
    [['a'], 'missing-include', 'line 5'],
  );
});
