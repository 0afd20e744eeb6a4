import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RELATIONS, type RelationName } from './relation.ts';

/** Two ways to say one thing: what the first says of A and B, the second says of B and A. */
const PAIRS: readonly (readonly [RelationName, RelationName])[] = [
  ['DEPENDS_ON', 'DEPENDENCY_OF'],
  ['CONTAINS', 'CONTAINED_BY'],
  ['DESCRIBES', 'DESCRIBED_BY'],
  ['GENERATED_FROM', 'GENERATES'],
  ['HAS_PREREQUISITE', 'PREREQUISITE_FOR'],
  ['HAS_OPTIONAL_DEPENDENCY', 'OPTIONAL_DEPENDENCY_OF'],
  ['HAS_PROVIDED_DEPENDENCY', 'PROVIDED_DEPENDENCY_OF'],
  ['HAS_OPTIONAL_COMPONENT', 'OPTIONAL_COMPONENT_OF'],
  ['USES_TOOL', 'BUILD_TOOL_OF'],
  ['EXPANDS_TO', 'EXPANDED_FROM_ARCHIVE'],
  ['HAS_VARIANT', 'VARIANT_OF'],
  ['HAS_TEST', 'TEST_OF'],
];

test('what is said from either end is followed the same way', () => {
  const turned = { down: 'up', up: 'down', none: 'none' } as const;
  const rule = (name: RelationName) => RELATIONS.find(one => one.name === name) ?? assert.fail(name);
  for (const [one, other] of PAIRS) {
    assert.equal(rule(other).walk, turned[rule(one).walk], `${one} ${other}`);
    assert.equal(rule(other).scope, rule(one).scope, `${one} ${other}`);
  }
});
