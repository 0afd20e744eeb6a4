import type { Validation } from '../format.ts';
import { bomFromProto } from './from-proto.ts';
import type { RawMessage } from './proto-text.ts';
import { SPEC_VERSIONS } from './read.ts';
import { quoted } from './shape.ts';

/** Judges a BOM in protobuf by its schema, and by what the specification requires and proto3 cannot say. */
export function validateProto(message: RawMessage): Validation {
  const { shape, faults } = bomFromProto(message, true);
  const stated = shape['specVersion'];
  const specVersion = typeof stated === 'string' ? stated : null;
  if (specVersion === null || SPEC_VERSIONS.indexOf(specVersion) >= SPEC_VERSIONS.indexOf('1.3')) {
    return { valid: faults.length === 0, specVersion, faults };
  }
  const reason = `${quoted(specVersion)} is no version of CycloneDX that has protobuf: they are 1.3 to 1.7.`;
  return {
    valid: false,
    specVersion,
    faults: [
      { severity: 'error', code: 'unknown-spec-version', message: reason, at: '/specVersion' },
      ...faults,
    ],
  };
}
