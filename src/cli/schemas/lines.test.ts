import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { larder, temporaryFolder } from '../testing.ts';
import { SCHEMAS } from './list.ts';

type Json = { readonly [key: string]: unknown };

/** Questions, and the entries of the JSON form that their lines are. */
const CASES: readonly (readonly [question: readonly string[], entries: (answer: Json) => unknown])[] = [
  [['apps'], answer => answer['apps']],
  [['documents'], answer => answer['documents']],
  [['documents', '--by', 'tool'], answer => answer['producers']],
  [['licenses'], answer => answer['licenses']],
  [['licenses', 'MIT'], answer => answer['holders']],
  [['versions'], answer => answer['packages']],
  [['versions', 'log4j-core'], answer => answer['versions']],
  [['why', 'payments-api@4.2.0', 'log4j-core'], answer => answer['paths']],
  [['audit'], answer => answer['findings']],
  [['audit', 'payments-api@4.2.0', '--base', 'payments-api@4.1.0'], answer => answer['findings']],
  [['where', 'log4j-core'], matched],
  [['validate', resolve('samples')], answer => answer['documents']],
];

/** Every app with the match that it is listed under. */
function matched(answer: Json): unknown {
  const matches = answer['matches'] as readonly (Json & { readonly apps: readonly Json[] })[];
  const lines = matches.flatMap(({ apps, ...match }) => apps.map(app => ({ ...match, ...app })));
  return lines.sort(byText);
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

test('a line of jsonl is an entry of the list that help names, in the shape of the schema', async t => {
  const cwd = await temporaryFolder(t);
  await larder(cwd, ['add', resolve('samples')]);
  const schemas = new Map(SCHEMAS.map(({ name, load }) => [`larder.${name}`, load]));
  for (const [question, entries] of CASES) {
    const json = JSON.parse((await larder(cwd, [...question, '--json'])).stdout);
    const { Schema } = (await schemas.get(json.schema)?.()) ?? assert.fail(json.schema);
    Schema.parse(json);
    const lines = linesOf((await larder(cwd, [...question, '-o', 'jsonl'])).stdout);
    assert.ok(lines.length > 0, question.join(' '));
    assert.deepEqual(question[0] === 'where' ? lines.sort(byText) : lines, entries(json), question.join(' '));
  }
});

test('lines of a vulnerability are findings as audit has them; of add, documents and the summary', async t => {
  const cwd = await temporaryFolder(t);
  const added = linesOf((await larder(cwd, ['add', resolve('samples'), '-o', 'jsonl'])).stdout);
  const { Schema } = await import('./add.ts');
  for (const line of added) Schema.parse(line);
  const { Finding } = await import('./finding.ts');
  const lines = linesOf((await larder(cwd, ['where', 'CVE-2021-44228', '-o', 'jsonl'])).stdout);
  assert.ok(lines.length > 0);
  for (const line of lines) Finding.strict().parse(line);
});

function linesOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}
