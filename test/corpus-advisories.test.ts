import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { before, describe, test } from 'node:test';
import { contains } from '../src/advisories/range.ts';
import { Fields } from '../src/formats/fields.ts';
import type { Format } from '../src/formats/format.ts';
import { documentInput, headOf } from '../src/formats/input.ts';
import { formats } from '../src/formats/list.ts';
import { readRecord } from '../src/formats/osv/read.ts';
import { members } from '../src/io/archive.ts';
import type { AdvisoryFacts } from '../src/model/advisory.ts';
import { Diagnostics } from '../src/model/diagnostic.ts';
import type { ReadResult } from '../src/model/facts.ts';
import { schemeForEcosystem } from '../src/versions/list.ts';
import { isVulnerable, orderOf } from './support/osv-literal.ts';

const skip = existsSync('data/osv')
  ? false
  : 'data/osv and data/vex-csaf are absent; unpack the corpus to run this';

describe('the corpus of advisories', { skip }, () => {
  let known: readonly Format[] = [];
  before(async () => {
    known = await formats();
  });

  function read(path: string): ReadResult | null {
    const input = documentInput(readFileSync(path), path);
    const head = headOf(input);
    const best = known
      .map(format => ({ format, score: format.detect(head) }))
      .sort((a, b) => b.score - a.score)[0];
    return best && best.score > 0 ? best.format.read(input) : null;
  }

  const whole: readonly (readonly [string, string])[] = [
    ['csaf/cisa', 'csaf'],
    ['csaf/trustify', 'csaf'],
    ['openvex', 'openvex'],
    ['cve5', 'cve'],
  ];
  for (const [folder, format] of whole) {
    test(`every document of ${folder} is read whole as ${format}`, () => {
      const paths = globSync(`data/vex-csaf/${folder}/**/*.json`).filter(
        path => !/state|schema/.test(basename(path)),
      );
      assert(paths.length > 0);
      for (const path of paths) {
        const result = read(path);
        assert.equal(result?.format, format, path);
        assert.equal(result.status, 'accepted', `${path}: ${result.diagnostics[0]?.message}`);
        const facts = result.facts as { readonly advisories: readonly AdvisoryFacts[] };
        assert(
          facts.advisories.length > 0 || !readFileSync(path, 'utf8').includes('"vulnerabilities"'),
          path,
        );
      }
    });
  }

  test('on every real OSV record and every version it names, the matcher agrees with the literal algorithm', async () => {
    let pairs = 0;
    for await (const advisory of everyOsvRecord()) {
      for (const { product } of advisory.claims) {
        const scheme = product.package && schemeForEcosystem(product.package.ecosystem);
        if (!product.package || !scheme) continue;
        const ranges = product.ranges.flatMap(range =>
          range.kind === 'events' && range.type !== 'GIT' ? [range.events] : [],
        );
        const named = [...new Set([...product.versions, ...ranges.flat().map(event => event.version)])]
          .filter(version => version !== '0' && version !== '*')
          .slice(0, 60);
        for (const version of named) {
          let expected: boolean;
          try {
            expected = isVulnerable(version, { versions: product.versions, ranges }, orderOf(scheme));
          } catch {
            continue;
          }
          pairs++;
          const got: boolean | null = contains(product, version, scheme).inside;
          // PyPI takes `1.0` for the listed `1.0.0`; a commit range beside nothing else is unknown, not outside.
          if (
            got === expected ||
            (got === true && scheme.id === 'pypi') ||
            (got === null && ranges.length < product.ranges.length)
          )
            continue;
          assert.fail(`${advisory.id} ${product.package.name} ${version}: expected ${expected}, got ${got}`);
        }
      }
    }
    assert(pairs > 50_000, `${pairs} pairs`);
  });
});

async function* everyOsvRecord(): AsyncGenerator<AdvisoryFacts> {
  for (const zip of globSync('data/osv/*/all.zip').sort()) {
    for await (const member of members(readFileSync(zip), 'zip', zip)) {
      const facts = readRecord(
        JSON.parse(Buffer.from(member.bytes).toString('utf8')),
        new Fields(new Diagnostics()),
      );
      if (facts) yield facts;
    }
  }
}
