import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for .NET. */
export const DOTNET_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'nuget-lock',
    ecosystem: 'NuGet',
    files: ['packages.lock.json'],
    kind: 'lockfile',
    load: () => import('../nuget-lock/extract.ts'),
  },
  {
    id: 'nuget-config',
    ecosystem: 'NuGet',
    files: ['packages.config'],
    kind: 'lockfile',
    load: () => import('../nuget-config/extract.ts'),
  },
  {
    id: 'dotnet-deps',
    ecosystem: 'NuGet',
    files: ['*.deps.json'],
    kind: 'lockfile',
    load: () => import('../dotnet-deps/extract.ts'),
  },
  {
    id: 'nuget-assets',
    ecosystem: 'NuGet',
    files: ['project.assets.json'],
    kind: 'lockfile',
    load: () => import('../nuget-assets/extract.ts'),
  },
  {
    id: 'paket-lock',
    ecosystem: 'NuGet',
    files: ['paket.lock'],
    kind: 'lockfile',
    load: () => import('../paket-lock/extract.ts'),
  },
  {
    id: 'nuget-central',
    ecosystem: 'NuGet',
    files: ['Directory.Packages.props', 'packages.props'],
    kind: 'manifest',
    load: () => import('../nuget-central/extract.ts'),
  },
  {
    id: 'dotnet-project',
    ecosystem: 'NuGet',
    files: ['*.csproj', '*.fsproj', '*.vbproj'],
    kind: 'manifest',
    load: () => import('../dotnet-project/extract.ts'),
  },
  {
    id: 'paket-dependencies',
    ecosystem: 'NuGet',
    files: ['paket.dependencies'],
    kind: 'manifest',
    load: () => import('../paket-dependencies/extract.ts'),
  },
];
