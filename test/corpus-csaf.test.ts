import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { format } from '../src/formats/csaf/format.ts';
import { CSAF_TESTS } from '../src/formats/csaf/validate/list.ts';
import { SHARED } from '../src/formats/csaf/validate/validate.ts';
import type { Validation } from '../src/formats/format.ts';
import { documentInput } from '../src/formats/input.ts';

const root = 'data/vex-csaf';
const skip = existsSync(root) ? false : `${root} is absent; unpack the corpus to run this`;
const cases = `${root}/csaf/csaf/csaf_2.0/test/validator/data`;

/** Named valid, though one file has two hashes of one algorithm, which section 6.1.25 forbids. */
const MISLABELLED = new Set(['optional/oasis_csaf_tc-csaf_2_0-2021-6-2-08-02.json']);

interface Case {
  readonly name: string;
  readonly valid: boolean;
}

interface ManifestTest {
  readonly id: string;
  readonly failures?: readonly Case[];
  readonly valid?: readonly Case[];
}

function testsOf(path: string): readonly ManifestTest[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly tests: readonly ManifestTest[] }).tests;
}

async function judge(path: string): Promise<Validation> {
  assert(format.validate);
  return format.validate(documentInput(readFileSync(path), path));
}

describe('CSAF 2.1, of which only what it shares with 2.0 is judged', { skip }, () => {
  const folder = `${root}/csaf/csaf/csaf_2.1/test/validator/data`;
  const manifest = skip ? [] : testsOf(`${root}/csaf/csaf_2.1/test/validator/data/testcases.json`);

  for (const { id, failures = [], valid = [] } of manifest.filter(one => SHARED.has(one.id))) {
    test(`${id}: its failing documents fail it, its sound ones pass it`, async () => {
      for (const [list, fails] of [
        [failures, true],
        [valid, false],
      ] as const) {
        for (const { name } of list) {
          if (!existsSync(`${folder}/${name}`)) continue;
          const { faults } = await judge(`${folder}/${name}`);
          const found = faults.some(fault => fault.code === `csaf-${id}`);
          assert.equal(found, fails, name);
          assert(
            faults.some(fault => fault.code === 'csaf-2.1-not-judged'),
            name,
          );
        }
      }
    });
  }
});

describe('CSAF 2.0 as its validator tests have it', { skip }, () => {
  /** Tests that ask the network or a dictionary. */
  const notJudged = new Set(['6.3.6', '6.3.7', '6.3.8']);
  const manifest = skip ? [] : testsOf(`${root}/csaf/csaf_2.0/test/validator/data/testcases.json`);

  test('every test of the standard is in the family, but for those named here', () => {
    const ours = CSAF_TESTS.map(one => one.section);
    assert.deepEqual(
      manifest.map(one => one.id).filter(id => !notJudged.has(id)),
      ours,
    );
  });

  for (const { id, failures = [], valid = [] } of manifest) {
    if (notJudged.has(id)) continue;
    test(`${id}: each failing document fails it, each sound one passes`, async () => {
      for (const [list, fails] of [
        [failures, true],
        [valid, false],
      ] as const) {
        for (const { name, valid } of list) {
          const path = `${cases}/${name}`;
          if (!existsSync(path)) continue;
          const judged = await judge(path);
          const found = judged.faults.some(fault => fault.code === `csaf-${id}`);
          assert.equal(found, fails, `${name}: ${JSON.stringify(judged.faults, null, 1)}`);
          assert.equal(
            judged.valid,
            valid && !MISLABELLED.has(name),
            `${name}: ${JSON.stringify(judged.faults, null, 1)}`,
          );
        }
      }
    });
  }

  test('the further cases of another validator are judged as it does', async () => {
    const paths = globSync(`${root}/csaf/csaf-validator-lib/tests/*/*/*.json`);
    assert(paths.length > 0);
    for (const path of paths) {
      const [, id = '', kind = ''] = /Test_([\d_]+)\/(\w+)\//.exec(path) ?? [];
      const judged = await judge(path);
      const found = judged.faults.some(fault => fault.code === `csaf-${id.replaceAll('_', '.')}`);
      assert.equal(found, kind === 'failing', `${path}: ${JSON.stringify(judged.faults, null, 1)}`);
    }
  });
});
