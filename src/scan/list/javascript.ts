import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for npm, Yarn, pnpm, Bun and Deno. */
export const JAVASCRIPT_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'npm-package-lock',
    ecosystem: 'npm',
    files: ['package-lock.json', 'npm-shrinkwrap.json'],
    kind: 'lockfile',
    load: () => import('../npm-package-lock/extract.ts'),
  },
  {
    id: 'yarn-lock',
    ecosystem: 'npm',
    files: ['yarn.lock'],
    kind: 'lockfile',
    load: () => import('../yarn-lock/extract.ts'),
  },
  {
    id: 'pnpm-lock',
    ecosystem: 'npm',
    files: ['pnpm-lock.yaml'],
    kind: 'lockfile',
    load: () => import('../pnpm-lock/extract.ts'),
  },
  {
    id: 'bun-lock',
    ecosystem: 'npm',
    files: ['bun.lock'],
    kind: 'lockfile',
    load: () => import('../bun-lock/extract.ts'),
  },
  {
    id: 'deno-lock',
    ecosystem: 'npm',
    files: ['deno.lock'],
    kind: 'lockfile',
    load: () => import('../deno-lock/extract.ts'),
  },
  {
    id: 'npm-manifest',
    ecosystem: 'npm',
    files: ['package.json'],
    kind: 'manifest',
    load: () => import('../npm-manifest/extract.ts'),
  },
];
