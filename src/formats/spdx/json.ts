import { Diagnostics } from '../../model/diagnostic.ts';
import type { DocumentInput } from '../format.ts';
import type { Parsed } from './read.ts';

/** JSON is the shape all SPDX 2 encodings are read in, so its places are the pointers themselves. */
export function parseJsonDocument(input: DocumentInput): Parsed {
  return {
    root: input.json(),
    encoding: 'json',
    diagnostics: new Diagnostics(),
    place: (_entry, pointer) => pointer,
  };
}
