import type { Bench } from './bench.ts';

/** The benchmarks of `npm run bench [NAME...]`. Adding one is its file and one line here. */
export const BENCHES: readonly {
  readonly name: string;
  readonly title: string;
  readonly load: () => Promise<Bench>;
}[] = [
  {
    name: 'start',
    title: 'starting the command line, whole process, warm',
    load: () => import('./start.ts'),
  },
  { name: 'add', title: 'larder add, whole process, durable', load: () => import('./add.ts') },
  { name: 'questions', title: 'where and why, in process', load: () => import('./questions.ts') },
  { name: 'verify', title: 'Sigstore bundles and model digests', load: () => import('./verify.ts') },
  { name: 'scan', title: 'larder scan, whole process', load: () => import('./scan.ts') },
  { name: 'findings', title: 'advisories and findings, in process', load: () => import('./findings.ts') },
  { name: 'generate', title: 'the generator of BOMs', load: () => import('./generator.ts') },
];
