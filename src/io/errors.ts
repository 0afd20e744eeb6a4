import { LarderError } from '../model/errors.ts';

export type IoErrorCode =
  | 'not-found'
  | 'not-readable'
  | 'not-a-file'
  | 'too-large'
  | 'too-many'
  | 'too-deep'
  | 'changed-while-read'
  | 'unsafe-path'
  | 'corrupt'
  | 'offline'
  | 'no-answer'
  | 'http-status';

/** Why bytes could not be had. The message names the file or the address and says what to do. */
export class IoError extends LarderError<IoErrorCode> {}
