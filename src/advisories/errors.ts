import { LarderError } from '../model/errors.ts';

export type AdvisoryErrorCode =
  | 'no-mirror'
  | 'mirror-older'
  | 'mirror-newer'
  | 'mirror-damaged'
  | 'mirror-busy'
  | 'bad-source'
  | 'bad-feed'
  | 'disk-full';

/** Why advisories could not be had, compiled or asked. The message says what to do; the mirror that was there stays usable. */
export class AdvisoryError extends LarderError<AdvisoryErrorCode> {}
