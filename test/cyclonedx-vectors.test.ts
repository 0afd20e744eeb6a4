import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validateCycloneDx } from '../src/formats/cyclonedx/validate.ts';
import { documentInput } from '../src/formats/input.ts';

const VECTORS = 'data/sbom/cyclonedx-specification';
const skip = existsSync(VECTORS) ? false : 'data/ is not here';

/**
 * The specification's own vectors say in their name what they are. Those named `informal-invalid-` break a rule that its XML schema only states in a
 * comment; Larder judges by the rule. One is named `skip_`: the specification itself leaves it out.
 */
test("the specification's own vectors are judged as their names say", { skip }, async () => {
  const wrong: string[] = [];
  let judged = 0;
  for (const version of readdirSync(VECTORS)) {
    for (const name of readdirSync(`${VECTORS}/${version}`)) {
      if (name.startsWith('skip_')) continue;
      const { valid, faults } = await validateCycloneDx(
        documentInput(readFileSync(`${VECTORS}/${version}/${name}`), name),
      );
      judged++;
      if (valid !== name.startsWith('valid-'))
        wrong.push(`${version}/${name}: ${faults[0]?.message ?? 'no fault found'}`);
      assert.ok(
        faults.every(fault => fault.at !== null && fault.message.endsWith('.')),
        name,
      );
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(judged > 700, `${judged} judged`);
});
