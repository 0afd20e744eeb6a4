import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, parseIgnore } from './gitignore.ts';

/** What git check-ignore says of each path (a trailing `/` marks a folder), for a .gitignore of these lines. */
const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['*.log', ['a.log', 'x/y/b.log', 'c.log/'], ['a.logs', 'log']],
  ['/build', ['build', 'build/'], ['x/build']],
  ['build/', ['build/', 'x/build/'], ['build']],
  ['doc/*.txt', ['doc/a.txt'], ['doc/x/a.txt', 'x/doc/a.txt']],
  ['**/foo', ['foo', 'a/foo', 'a/b/foo'], ['afoo']],
  ['**/foo/bar', ['foo/bar', 'a/foo/bar'], ['foo/x/bar']],
  ['abc/**', ['abc/x', 'abc/x/y'], ['abc', 'abc/', 'x/abc/y']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'ab']],
  ['foo**bar', ['foobar', 'fooxbar'], ['foo/bar']],
  ['a?c', ['abc'], ['ac', 'a/c']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[!a]x', ['bx'], ['ax']],
  ['[]]x', [']x'], ['x']],
  ['[[:digit:]]x', ['1x'], ['ax']],
  ['\\#a', ['#a'], ['\\#a']],
  ['\\!a', ['!a'], ['a']],
  ['a\\*', ['a*'], ['ab']],
  ['trail   ', ['trail'], ['trail   ']],
  ['trail\\ ', ['trail '], ['trail']],
  ['# comment', [], ['# comment', 'comment']],
  ['*\n!keep', ['a', 'x/a'], ['keep', 'x/keep']],
  ['a\\', [], ['a', 'a\\']],
  ['[ab', [], ['a', '[ab']],
];

for (const [text, ignored, kept] of cases) {
  test(`gitignore ${JSON.stringify(text)}`, () => {
    const rules = parseIgnore(text);
    const verdict = (path: string) => judge(rules, path.replace(/\/$/, ''), path.endsWith('/')) === true;
    for (const path of ignored) assert.equal(verdict(path), true, `${path} is ignored`);
    for (const path of kept) assert.equal(verdict(path), false, `${path} is kept`);
  });
}

test('a pattern of many stars costs no more than its length times the path', () => {
  const rules = parseIgnore(`${'a*'.repeat(200)}b`);
  assert.equal(judge(rules, 'a'.repeat(3000), false), null);
});
