import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMapping } from './said.ts';

test('a mapping says what it means, or where it does not', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['labels = "xyz"', 'app 1: labels must be a table of texts, as in { team = "red" }.'],
    ['labels = ["a"]', 'app 1: labels must be a table of texts, as in { team = "red" }.'],
    ['labels = 2026-01-01', 'app 1: labels must be a table of texts, as in { team = "red" }.'],
    ['labels = { tier = 1 }', 'app 1: labels.tier must be text.'],
    ['name = ""', 'app 1: name is empty; leave it out, or fill it in.'],
    ['release = ""', 'app 1: release is empty; leave it out, or fill it in.'],
  ];
  for (const [line, message] of refused)
    assert.throws(() => parseMapping(`[[app]]\npaths = "a/**"\n${line}\n`, 'apps.toml'), {
      code: 'invalid-mapping',
      message: `apps.toml: ${message}`,
    });

  const { rules } = parseMapping('[[app]]\npaths = "a/**"\nlabels = { team = "red", quiet = "" }\n', 'x');
  assert.deepEqual(rules[0]?.said.labels, [
    { key: 'team', value: 'red' },
    { key: 'quiet', value: '' },
  ]);
});
