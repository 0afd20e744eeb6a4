import type { ComponentType } from '../../model/facts.ts';

/** The component types of CycloneDX 1.7; the reader knows these, the writer writes no others. */
export const COMPONENT_TYPES: ReadonlySet<string> = new Set<ComponentType>([
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
]);
