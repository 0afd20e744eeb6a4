import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Cartfile.resolved: three kinds of origin', async () => {
  const { projects, diagnostics } = await scanFiles({
    'Cartfile.resolved':
      'github "o/A" "1.0"\ngit "https://example.com/b.git" "0123"\nbinary "https://example.com/C.json" "2.0"\nodd\n',
  });
  assert.deepEqual(listed(projects[0]), ['o/A 1.0', 'b 0123', 'C 2.0']);
  assert.equal(diagnostics[0]?.at, 'Cartfile.resolved:4');
});
