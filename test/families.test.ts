import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { parseLine } from '../src/cli/arguments.ts';
import { VERBS } from '../src/cli/commands.ts';
import { commandHelp } from '../src/cli/help.ts';
import { COMMON_OPTIONS } from '../src/cli/options.ts';
import { makeScreen } from '../src/cli/output/screen.ts';
import { SCHEMAS } from '../src/cli/schemas/list.ts';
import { formats } from '../src/formats/list.ts';
import { EXTRACTORS } from '../src/scan/list.ts';
import { SCHEMES } from '../src/versions/list.ts';

// Every member of every family, held to its contract: what is registered by halves does not land.
const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const ONE_SCREEN = 40;

test('no two members of a family share a name', async () => {
  const families = {
    verbs: VERBS.map(verb => verb.name),
    schemas: SCHEMAS.map(schema => schema.name),
    formats: (await formats()).map(format => format.id),
    extractors: EXTRACTORS.map(extractor => extractor.id),
    schemes: SCHEMES.map(scheme => scheme.id),
  };
  for (const [family, names] of Object.entries(families))
    assert.deepEqual(names, [...new Set(names)], family);
});

for (const entry of VERBS) {
  test(`larder ${entry.name}: its definition holds`, async () => {
    const { command } = await entry.load();

    assert.equal(command.name, entry.name);
    assert.equal(command.summary, entry.summary);
    assert.match(command.name, KEBAB);
    assert.doesNotMatch(
      command.summary,
      /\.$|^[A-Z][a-z]/,
      'a summary starts in lower case and has no full stop',
    );
    const options = command.options.flatMap(group => group.options);
    const names = [...options, ...COMMON_OPTIONS].flatMap(option => [
      option.name,
      ...('short' in option && option.short ? [`-${option.short}`] : []),
    ]);
    assert.deepEqual(names, [...new Set(names)], 'option names are unique');
    for (const option of options) assert.match(option.name, KEBAB);
  });

  test(`larder ${entry.name}: where it has jsonl, it says what a line is`, async () => {
    const { command } = await entry.load();
    assert.equal(command.jsonl !== undefined, command.formats.includes('jsonl'));
  });

  test(`larder ${entry.name}: its help fits one screen and its examples parse`, async () => {
    const { command } = await entry.load();

    assert.ok(commandHelp(command, makeScreen(100, false)).length <= ONE_SCREEN);
    for (const { line } of command.examples) {
      const [program, verb, ...words] = shellWords(line);
      assert.deepEqual([program, verb], ['larder', command.name], line);
      parseLine(command, words);
    }
  });

  test(`larder ${entry.name}: its JSON has a schema`, async () => {
    const { command } = await entry.load();
    const machine = command.formats.some(format => format === 'json' || format === 'jsonl');

    assert.equal(
      SCHEMAS.some(schema => schema.name.startsWith(`${command.name}/`)),
      machine,
    );
    if (machine) assert.ok(existsSync(`docs/schema/${command.name}.json`), 'npm run generate writes it');
  });

  test(`larder ${entry.name}: starting it loads no library`, () => {
    for (const file of ['src/cli/main.ts', `src/cli/commands/${entry.name}.ts`]) {
      assert.deepEqual(staticPackages(file), [], `${file} loads packages before it knows that it needs them`);
    }
  });
}

test('every schema names itself', async () => {
  for (const { name, load } of SCHEMAS) {
    const { Schema } = await load();
    const text = JSON.stringify(
      (await import('zod')).z.toJSONSchema(Schema, { unrepresentable: 'any', io: 'input' }),
    );
    assert.ok(text.includes(`"larder.${name}"`), `${name} has schema: z.literal('larder.${name}')`);
  }
});

test('every format detects nothing in nothing, and reads anything without throwing', async () => {
  const { documentInput, headOf } = await import('../src/formats/input.ts');
  for (const format of await formats()) {
    assert.match(format.id, KEBAB);
    assert.notEqual(format.title, '');
    for (const text of ['', '{}', '[]', 'null', '<a/>', '\u0000', 'hello: world\n']) {
      const input = documentInput(Buffer.from(text), 'odd');
      const score = format.detect(headOf(input));
      assert.equal(score, 0, `${format.id} scores ${score} on ${JSON.stringify(text)}`);
      const result = format.read(input);
      assert.notEqual(result.status, 'accepted', `${format.id} accepts ${JSON.stringify(text)}`);
      assert.notEqual(result.diagnostics.length, 0, `${format.id} says nothing of ${JSON.stringify(text)}`);
    }
  }
});

test('every extractor keeps what its line promises, and has a test', async () => {
  for (const entry of EXTRACTORS) {
    const { extractor } = await entry.load();

    assert.equal(typeof extractor.extract, 'function');
    assert.match(entry.id, KEBAB);
    assert.notEqual(entry.files.length, 0);
    for (const file of entry.files) assert.doesNotMatch(file, /\//, `${entry.id} names files, not paths`);
    const tests = globSync(`src/scan/${entry.id}/*.test.ts`);
    assert.notEqual(tests.length, 0, `src/scan/${entry.id} has a test`);
  }
});

test('every version order is total on what it parses, and no ecosystem has two', () => {
  const ecosystems = SCHEMES.flatMap(scheme => scheme.ecosystems);
  const types = SCHEMES.flatMap(scheme => scheme.purlTypes);
  assert.deepEqual(ecosystems, [...new Set(ecosystems)]);
  assert.deepEqual(types, [...new Set(types)]);
  const texts = [
    '',
    '0',
    '1',
    '1.0',
    '1.0.0',
    '1.0.0-rc1',
    '1:1.0-1',
    'v2',
    '2.0.0+build',
    '~',
    '\u0000',
    '9'.repeat(400),
  ];
  for (const scheme of SCHEMES) {
    const parsed = texts.map(text => scheme.parse(text)).filter(version => version !== null);
    for (const a of parsed) {
      assert.equal(scheme.compare(a, a), 0, scheme.id);
      for (const b of parsed) {
        assert.equal(Math.sign(scheme.compare(a, b)), -Math.sign(scheme.compare(b, a)) || 0, scheme.id);
      }
    }
  }
});

/** Words of a plain command line: spaces part, single quotes hold together, a redirection ends it. */
function shellWords(line: string): string[] {
  const command = line.split(/ [>|] /)[0] ?? '';
  return [...command.matchAll(/'([^']*)'|[^\s']+/g)].map(match => match[1] ?? match[0]);
}

/** The packages that `file` imports statically, itself or through what it imports statically. */
function staticPackages(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?from\s+)?'([^']+)'/gm)].map(
    match => match[1] ?? '',
  );
  return specifiers.flatMap(specifier => {
    if (specifier.startsWith('.'))
      return specifier.endsWith('.ts')
        ? staticPackages(posix.join(posix.dirname(file), specifier), seen)
        : [];
    return specifier.startsWith('node:') ? [] : [`${specifier} by ${file}`];
  });
}
