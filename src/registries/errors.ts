import { LarderError } from '../model/errors.ts';

/** `not-configured`: no package manager's configuration names a registry. `not-recorded`: offline, and the cache has no answer. `too-many`: one run asked more than it may. */
export type RegistryErrorCode =
  | 'not-configured'
  | 'not-found'
  | 'not-understood'
  | 'not-recorded'
  | 'too-many';

export class RegistryError extends LarderError<RegistryErrorCode> {}
