import { describe, test } from 'node:test';
import type { WithStore } from './contract/common.ts';
import { findings } from './contract/findings.ts';
import { forgetting } from './contract/forgetting.ts';
import { history } from './contract/history.ts';
import { moments } from './contract/moments.ts';
import { reading } from './contract/reading.ts';
import { rebuilding } from './contract/rebuilding.ts';
import { writing } from './contract/writing.ts';
import type { Store } from './ports.ts';

/** How a suite gets a store of one implementation: a fresh one, and the same one opened again, as another process would. */
export interface Implementation {
  readonly name: string;
  /** `segmentBoms`: how many BOMs one segment of a membership index takes, where the implementation has such; small, so that merging can be seen. */
  fresh(options: {
    readonly segmentBoms?: number;
  }): Promise<{ readonly store: Store; reopen(): Promise<Store>; dispose(): Promise<void> }>;
}

/** What every implementation of the store must do. Nothing in it is skipped for any of them. */
export function storeContract(implementation: Implementation): void {
  const withStore: WithStore = (name, work, options = {}) => {
    test(name, async () => {
      const { store, reopen, dispose } = await implementation.fresh(options);
      try {
        await work(store, reopen);
      } finally {
        await store.close();
        await dispose();
      }
    });
  };

  describe(`the store contract: ${implementation.name}`, () => {
    for (const part of [writing, reading, history, moments, forgetting, rebuilding, findings])
      part(withStore);
  });
}
