import type { Format } from '../format.ts';
import { detect, read } from './read.ts';

/** CVE records of the JSON record format 5.0 to 5.2. */
export const format: Format = {
  id: 'cve',
  title: 'CVE record',
  owns: root => root['dataType'] === 'CVE_RECORD',
  detect,
  read,
  validate: async input => (await import('./validate.ts')).validate(input),
};
