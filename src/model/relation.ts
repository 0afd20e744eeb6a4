/**
 * The one table of relations between components, whatever format stated them. A relation is kept as it was said, with its
 * type and direction; `walk` says how a question follows it:
 * `down`: `from` needs or holds `to` (the dependent is `from`); `up`: the other way round (`A DEPENDENCY_OF B` means B needs A);
 * `none`: it is a fact, but no path follows it.
 * Sources: SPDX 2.3 clause 11 table 68, SPDX 3.0.1 Core/RelationshipType, CycloneDX 1.7 dependencies, nesting and pedigree.
 */
export interface RelationRule {
  /** The name, in SPDX 2 spelling where SPDX has it. */
  readonly name: string;
  readonly walk: 'down' | 'up' | 'none';
  /** What the relation says about when the dependency is needed; null where it says nothing. */
  readonly scope: RelationScope | null;
  /** A few words for people: "depends on". */
  readonly text: string;
}

export type RelationScope = 'runtime' | 'dev' | 'build' | 'test' | 'optional' | 'provided';

const rules = [
  ['DEPENDS_ON', 'down', null, 'depends on'],
  ['DEPENDENCY_OF', 'up', null, 'is a dependency of'],
  ['CONTAINS', 'down', null, 'contains'],
  ['CONTAINED_BY', 'up', null, 'is contained by'],
  ['PROVIDES', 'none', null, 'provides'],
  ['DESCRIBES', 'none', null, 'describes'],
  ['DESCRIBED_BY', 'none', null, 'is described by'],
  ['DEPENDENCY_MANIFEST_OF', 'none', null, 'is the dependency manifest of'],
  ['BUILD_DEPENDENCY_OF', 'up', 'build', 'is a build dependency of'],
  ['DEV_DEPENDENCY_OF', 'up', 'dev', 'is a development dependency of'],
  ['OPTIONAL_DEPENDENCY_OF', 'up', 'optional', 'is an optional dependency of'],
  ['PROVIDED_DEPENDENCY_OF', 'up', 'provided', 'is a provided dependency of'],
  ['TEST_DEPENDENCY_OF', 'up', 'test', 'is a test dependency of'],
  ['RUNTIME_DEPENDENCY_OF', 'up', 'runtime', 'is a runtime dependency of'],
  ['EXAMPLE_OF', 'none', null, 'is an example of'],
  ['GENERATES', 'up', null, 'generates'],
  ['GENERATED_FROM', 'down', null, 'is generated from'],
  ['ANCESTOR_OF', 'none', null, 'is an ancestor of'],
  ['DESCENDANT_OF', 'none', null, 'is a descendant of'],
  ['VARIANT_OF', 'none', null, 'is a variant of'],
  ['DISTRIBUTION_ARTIFACT', 'none', null, 'is distributed as'],
  ['PATCH_FOR', 'none', null, 'is a patch for'],
  ['PATCH_APPLIED', 'none', null, 'is a patch applied to'],
  ['COPY_OF', 'none', null, 'is a copy of'],
  ['FILE_ADDED', 'none', null, 'is a file added to'],
  ['FILE_DELETED', 'none', null, 'is a file deleted from'],
  ['FILE_MODIFIED', 'none', null, 'is a file modified from'],
  ['EXPANDED_FROM_ARCHIVE', 'none', null, 'is expanded from'],
  ['DYNAMIC_LINK', 'down', null, 'links dynamically to'],
  ['STATIC_LINK', 'down', null, 'links statically to'],
  ['DATA_FILE_OF', 'none', null, 'is a data file of'],
  ['TEST_CASE_OF', 'none', null, 'is a test case of'],
  ['BUILD_TOOL_OF', 'up', 'build', 'is a build tool of'],
  ['DEV_TOOL_OF', 'up', 'dev', 'is a development tool of'],
  ['TEST_OF', 'none', null, 'is a test of'],
  ['TEST_TOOL_OF', 'up', 'test', 'is a test tool of'],
  ['DOCUMENTATION_OF', 'none', null, 'is documentation of'],
  ['OPTIONAL_COMPONENT_OF', 'up', 'optional', 'is an optional component of'],
  ['METAFILE_OF', 'none', null, 'is a metafile of'],
  ['PACKAGE_OF', 'up', null, 'is a package of'],
  ['AMENDS', 'none', null, 'amends'],
  ['PREREQUISITE_FOR', 'up', null, 'is a prerequisite for'],
  ['HAS_PREREQUISITE', 'down', null, 'has prerequisite'],
  ['REQUIREMENT_DESCRIPTION_FOR', 'none', null, 'describes a requirement of'],
  ['SPECIFICATION_FOR', 'none', null, 'is a specification for'],
  ['OTHER', 'none', null, 'is related to'],
  // SPDX 3.0 says these from the other end, or says more than SPDX 2 did.
  ['HAS_OPTIONAL_DEPENDENCY', 'down', 'optional', 'optionally depends on'],
  ['HAS_PROVIDED_DEPENDENCY', 'down', 'provided', 'expects to be provided with'],
  ['HAS_OPTIONAL_COMPONENT', 'down', 'optional', 'has optional component'],
  ['HAS_DYNAMIC_LINK', 'down', null, 'links dynamically to'],
  ['HAS_STATIC_LINK', 'down', null, 'links statically to'],
  ['USES_TOOL', 'down', 'build', 'uses tool'],
  ['INVOKED_BY', 'none', null, 'is invoked by'],
  ['PACKAGED_BY', 'up', null, 'is packaged by'],
  ['HAS_VARIANT', 'none', null, 'has variant'],
  ['HAS_DOCUMENTATION', 'none', null, 'has documentation'],
  ['HAS_EXAMPLE', 'none', null, 'has example'],
  ['HAS_TEST', 'none', null, 'has test'],
  ['HAS_TEST_CASE', 'none', null, 'has test case'],
  ['HAS_INPUT', 'none', null, 'has input'],
  ['HAS_OUTPUT', 'none', null, 'has output'],
  ['HAS_HOST', 'none', null, 'has host'],
  ['HAS_METADATA', 'none', null, 'has metadata'],
  ['HAS_EVIDENCE', 'none', null, 'has evidence'],
  ['HAS_SPECIFICATION', 'none', null, 'has specification'],
  ['HAS_REQUIREMENT', 'none', null, 'has requirement'],
  ['HAS_DISTRIBUTION_ARTIFACT', 'none', null, 'has distribution artifact'],
  ['HAS_DATA_FILE', 'none', null, 'has data file'],
  ['HAS_DEPENDENCY_MANIFEST', 'none', null, 'has dependency manifest'],
  ['HAS_ADDED_FILE', 'none', null, 'has added file'],
  ['HAS_DELETED_FILE', 'none', null, 'has deleted file'],
  ['MODIFIED_BY', 'none', null, 'is modified by'],
  ['COPIED_TO', 'none', null, 'is copied to'],
  ['EXPANDS_TO', 'none', null, 'expands to'],
  ['PATCHED_BY', 'none', null, 'is patched by'],
  ['CONFIGURES', 'none', null, 'configures'],
  ['DELEGATED_TO', 'none', null, 'is delegated to'],
  ['TRAINED_ON', 'down', null, 'was trained on'],
  ['TESTED_ON', 'down', 'test', 'was tested on'],
  ['DERIVED_FROM', 'down', null, 'is derived from'],
  ['HAS_PEDIGREE_ANCESTOR', 'none', null, 'has pedigree ancestor'],
  ['HAS_PEDIGREE_DESCENDANT', 'none', null, 'has pedigree descendant'],
  ['HAS_PEDIGREE_VARIANT', 'none', null, 'has pedigree variant'],
  ['IMPLEMENTS', 'none', null, 'implements'],
  ['USES', 'none', null, 'uses'],
] as const satisfies readonly (readonly [string, RelationRule['walk'], RelationScope | null, string])[];

export type RelationName = (typeof rules)[number][0];

/** Every relation, in the order of its code. The code is stored in graphs: entries are only ever appended. */
export const RELATIONS: readonly (RelationRule & { readonly name: RelationName })[] = rules.map(
  ([name, walk, scope, text]) => ({ name, walk, scope, text }),
);

const codes = new Map<string, number>(RELATIONS.map((rule, code) => [rule.name, code]));

/** The stable code of a relation name, or undefined for a name the table does not know. */
export function relationCode(name: RelationName): number;
export function relationCode(name: string): number | undefined;
export function relationCode(name: string): number | undefined {
  return codes.get(name);
}
