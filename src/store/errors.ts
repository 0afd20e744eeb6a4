import { LarderError } from '../model/errors.ts';

export type StoreErrorCode =
  | 'no-larder'
  | 'busy'
  | 'disk-full'
  | 'read-only'
  | 'damaged'
  | 'newer-schema'
  | 'older-schema'
  | 'not-found'
  | 'ambiguous'
  | 'no-cursor'
  | 'invalid-graph'
  | 'cancelled'
  | 'failed';

/** Why the store could not do what it was asked. Whatever was accepted before it stays. */
export class StoreError extends LarderError<StoreErrorCode> {}
