import { LarderError } from '../model/errors.ts';

/** `not-configured`: no package manager's configuration names a registry. `not-recorded`: offline, and the cache has no answer. */
export type RegistryErrorCode = 'not-configured' | 'not-found' | 'not-understood' | 'not-recorded';

export class RegistryError extends LarderError<RegistryErrorCode> {}
