import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { severityOf } from './cvss.ts';

describe('a vector that gives no score is passed over', () => {
  const WHOLE = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  for (const odd of ['', '__proto__', 'CVSS:9/AV:N', 'AV:X/', 'CVSS:3.1/AV:N', 'CVSS:4.0/AV:N/AC:L']) {
    test(JSON.stringify(odd), () => {
      const stated = [
        { type: 'CVSS_V3', value: odd, source: null },
        { type: 'CVSS_V3', value: WHOLE, source: null },
      ] as const;
      assert.equal(severityOf(stated.slice(0, 1)).level, 'unknown');
      assert.equal(severityOf(stated).vector, WHOLE);
    });
  }

  test('metrics beyond the base may be absent', () => {
    for (const [vector, score] of [
      ['AV:N/AC:L/Au:N/C:P/I:P/A:P', 7.5],
      [WHOLE, 9.8],
      ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3],
    ] as const)
      assert.equal(severityOf([{ type: 'CVSS_V4', value: vector, source: null }]).score, score);
  });
});
