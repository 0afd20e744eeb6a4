import { LarderError } from '../model/errors.ts';

export type FormatErrorCode =
  | 'not-text'
  | 'invalid-json'
  | 'invalid-xml'
  | 'invalid-yaml'
  | 'too-deep'
  | 'too-large'
  | 'not-supported'
  | 'invalid-content'
  | 'invalid-protobuf';

/** Why bytes could not be read as a format at all. Readers turn it into a `rejected` result; only callers of a single reader see it. */
export class FormatError extends LarderError<FormatErrorCode> {
  readonly at: string | null;

  constructor(code: FormatErrorCode, message: string, at: string | null = null, cause?: unknown) {
    super(code, message, cause);
    this.at = at;
  }
}
