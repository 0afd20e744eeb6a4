import type { Format } from '../format.ts';
import { detect, read } from './read.ts';

/** OSV records, all schema versions, JSON and YAML. */
export const format: Format = {
  id: 'osv',
  title: 'OSV',
  detect,
  read,
  validate: async input => (await import('./validate.ts')).validate(input),
};
