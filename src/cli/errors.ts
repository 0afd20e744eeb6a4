import { LarderError } from '../model/errors.ts';

export type CliErrorCode = 'usage' | 'unreadable' | 'verification-failed' | 'no-store';

/** What ends a command before its answer: a wrong command line, or a named thing that cannot be read. */
export class CliError extends LarderError<CliErrorCode> {}

/** A wrong command line; the message says what to type instead. */
export function usage(message: string): CliError {
  return new CliError('usage', message);
}
