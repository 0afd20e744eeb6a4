import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderCsv } from './csv.ts';
import { renderMarkdown } from './markdown.ts';
import { makeScreen, screenOf } from './screen.ts';
import { renderTable, spread, type TableData } from './table.ts';
import { renderTree } from './tree.ts';

const hits: TableData = {
  columns: [
    { title: 'app' },
    { title: 'version' },
    { title: 'how' },
    { title: 'since', drop: 1 },
    { title: 'bump', drop: 2 },
  ],
  rows: [
    [
      'payments-api 4.2.0',
      '2.14.1',
      'via spring-boot-log4j2',
      '2025-03-02',
      'spring-boot-starter-log4j2 -> 2.6.3',
    ],
    ['注文サービス', { text: '2.14.1', style: 'red' }, 'direct', '2024-11-18', null],
  ],
};

const shown = (width: number, data = hits) => renderTable(makeScreen(width, false), data).join('\n');

test('columns align, wide characters too', () => {
  assert.equal(
    shown(Number.POSITIVE_INFINITY),
    [
      '  app                 version  how                     since       bump',
      '  payments-api 4.2.0  2.14.1   via spring-boot-log4j2  2025-03-02  spring-boot-starter-log4j2 -> 2.6.3',
      '  注文サービス        2.14.1   direct                  2024-11-18',
    ].join('\n'),
  );
});

test('the least important columns drop first', () => {
  assert.equal(shown(80).split('\n')[0], '  app                 version  how                     since');
  assert.equal(shown(60).split('\n')[0], '  app                 version  how');
});

test('what belongs to the answer folds, and nothing of it is lost', () => {
  assert.equal(
    shown(42),
    [
      '  app             version  how',
      '  payments-api    2.14.1   via spring-',
      '  4.2.0                    boot-log4j2',
      '  注文サービス    2.14.1   direct',
    ].join('\n'),
  );
});

test('colour only adds', () => {
  const coloured = renderTable(makeScreen(200, true), hits).join('\n');
  assert.ok(coloured.includes('\u001b[31m2.14.1\u001b[39m'));
  assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), shown(200));
});

test('numbers stand right, a column without values goes, text from a document stays inert', () => {
  const data: TableData = {
    columns: [{ title: 'name' }, { title: 'empty' }, { title: 'count', align: 'right' }],
    rows: [
      ['a\u001b[2J', null, 7],
      ['b', null, 1200],
    ],
  };
  assert.equal(shown(80, data), '  name        count\n  a\\u{1b}[2J      7\n  b            1200');
});

test('a remark stands at the right edge, or below where there is no room', () => {
  assert.deepEqual(spread(makeScreen(40, false), 'log4j-core is in 3 apps', '(as of now)'), [
    'log4j-core is in 3 apps      (as of now)',
  ]);
  assert.deepEqual(
    spread(makeScreen(40, false), 'log4j-core is in 3 of 1,124 apps', '(as of now)').length,
    2,
  );
});

test('a tree shows its context beside it, and below it on a narrow screen', () => {
  const root = {
    text: 'payments-api 4.2.0',
    children: [
      {
        text: 'starter 2.5.6',
        context: ['depends on', '3f9c'],
        children: [{ text: 'log4j-core 2.14.1', context: ['depends on', '3f9c'] }],
      },
      { text: 'other' },
    ],
  };
  assert.deepEqual(renderTree(makeScreen(80, false), root), [
    'payments-api 4.2.0',
    '├─ starter 2.5.6         depends on  3f9c',
    '│  └─ log4j-core 2.14.1  depends on  3f9c',
    '└─ other',
  ]);
  assert.equal(renderTree(makeScreen(40, false), root).length, 6);
});

test('csv quotes, and a cell is never a formula', () => {
  const data: TableData = {
    columns: [{ title: 'name' }, { title: 'value' }],
    rows: [
      ['a,"b"', '=HYPERLINK("http://x.example.com")'],
      ['@acme/ui', '-1'],
      ['@SUM(1)', '+1+cmd|x'],
    ],
  };
  assert.equal(
    renderCsv(data),
    'name,value\r\n"a,""b""","\'=HYPERLINK(""http://x.example.com"")"\r\n@acme/ui,-1\r\n\'@SUM(1),\'+1+cmd|x\r\n',
  );
});

test('markdown cells cannot break out', () => {
  const data: TableData = {
    columns: [{ title: 'name' }, { title: 'n', align: 'right' }],
    rows: [['a|b <img> [x](y)', 3]],
  };
  assert.equal(renderMarkdown(data), '| name | n |\n| --- | ---: |\n| a\\|b &lt;img&gt; \\[x\\](y) | 3 |\n');
});

test('the screen follows the terminal, NO_COLOR, FORCE_COLOR and COLUMNS', () => {
  const tty = { isTTY: true, columns: 100 };
  const pipe = { isTTY: false, columns: undefined };
  const look = (stream: typeof tty | typeof pipe, env: Record<string, string>) => {
    const { width, colour } = screenOf(stream, env);
    return [width, colour];
  };
  assert.deepEqual(look(tty, {}), [100, true]);
  assert.deepEqual(look(tty, { NO_COLOR: '1' }), [100, false]);
  assert.deepEqual(look(tty, { COLUMNS: '72' }), [72, true]);
  assert.deepEqual(look(tty, { TERM: 'dumb' }), [100, false]);
  assert.deepEqual(look(pipe, {}), [Number.POSITIVE_INFINITY, false]);
  assert.deepEqual(look(pipe, { FORCE_COLOR: '1', COLUMNS: '72' }), [72, true]);
});
