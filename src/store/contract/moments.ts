import assert from 'node:assert/strict';

import { EVERYTHING } from '../scope.ts';
import { smallAssertion, smallBom } from '../testing.ts';
import { payments, type WithStore } from './common.ts';

/** What is shown of a document is of the moment asked about. */
export function moments(withStore: WithStore): void {
  withStore('lists the documents of an app and release where they stood at the moment', async store => {
    const moved = smallBom(payments);
    const [written] = await store.writer.write([moved]);
    const target = { kind: 'document', sha256: moved.sha256 } as const;
    await store.writer.write([smallAssertion([{ type: 'assign', target, app: 'b', release: '9' }])]);
    const then = { ...EVERYTHING, asOf: written?.document?.recordedFrom ?? 0 };
    for (const [filter, now, before] of [
      [{ app: 'name:payments' }, 0, 1],
      [{ release: '4.2.0' }, 0, 1],
      [{ app: 'name:b' }, 1, 0],
      [{ release: '9' }, 1, 0],
    ] as const) {
      for (const [scope, total] of [
        [EVERYTHING, now],
        [then, before],
      ] as const) {
        assert.equal((await store.documents.list(filter, { limit: 5 }, scope)).total, total);
        assert.equal((await store.documents.listBoms(filter, { limit: 5 }, scope)).total, total);
      }
    }
  });
}
