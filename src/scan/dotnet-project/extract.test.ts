import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('a project file takes versions from the nearest central file; a lockfile beside it is the answer instead', async () => {
  const files = {
    'Directory.Packages.props':
      '<Project><ItemGroup><PackageVersion Include="A" Version="1.0" /></ItemGroup></Project>',
    'src/App.csproj':
      '<Project><ItemGroup><PackageReference Include="a" /><PackageReference Include="B" PrivateAssets="all"><Version>2.0</Version></PackageReference></ItemGroup></Project>',
  };
  const { projects } = await scanFiles(files);
  const app = projects.find(project => project.path === 'src');
  assert.deepEqual([app?.subject.name, listed(app)], ['App', ['!a 1.0 prod', '!B 2.0 dev']]);
  const locked = await scanFiles({ ...files, 'src/packages.lock.json': '{"version":1,"dependencies":{}}' });
  assert.deepEqual(
    locked.projects.filter(project => project.path === 'src').map(project => project.file),
    ['src/packages.lock.json'],
  );
});
