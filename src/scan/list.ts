import type { ExtractorEntry } from './extractor.ts';

/** The extractor family: what each file pattern is read by. Adding a member is its folder and one entry here; the code is loaded when a file matches. */
export const EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'npm-package-lock',
    ecosystem: 'npm',
    files: ['package-lock.json', 'npm-shrinkwrap.json'],
    kind: 'lockfile',
    load: () => import('./npm-package-lock/extract.ts'),
  },
  {
    id: 'yarn-lock',
    ecosystem: 'npm',
    files: ['yarn.lock'],
    kind: 'lockfile',
    load: () => import('./yarn-lock/extract.ts'),
  },
  {
    id: 'pnpm-lock',
    ecosystem: 'npm',
    files: ['pnpm-lock.yaml'],
    kind: 'lockfile',
    load: () => import('./pnpm-lock/extract.ts'),
  },
  {
    id: 'bun-lock',
    ecosystem: 'npm',
    files: ['bun.lock'],
    kind: 'lockfile',
    load: () => import('./bun-lock/extract.ts'),
  },
  {
    id: 'deno-lock',
    ecosystem: 'npm',
    files: ['deno.lock'],
    kind: 'lockfile',
    load: () => import('./deno-lock/extract.ts'),
  },
  {
    id: 'poetry-lock',
    ecosystem: 'PyPI',
    files: ['poetry.lock'],
    kind: 'lockfile',
    load: () => import('./poetry-lock/extract.ts'),
  },
  {
    id: 'uv-lock',
    ecosystem: 'PyPI',
    files: ['uv.lock'],
    kind: 'lockfile',
    load: () => import('./uv-lock/extract.ts'),
  },
  {
    id: 'pdm-lock',
    ecosystem: 'PyPI',
    files: ['pdm.lock'],
    kind: 'lockfile',
    load: () => import('./pdm-lock/extract.ts'),
  },
  {
    id: 'pylock',
    ecosystem: 'PyPI',
    files: ['pylock.toml', 'pylock.*.toml'],
    kind: 'lockfile',
    load: () => import('./pylock/extract.ts'),
  },
  {
    id: 'pipfile-lock',
    ecosystem: 'PyPI',
    files: ['Pipfile.lock'],
    kind: 'lockfile',
    load: () => import('./pipfile-lock/extract.ts'),
  },
  {
    id: 'requirements-txt',
    ecosystem: 'PyPI',
    files: ['requirements*.txt', '*requirements.txt'],
    kind: 'lockfile',
    load: () => import('./requirements-txt/extract.ts'),
  },
];
