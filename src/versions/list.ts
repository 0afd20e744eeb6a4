import type { VersionScheme } from './scheme.ts';

/** The version family: one file per ecosystem, one line here. */
export const SCHEMES: readonly VersionScheme[] = [];
