import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Directory.Packages.props: properties are resolved, what is not set is said', async () => {
  const text =
    '<Project><PropertyGroup><V>1.2</V></PropertyGroup><ItemGroup><PackageVersion Include="A" Version="$(V)" /><PackageVersion Include="B" Version="$(No)" /><PackageVersion Include="C" Version="[1,2)" /></ItemGroup></Project>';
  const { projects } = await scanFiles({ 'Directory.Packages.props': text });
  assert.deepEqual(listed(projects[0]), ['A 1.2', 'B $(No)', 'C [1,2)']);
  assert.deepEqual(
    projects[0]?.reasons.map(gap => gap.reason),
    ['unresolved-property', 'manifest-without-lock'],
  );
});
