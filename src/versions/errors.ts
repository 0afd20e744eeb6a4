import { LarderError } from '../model/errors.ts';

/** What the versions room refuses: text that is no range. */
export type VersionErrorCode = 'invalid-range';

export class VersionError extends LarderError<VersionErrorCode> {}
