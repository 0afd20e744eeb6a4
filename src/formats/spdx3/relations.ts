import { type RelationName, relationCode } from '../../model/relation.ts';

/** How one SPDX 3 relationship type is kept: a code, and whether the relation is said from the other end. */
export interface Mapped {
  readonly code: number;
  readonly reversed: boolean;
}

/**
 * Types between components whose name in the relation table is not their own in capitals. A lifecycle scope makes a dependency
 * one of its own type, which the table has from the other end only.
 */
const SPECIAL = new Map<string, Mapped>([
  ['amendedBy', reversed('AMENDS')],
  ['dependsOn build', reversed('BUILD_DEPENDENCY_OF')],
  ['dependsOn development', reversed('DEV_DEPENDENCY_OF')],
  ['dependsOn test', reversed('TEST_DEPENDENCY_OF')],
  ['dependsOn runtime', reversed('RUNTIME_DEPENDENCY_OF')],
  ['usesTool development', reversed('DEV_TOOL_OF')],
  ['usesTool test', reversed('TEST_TOOL_OF')],
  ['other', { code: relationCode('OTHER'), reversed: false }],
]);

/** Types whose ends are agents, licences, documents or vulnerabilities: stated and counted, never between components. */
const OUTSIDE = new Set([
  'affects',
  'availableFrom',
  'coordinatedBy',
  'doesNotAffect',
  'exploitCreatedBy',
  'fixedBy',
  'fixedIn',
  'foundBy',
  'hasAssessmentFor',
  'hasAssociatedVulnerability',
  'hasConcludedLicense',
  'hasDeclaredLicense',
  'publishedBy',
  'reportedBy',
  'republishedBy',
  'serializedInArtifact',
  'underInvestigationFor',
]);

/** The relation of a type and lifecycle scope (Core/RelationshipType of 3.0.1); null for a type SPDX does not have. `HAS_X` and `hasX` are one. */
export function relation3(stated: string, scope: string | null): Mapped | null {
  const type = stated.includes('_') || stated === stated.toUpperCase() ? camel(stated) : stated;
  const special = SPECIAL.get(`${type} ${scope ?? ''}`.trim()) ?? SPECIAL.get(type);
  if (special !== undefined) return special;
  if (OUTSIDE.has(type)) return { code: relationCode('OTHER'), reversed: false };
  const code = relationCode(type.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase());
  return code === undefined ? null : { code, reversed: false };
}

function reversed(name: RelationName): Mapped {
  return { code: relationCode(name), reversed: true };
}

function camel(stated: string): string {
  return stated.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
