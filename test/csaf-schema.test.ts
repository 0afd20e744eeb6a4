import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CsafDocument } from '../src/formats/csaf/validate/document.ts';
import { CSAF } from '../src/formats/csaf/validate/schema.ts';
import { SCORE_TESTS } from '../src/formats/csaf/validate/scores.ts';
import { vocabulary } from '../src/formats/csaf/validate/vocabulary.ts';
import { isObject } from '../src/formats/fields.ts';
import { checkShape } from '../src/formats/shape-rules.ts';
import { officialCsaf } from './support/official-csaf.ts';

const root = 'data/vex-csaf';
const skip = existsSync(root) ? false : `${root} is absent; unpack the corpus to run this`;

test('our rules and the official schema of CSAF 2.0 agree on real documents with one fault each', {
  skip,
}, async () => {
  const official = await officialCsaf();
  const names = await vocabulary();
  const invalidCvss = SCORE_TESTS.find(one => one.section === '6.1.8');
  assert(invalidCvss);
  const isSound = (value: unknown): string | null => {
    let fault: string | null = null;
    checkShape(value, CSAF, '', found => {
      if (found.code !== 'unknown-field') fault ??= `${found.at} ${found.message}`;
    });
    for (const found of invalidCvss.check(new CsafDocument(value, names)))
      fault ??= `${found.at} ${found.message}`;
    return fault;
  };
  const paths = [
    ...globSync(`${root}/csaf/csaf/csaf_2.0/**/*.json`),
    ...globSync(`${root}/csaf/cisa/OT/white/2023/*.json`).slice(0, 12),
  ].sort();
  assert(paths.length > 150);
  let checked = 0;
  for (const [number, path] of paths.entries()) {
    const text = readFileSync(path, 'utf8');
    if (text.length > 60_000) continue;
    const every = text.length > 8_000 ? 40 : 9;
    for (const { value, what } of [
      { value: JSON.parse(text), what: 'as it is' },
      ...faulty(text, number, every),
    ]) {
      const ours = isSound(value);
      const theirs = official(value);
      assert.equal(ours === null, theirs === null, `${path}, ${what}: ours ${ours}; the schema: ${theirs}`);
      checked++;
    }
  }
  assert(checked > 5_000, String(checked));
});

/** Copies of a document, each with one place changed: removed, of another type, empty, repeated, out of form. */
function* faulty(text: string, seed: number, every: number): Generator<{ value: unknown; what: string }> {
  const places: string[][] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (path.length > 0) places.push(path);
    if (Array.isArray(value) || isObject(value))
      for (const key of Object.keys(value)) walk((value as Record<string, unknown>)[key], [...path, key]);
  };
  walk(JSON.parse(text), []);
  for (let index = seed % every; index < places.length; index += every) {
    const path = places[index] ?? [];
    for (const [what, change] of CHANGES) {
      const value: unknown = JSON.parse(text);
      let owner = value as Record<string, unknown>;
      for (const key of path.slice(0, -1)) owner = owner[key] as Record<string, unknown>;
      change(owner, path.at(-1) ?? '');
      yield { value, what: `${what} ${path.join('/')}` };
    }
  }
}

type Change = (owner: Record<string, unknown>, key: string) => void;

const CHANGES: readonly (readonly [string, Change])[] = [
  [
    'removed',
    (owner, key) => {
      if (Array.isArray(owner)) owner.splice(Number(key), 1);
      else delete owner[key];
    },
  ],
  ['a number at', (owner, key) => void (owner[key] = 7)],
  [
    'empty at',
    (owner, key) => void (owner[key] = Array.isArray(owner[key]) ? [] : isObject(owner[key]) ? {} : ''),
  ],
  [
    'space around',
    (owner, key) => void (owner[key] = typeof owner[key] === 'string' ? ` ${owner[key]} ` : null),
  ],
  [
    'twice',
    (owner, key) => {
      if (Array.isArray(owner)) owner.push(structuredClone(owner[Number(key)]));
      else owner[`${key}-again`] = owner[key];
    },
  ],
  [
    'cut',
    (owner, key) => void (owner[key] = typeof owner[key] === 'string' ? owner[key].slice(0, -1) : true),
  ],
];
