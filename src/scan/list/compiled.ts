import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for Go, Rust, C, C++ and Haskell. */
export const COMPILED_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'go-mod',
    ecosystem: 'Go',
    files: ['go.mod'],
    kind: 'lockfile',
    load: () => import('../go-mod/extract.ts'),
  },
  {
    id: 'go-sum',
    ecosystem: 'Go',
    files: ['go.sum'],
    kind: 'lockfile',
    load: () => import('../go-sum/extract.ts'),
  },
  {
    id: 'go-work',
    ecosystem: 'Go',
    files: ['go.work'],
    kind: 'lockfile',
    load: () => import('../go-work/extract.ts'),
  },
  {
    id: 'cargo-lock',
    ecosystem: 'crates.io',
    files: ['Cargo.lock'],
    kind: 'lockfile',
    load: () => import('../cargo-lock/extract.ts'),
  },
  {
    id: 'cargo-manifest',
    ecosystem: 'crates.io',
    files: ['Cargo.toml'],
    kind: 'manifest',
    load: () => import('../cargo-manifest/extract.ts'),
  },
  {
    id: 'conan-lock',
    ecosystem: 'ConanCenter',
    files: ['conan.lock'],
    kind: 'lockfile',
    load: () => import('../conan-lock/extract.ts'),
  },
  {
    id: 'vcpkg',
    ecosystem: 'vcpkg',
    files: ['vcpkg.json'],
    kind: 'manifest',
    load: () => import('../vcpkg/extract.ts'),
  },
  {
    id: 'stack-lock',
    ecosystem: 'Hackage',
    files: ['stack.yaml.lock'],
    kind: 'lockfile',
    load: () => import('../stack-lock/extract.ts'),
  },
  {
    id: 'cabal-freeze',
    ecosystem: 'Hackage',
    files: ['cabal.project.freeze'],
    kind: 'lockfile',
    load: () => import('../cabal-freeze/extract.ts'),
  },
];
