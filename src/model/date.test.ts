import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { credibleDate, parseDate } from './date.ts';

test('what documents state', () => {
  const table: [string, string | null][] = [
    ['2024-02-29T12:30:45Z', '2024-02-29T12:30:45.000Z'],
    ['2024-02-29t12:30:45.123456z', '2024-02-29T12:30:45.123Z'],
    ['2024-02-29T12:30:45.5+05:30', '2024-02-29T07:00:45.500Z'],
    ['2024-02-29T12:30:45-0100', '2024-02-29T13:30:45.000Z'],
    ['2024-02-29 12:30', '2024-02-29T12:30:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['2023-02-29', null],
    ['2024-13-01', null],
    ['2024-01-01T25:00:00Z', null],
    ['2024-01-01T00:00:00+99:00', null],
    ['2024-1-1', null],
    ['yesterday', null],
    ['', null],
  ];
  for (const [stated, expected] of table) {
    const parsed = parseDate(stated);
    assert.equal(parsed === null ? null : new Date(parsed).toISOString(), expected, stated);
  }
});

test('every instant survives its own ISO text', () => {
  const range = {
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  };
  fc.assert(fc.property(fc.date(range), date => assert.equal(parseDate(date.toISOString()), date.getTime())));
});

test('a date is believed from when there were formats until a day after the document came', () => {
  const recorded = Date.UTC(2026, 5, 1);
  const day = 86_400_000;
  for (const stated of [Date.UTC(2010, 0, 1), recorded - 1, recorded + day])
    assert.equal(credibleDate(stated, recorded), stated);
  for (const stated of [null, 0, -1, Date.UTC(2009, 11, 31), recorded + day + 1])
    assert.equal(credibleDate(stated, recorded), recorded);
});
