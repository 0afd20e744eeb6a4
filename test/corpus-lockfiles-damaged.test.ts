import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { EXTRACTORS } from '../src/scan/list.ts';
import { Matcher } from '../src/scan/match.ts';
import { scan } from '../src/scan/run.ts';
import { MemoryTree } from '../src/scan/tree.ts';

const ROOT = join('data', 'lockfiles');
const skip = existsSync(join(ROOT, 'MANIFEST.tsv')) ? false : 'data/lockfiles is not unpacked';
const ODD = [
  'null',
  '[]',
  '{}',
  '"',
  '-1',
  'true',
  '[[',
  '{',
  '}',
  '\n',
  '  ',
  '\0',
  ':',
  '=',
  '"__proto__"',
  '\\',
  '@',
  '(',
  ')',
  '',
];

test('lockfiles damaged anywhere end in diagnostics, never in a fault of ours', { skip }, async () => {
  const matcher = new Matcher(EXTRACTORS);
  const rows = readFileSync(join(ROOT, 'MANIFEST.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .map(line => line.split('\t'));
  const paths = rows
    .map(([, path = '']) => path)
    .filter((path, row) => Number(rows[row]?.[2]) < 20_000 && matcher.wants(path, basename(path)));
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.nat(40),
    put: fc.constantFrom(...ODD),
  });
  const property = fc.asyncProperty(
    fc.constantFrom(...paths),
    fc.array(damage, { minLength: 1, maxLength: 4 }),
    async (path, damages) => {
      let text = readFileSync(join(ROOT, path), 'utf8');
      for (const { at, drop, put } of damages) {
        const place = Math.floor(at * text.length);
        text = text.slice(0, place) + put + text.slice(place + drop);
      }
      const { diagnostics, projects } = await scan(new MemoryTree({ [path]: text }), { file: path });
      assert.deepEqual(
        diagnostics.filter(note => note.message.includes('cannot be understood')),
        [],
      );
      for (const project of projects)
        assert.ok(project.completeness === 'complete' || diagnostics.length > 0);
    },
  );
  await fc.assert(property, { numRuns: 2000, seed: 20_261_122 });
});
