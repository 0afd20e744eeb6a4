import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for what builds and delivers: workflows, images, infrastructure. */
export const DELIVERY_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'github-actions',
    ecosystem: 'GitHub Actions',
    files: ['*.yml', '*.yaml'],
    matches: path => /(?:^|\/)\.github\/workflows\/[^/]+$|(?:^|\/)action\.ya?ml$/.test(path),
    kind: 'lockfile',
    load: () => import('../github-actions/extract.ts'),
  },
  {
    id: 'flake-lock',
    ecosystem: 'nix',
    files: ['flake.lock'],
    kind: 'lockfile',
    load: () => import('../flake-lock/extract.ts'),
  },
  {
    id: 'terraform-lock',
    ecosystem: 'terraform',
    files: ['.terraform.lock.hcl'],
    kind: 'lockfile',
    load: () => import('../terraform-lock/extract.ts'),
  },
  {
    id: 'helm-lock',
    ecosystem: 'helm',
    files: ['Chart.lock', 'requirements.lock'],
    kind: 'lockfile',
    load: () => import('../helm-lock/extract.ts'),
  },
  {
    id: 'dockerfile',
    ecosystem: 'docker',
    files: ['Dockerfile', 'Dockerfile.*', '*.Dockerfile', 'Containerfile'],
    kind: 'lockfile',
    load: () => import('../dockerfile/extract.ts'),
  },
  {
    id: 'git-submodules',
    ecosystem: 'git',
    files: ['.gitmodules'],
    kind: 'lockfile',
    load: () => import('../git-submodules/extract.ts'),
  },
];
