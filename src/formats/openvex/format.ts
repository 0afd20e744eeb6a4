import type { Format } from '../format.ts';
import { detect, read } from './read.ts';

/** OpenVEX 0.0.x and 0.2.x documents. */
export const format: Format = {
  id: 'openvex',
  title: 'OpenVEX',
  owns: root => typeof root['@context'] === 'string' && root['@context'].startsWith('https://openvex.dev/ns'),
  detect,
  read,
  validate: async input => (await import('./validate.ts')).validate(input),
};
