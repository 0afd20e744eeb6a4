import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for PHP, Ruby, Erlang, Elixir, Gleam, R and Julia. */
export const DYNAMIC_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'composer-lock',
    ecosystem: 'Packagist',
    files: ['composer.lock'],
    kind: 'lockfile',
    load: () => import('../composer-lock/extract.ts'),
  },
  {
    id: 'composer-manifest',
    ecosystem: 'Packagist',
    files: ['composer.json'],
    kind: 'manifest',
    load: () => import('../composer-manifest/extract.ts'),
  },
  {
    id: 'gemfile-lock',
    ecosystem: 'RubyGems',
    files: ['Gemfile.lock', 'gems.locked', '*.gemfile.lock'],
    kind: 'lockfile',
    load: () => import('../gemfile-lock/extract.ts'),
  },
  {
    id: 'mix-lock',
    ecosystem: 'Hex',
    files: ['mix.lock'],
    kind: 'lockfile',
    load: () => import('../mix-lock/extract.ts'),
  },
  {
    id: 'rebar-lock',
    ecosystem: 'Hex',
    files: ['rebar.lock'],
    kind: 'lockfile',
    load: () => import('../rebar-lock/extract.ts'),
  },
  {
    id: 'gleam-manifest',
    ecosystem: 'Hex',
    files: ['manifest.toml'],
    kind: 'lockfile',
    load: () => import('../gleam-manifest/extract.ts'),
  },
  {
    id: 'renv-lock',
    ecosystem: 'CRAN',
    files: ['renv.lock'],
    kind: 'lockfile',
    load: () => import('../renv-lock/extract.ts'),
  },
  {
    id: 'julia-manifest',
    ecosystem: 'Julia',
    files: ['Manifest.toml', 'JuliaManifest.toml'],
    kind: 'lockfile',
    load: () => import('../julia-manifest/extract.ts'),
  },
  {
    id: 'gemfile',
    ecosystem: 'RubyGems',
    files: ['Gemfile', 'gems.rb'],
    kind: 'manifest',
    load: () => import('../gemfile/extract.ts'),
  },
  {
    id: 'gleam-toml',
    ecosystem: 'Hex',
    files: ['gleam.toml'],
    kind: 'manifest',
    load: () => import('../gleam-toml/extract.ts'),
  },
  {
    id: 'julia-project',
    ecosystem: 'Julia',
    files: ['Project.toml', 'JuliaProject.toml'],
    kind: 'manifest',
    load: () => import('../julia-project/extract.ts'),
  },
];
