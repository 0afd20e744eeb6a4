import { IoError } from '../io/errors.ts';
import { LarderError, messageOf } from '../model/errors.ts';

export type IngestErrorCode =
  | 'invalid-mapping'
  | 'reader-failed'
  | 'reader-timeout'
  | 'not-found'
  | 'interrupted';

/** Why ingest as a whole cannot go on. What is wrong with one document is a diagnostic of that document instead. */
export class IngestError extends LarderError<IngestErrorCode> {}

/** Why one file gave nothing, as its result tells it. What is no fault of reading is one of the reader. */
export function readFault(thrown: unknown): { readonly code: string; readonly message: string } {
  return { code: thrown instanceof IoError ? thrown.code : 'reader-failed', message: messageOf(thrown) };
}
