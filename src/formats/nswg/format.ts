import type { Format } from '../format.ts';
import { detect, read } from './read.ts';

/** Advisories of the Node.js security working group: packages of npm, Node.js itself, what it depends on, and the indexes of each. */
export const format: Format = { id: 'nswg', title: 'Node.js security-wg', detect, read, validate: null };
