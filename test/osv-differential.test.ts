import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contains } from '../src/advisories/range.ts';
import { EMPTY_SELECTOR, type ProductSelector, type RangeEvent } from '../src/model/advisory.ts';
import { schemeForEcosystem } from '../src/versions/list.ts';
import { type Affected, isVulnerable, orderOf } from './support/osv-literal.ts';

const ECOSYSTEMS: Readonly<Record<string, (random: () => number) => string>> = {
  npm: random =>
    `${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.2 ? `-rc.${digit(random)}` : ''}`,
  'crates.io': random =>
    `${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.2 ? '-alpha' : ''}`,
  Go: random => `v${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.1 ? '+incompatible' : ''}`,
  PyPI: random =>
    `${digit(random)}.${digit(random)}${random() < 0.3 ? pick(random, ['a1', 'rc2', '.post1', '.dev3']) : ''}`,
  Maven: random =>
    `${digit(random)}.${digit(random)}${random() < 0.3 ? pick(random, ['-SNAPSHOT', '-RC1', '.Final', '-sp-1']) : ''}`,
  RubyGems: random => `${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.2 ? '.pre' : ''}`,
  NuGet: random =>
    `${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.3 ? `.${digit(random)}` : ''}`,
  Packagist: random => `${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.2 ? '-beta1' : ''}`,
  Hex: random => `${digit(random)}.${digit(random)}.${digit(random)}`,
  Pub: random =>
    `${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.2 ? `+${digit(random)}` : ''}`,
  Debian: random =>
    `${random() < 0.2 ? '1:' : ''}${digit(random)}.${digit(random)}${random() < 0.3 ? '~rc1' : ''}-${digit(random)}`,
  'Red Hat': random => `${digit(random)}.${digit(random)}-${digit(random)}.el${digit(random)}`,
  Alpine: random =>
    `${digit(random)}.${digit(random)}.${digit(random)}${random() < 0.2 ? '_rc1' : ''}-r${digit(random)}`,
  Hackage: random => `${digit(random)}.${digit(random)}.${digit(random)}.${digit(random)}`,
  CRAN: random => `${digit(random)}.${digit(random)}-${digit(random)}`,
};

/** Lists of these match by equal version, which the literal reading does not do; they stay out. */
const EQUAL_IN_LISTS: ReadonlySet<string> = new Set(['PyPI', 'NuGet']);

const RECORDS = 10_000;
const VERSIONS = 10;

describe('the matcher agrees with a literal reading of the OSV algorithm', () => {
  for (const [ecosystem, version] of Object.entries(ECOSYSTEMS)) {
    test(`on ${RECORDS * VERSIONS} pairs of ${ecosystem}`, () => {
      const scheme = schemeForEcosystem(ecosystem);
      assert(scheme);
      const order = orderOf(scheme);
      const random = seeded(20_261_123);
      for (let count = 0; count < RECORDS; count++) {
        const affected = arbitrary(random, () => version(random));
        const selector = selectorOf(affected);
        for (let tried = 0; tried < VERSIONS; tried++) {
          const asked = version(random);
          const expected = isVulnerable(asked, affected, order);
          const got: boolean | null = contains(selector, asked, scheme).inside;
          if (got !== expected)
            assert.fail(
              `${ecosystem} ${asked} in ${JSON.stringify(affected)}: expected ${expected}, got ${got}`,
            );
        }
      }

      function arbitrary(roll: () => number, make: () => string): Affected {
        const versions = !EQUAL_IN_LISTS.has(ecosystem) && roll() < 0.2 ? [make(), make()] : [];
        const ranges = Array.from({ length: 1 + Math.floor(roll() * 2) }, () =>
          Array.from({ length: 1 + Math.floor(roll() * 4) }, () => eventOf(roll, make)),
        );
        return { versions, ranges };
      }
    });
  }
});

function eventOf(random: () => number, version: () => string): RangeEvent {
  const kind = pick(random, ['introduced', 'introduced', 'fixed', 'last_affected', 'limit'] as const);
  if (kind === 'introduced' && random() < 0.4) return { kind, version: '0' };
  if (kind === 'limit' && random() < 0.2) return { kind, version: '*' };
  return { kind, version: version() };
}

function selectorOf(affected: Affected): ProductSelector {
  const ranges = affected.ranges.map(
    events => ({ kind: 'events', type: 'ECOSYSTEM', repo: null, events }) as const,
  );
  return {
    ...EMPTY_SELECTOR,
    ranges,
    versions: affected.versions,
  };
}

function digit(random: () => number): number {
  return Math.floor(random() * 4);
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** mulberry32: the same pairs in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
