import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for Python. */
export const PYTHON_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'poetry-lock',
    ecosystem: 'PyPI',
    files: ['poetry.lock'],
    kind: 'lockfile',
    load: () => import('../poetry-lock/extract.ts'),
  },
  {
    id: 'uv-lock',
    ecosystem: 'PyPI',
    files: ['uv.lock'],
    kind: 'lockfile',
    load: () => import('../uv-lock/extract.ts'),
  },
  {
    id: 'pdm-lock',
    ecosystem: 'PyPI',
    files: ['pdm.lock'],
    kind: 'lockfile',
    load: () => import('../pdm-lock/extract.ts'),
  },
  {
    id: 'pylock',
    ecosystem: 'PyPI',
    files: ['pylock.toml', 'pylock.*.toml'],
    kind: 'lockfile',
    load: () => import('../pylock/extract.ts'),
  },
  {
    id: 'pipfile-lock',
    ecosystem: 'PyPI',
    files: ['Pipfile.lock'],
    kind: 'lockfile',
    load: () => import('../pipfile-lock/extract.ts'),
  },
  {
    id: 'requirements-txt',
    ecosystem: 'PyPI',
    files: ['requirements*.txt', '*requirements.txt'],
    kind: 'lockfile',
    load: () => import('../requirements-txt/extract.ts'),
  },
  {
    id: 'pyproject',
    ecosystem: 'PyPI',
    files: ['pyproject.toml'],
    kind: 'manifest',
    load: () => import('../pyproject/extract.ts'),
  },
  {
    id: 'pipfile',
    ecosystem: 'PyPI',
    files: ['Pipfile'],
    kind: 'manifest',
    load: () => import('../pipfile/extract.ts'),
  },
];
