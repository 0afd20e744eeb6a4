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

test('references of Directory.Build files are of every project below, and updates add none', async () => {
  const group = (items: string) => `<Project><ItemGroup>${items}</ItemGroup></Project>`;
  const { projects } = await scanFiles({
    'Directory.Build.props': group('<PackageReference Include="Lint" Version="1.0" PrivateAssets="all" />'),
    'Directory.Build.targets': group(
      '<PackageReference Update="A" Version="3.0" /><PackageReference Update="Other" Version="1.0" />',
    ),
    'src/App.csproj': group(
      '<PackageReference Include="A" /><PackageReference Include="B" Version="1.0" />\n<PackageReference Update="b" Version="2.0" />',
    ),
  });
  assert.deepEqual(listed(projects[0]), ['!Lint 1.0 dev', '!A 3.0 prod', '!B 2.0 prod']);
  assert.deepEqual(
    projects[0]?.components.map(({ locations }) => locations[0]?.file),
    ['Directory.Build.props', 'src/App.csproj', 'src/App.csproj'],
  );
});
