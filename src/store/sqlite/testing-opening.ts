import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteStore } from './open.ts';

/** What a thread that opens larders at the same moments as others is started with. */
export interface OpeningData {
  readonly folder: string;
  readonly rounds: number;
  readonly threads: number;
  /** How many threads have come to each round. */
  readonly gates: Int32Array;
}

/** Entry of a test's thread: makes a new larder in each round, at once with the others, and tells what went wrong. */
if (parentPort !== null) {
  const { folder, rounds, threads, gates } = workerData as OpeningData;
  const faults: string[] = [];
  for (let round = 0; round < rounds; round++) {
    Atomics.add(gates, round, 1);
    // Turning, not sleeping: who is woken comes too late.
    while (Atomics.load(gates, round) < threads);
    try {
      await openSqliteStore(join(folder, String(round)), { mode: 'create' }).close();
    } catch (thrown) {
      faults.push(String(thrown));
    }
  }
  parentPort.postMessage(faults);
}
