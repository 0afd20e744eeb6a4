import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { clean, cleanPainted, textWidth, truncate, wrap } from './text.ts';

test('control characters, bidirectional marks and lone surrogates become visible', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['\u001b]0;owned\u0007', '\\u{1b}]0;owned\\u{7}'],
    ['a\nb\tc', 'a b c'],
    ['user\u202eexe.txt', 'user\\u{202e}exe.txt'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\ud800', '\\u{d800}'],
    ['日本語', '日本語'],
  ];
  for (const [given, shown] of cases) assert.equal(clean(given), shown);
});

test('what was painted stays painted, and nothing else gets through', () => {
  assert.equal(
    cleanPainted('\u001b[31mred\u001b[39m \u001b[2Jgone'),
    '\u001b[31mred\u001b[39m \\u{1b}[2Jgone',
  );
});

test('widths agree with string-width', () => {
  const samples = [
    '',
    'abc',
    'é',
    'e\u0301',
    '日本語',
    'ｶﾅ',
    'ＡＢ',
    '한국어',
    '👩‍👩‍👧',
    '🇩🇪',
    '❤️',
    '✔',
    '…',
    '─',
    'ａ́',
    '🙂',
    '𠮷',
    'ไทย',
  ];
  for (const text of samples) assert.equal(textWidth(text), stringWidth(text), JSON.stringify(text));
});

test('letters of many scripts have the width that string-width gives them', () => {
  const scripts = fc.constantFrom('aé', 'Жя', 'אב', '日本', '한글', 'ひカ', 'ＡＺ', '𠀀', '—…');
  const text = fc.array(scripts, { maxLength: 12 }).map(parts => parts.join(''));
  fc.assert(fc.property(text, value => assert.equal(textWidth(value), stringWidth(value))));
});

test('whatever is cut or folded fits, and folding loses nothing but spaces', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 }).map(clean);
  fc.assert(
    fc.property(text, fc.integer({ min: 4, max: 30 }), (value, width) => {
      assert.ok(textWidth(truncate(value, width)) <= width);
      const lines = wrap(value, width);
      for (const line of lines) assert.ok(textWidth(line) <= width, JSON.stringify(line));
      assert.equal(lines.join('').replaceAll(/\s/g, ''), value.replaceAll(/\s/g, ''));
    }),
  );
});

test('long names fold after a separator', () => {
  assert.deepEqual(wrap('org.springframework.boot:spring-boot-starter-log4j2', 30), [
    'org.springframework.boot:',
    'spring-boot-starter-log4j2',
  ]);
});
