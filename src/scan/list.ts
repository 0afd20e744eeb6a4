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
];
