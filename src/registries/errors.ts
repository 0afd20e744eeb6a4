import { LarderError } from '../model/errors.ts';

/** `not-configured`: no package manager's configuration names a registry. `not-recorded`: offline, and the cache has no answer. `too-many`: one run asked more than it may. `not-authorized`: the registry wants to know who asks, or does not let them. */
export type RegistryErrorCode =
  | 'not-configured'
  | 'not-found'
  | 'not-understood'
  | 'not-recorded'
  | 'too-many'
  | 'not-authorized';

export class RegistryError extends LarderError<RegistryErrorCode> {}
