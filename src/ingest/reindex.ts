import type { Intake } from '../store/intake.ts';
import type { Store } from '../store/ports.ts';
import { readAllAgain } from './read-again.ts';
import { rejudge } from './rejudge.ts';
import { type BeliefSource, needsApps } from './trust.ts';

export interface ReindexOptions {
  /** Opened with mode `rebuild`, so that the index of another version is no obstacle. */
  readonly store: Store;
  readonly signal?: AbortSignal;
  readonly workers?: number;
  /** What the larder believes of signatures. */
  readonly belief?: BeliefSource | null;
  readonly progress?: (done: number) => void;
}

export interface ReindexSummary {
  readonly documents: number;
  /** Documents whose bytes are missing or wrong: kept as rejected. */
  readonly damaged: readonly { readonly sha256: string; readonly name: string; readonly damage: string }[];
  readonly interrupted: boolean;
}

/**
 * Rebuilds all that is derived from the bytes, with the record times and tombstones as they are. One transaction: others read the old answers until it
 * ends, and when it is interrupted or the machine stops, nothing has changed.
 */
export async function reindex({
  store,
  signal,
  workers,
  belief,
  progress,
}: ReindexOptions): Promise<ReindexSummary> {
  const damaged: { sha256: string; name: string; damage: string }[] = [];
  let documents = 0;
  let keep = false;
  await store.writer.beginRebuild();
  try {
    let batch: Intake[] = [];
    let at: number | null = null;
    const flush = async (): Promise<void> => {
      if (at !== null) await store.writer.write(batch, { recordedAt: at });
      batch = [];
    };
    for await (const { evidence, intake, damage } of readAllAgain(store, signal, workers, belief ?? null)) {
      if (evidence.recordedFrom !== at) await flush();
      at = evidence.recordedFrom;
      batch.push(intake);
      documents++;
      if (damage !== null) damaged.push({ sha256: evidence.sha256, name: evidence.name, damage });
      progress?.(documents);
    }
    await flush();
    keep = signal?.aborted !== true;
  } finally {
    await store.writer.endRebuild(keep ? 'keep' : 'give-up');
  }
  // Where users put a document is known when all they said is read again; some signers are believed of some apps only.
  if (keep && belief && (await needsApps(belief))) await rejudge(store, belief, signal);
  return { documents, damaged, interrupted: !keep };
}
