import { isObject } from '../fields.ts';
import type { Format } from '../format.ts';
import { detect, read } from './read.ts';

/** CSAF 2.0 documents (and 2.1 as far as it agrees): advisories and VEX. */
export const format: Format = {
  id: 'csaf',
  title: 'CSAF',
  owns: root => isObject(root['document']) && typeof root['document']['csaf_version'] === 'string',
  detect,
  read,
  validate: async input => (await import('./validate/validate.ts')).validate(input),
};
