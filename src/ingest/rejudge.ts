import type { Store } from '../store/ports.ts';
import { EVERYTHING, type Scope } from '../store/scope.ts';
import { UNSIGNED } from '../trust/judge.ts';
import { type BeliefSource, trustOfStored } from './trust.ts';

const EVERYTHING_KEPT: Scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/** What judging all documents again gave. */
export interface RejudgeSummary {
  readonly documents: number;
  /** Documents whose verdict is another one now. */
  readonly changed: number;
  readonly interrupted: boolean;
}

/**
 * Judges the signatures of every document again, after the trust policy, the roots or the time have changed. Verdicts are never made anew on reading: an answer rests
 * on what was recorded, and the change is recorded with its time.
 */
export async function rejudge(
  store: Store,
  belief: BeliefSource,
  signal?: AbortSignal,
  progress: (done: number) => void = () => {},
): Promise<RejudgeSummary> {
  let [documents, changed] = [0, 0];
  for await (const evidence of store.maintenance.everyDocument()) {
    if (signal?.aborted === true) return { documents, changed, interrupted: true };
    const bytes = await store.bytes.read(evidence.sha256);
    progress(++documents);
    if (bytes === null) continue;
    const trust = await trustOfStored(store, evidence, bytes, belief);
    const record = await store.documents.find(evidence.sha256, EVERYTHING_KEPT);
    const before = record === null ? null : await store.documents.trust(record.id, EVERYTHING_KEPT);
    const { state, identity, reason } = before ?? UNSIGNED;
    if (record === null || (state === trust.state && identity === trust.identity && reason === trust.reason))
      continue;
    await store.writer.setTrust(evidence.sha256, trust);
    changed++;
  }
  return { documents, changed, interrupted: false };
}
