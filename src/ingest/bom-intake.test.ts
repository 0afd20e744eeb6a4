import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../formats/cyclonedx/format.ts';
import { documentInput } from '../formats/input.ts';
import { bomIntake } from './bom-intake.ts';

test('what only a pedigree names is no content of the product, but for the base of a model', () => {
  const bom = format.read(
    documentInput(
      Buffer.from(
        JSON.stringify({
          bomFormat: 'CycloneDX',
          specVersion: '1.6',
          components: [
            {
              type: 'library',
              name: 'fork',
              purl: 'pkg:npm/fork@1',
              pedigree: {
                ancestors: [
                  {
                    type: 'library',
                    name: 'left',
                    purl: 'pkg:npm/left@1',
                    hashes: [{ alg: 'SHA-1', content: 'a'.repeat(40) }],
                  },
                ],
              },
            },
            {
              type: 'machine-learning-model',
              name: 'tuned',
              purl: 'pkg:huggingface/acme/tuned@1',
              pedigree: {
                ancestors: [
                  { type: 'machine-learning-model', name: 'base', purl: 'pkg:huggingface/acme/base@1' },
                ],
              },
            },
          ],
        }),
      ),
      'bom.json',
    ),
  ).bom;
  assert.ok(bom);
  const intake = bomIntake(bom, 'f'.repeat(64), 'bom.json');
  assert.equal(intake.distinctPackages, 3);
  assert.equal(intake.digests.keys.length, 0);
});
