import type { Extractor } from './extractor.ts';

/** The extractor family: what each file pattern is read by. Adding a member is its folder and one line here; the code is loaded when a file matches. */
export const EXTRACTORS: readonly {
  readonly id: string;
  readonly files: readonly string[];
  readonly load: () => Promise<{ readonly extractor: Extractor }>;
}[] = [];
