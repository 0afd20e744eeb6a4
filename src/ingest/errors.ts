import { LarderError } from '../model/errors.ts';

export type IngestErrorCode =
  | 'invalid-mapping'
  | 'reader-failed'
  | 'reader-timeout'
  | 'not-found'
  | 'interrupted';

/** Why ingest as a whole cannot go on. What is wrong with one document is a diagnostic of that document instead. */
export class IngestError extends LarderError<IngestErrorCode> {}
