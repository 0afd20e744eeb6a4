import type { Component, ComponentType } from '../model/facts.ts';

/** The closed lists that graphs store by index. Entries are only ever appended. */
export const ROLES = [
  'listed',
  'subject',
  'service',
  'dataset',
  'file',
  'pedigree',
] as const satisfies readonly Component['role'][];
export const TYPES = [
  'unknown',
  'application',
  'framework',
  'library',
  'container',
  'platform',
  'operating-system',
  'device',
  'device-driver',
  'firmware',
  'file',
  'machine-learning-model',
  'data',
  'cryptographic-asset',
  'service',
  'source',
  'archive',
  'install',
] as const satisfies readonly ComponentType[];
export const SCOPES = [
  null,
  'required',
  'optional',
  'excluded',
  'dev',
  'test',
  'build',
] as const satisfies readonly Component['scope'][];
export const OWNERSHIPS = [null, 'own', 'third-party'] as const satisfies readonly Component['ownership'][];

/** Kinds of further identities, by code. */
export const IDENTITY_KINDS = ['package', 'identifier', 'plain'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** Role, type, scope and ownership in 13 bits. */
export function nodeMeta(component: Pick<Component, 'role' | 'type' | 'scope' | 'ownership'>): number {
  const role = Math.max(0, ROLES.indexOf(component.role));
  const type = Math.max(0, TYPES.indexOf(component.type));
  const scope = Math.max(0, (SCOPES as readonly (string | null)[]).indexOf(component.scope));
  const ownership = Math.max(0, (OWNERSHIPS as readonly (string | null)[]).indexOf(component.ownership));
  return role | (type << 3) | (scope << 8) | (ownership << 11);
}
