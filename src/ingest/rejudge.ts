import { sameTrust } from '../store/intake.ts';
import type { DocumentRecord, Store } from '../store/ports.ts';
import { EVERYTHING, type Scope } from '../store/scope.ts';
import { UNSIGNED } from '../trust/signed-formats.ts';
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
    if (record === null || sameTrust(before ?? UNSIGNED, trust)) continue;
    await store.writer.setTrust(evidence.sha256, trust);
    changed++;
  }
  return { documents, changed, interrupted: false };
}

/** How many documents `rejudge` would record another verdict for. Reads what can carry a signature and what stands inside it, nothing else. */
export async function countRejudged(store: Store, belief: BeliefSource): Promise<number> {
  let changed = 0;
  for (let after: string | null = null; ; ) {
    const page = await store.documents.list(SIGNED, { limit: PAGE, after }, EVERYTHING_KEPT);
    for (const document of page.items) {
      const members = await store.documents.members(document.id, EVERYTHING_KEPT);
      for (const one of [document, ...members]) if (await changes(store, one, belief)) changed++;
    }
    if (page.next === null) return changed;
    after = page.next;
  }
}

const SIGNED = { kinds: ['attestation', 'signature'] } as const;
const PAGE = 500;

async function changes(store: Store, document: DocumentRecord, belief: BeliefSource): Promise<boolean> {
  const bytes = await store.bytes.read(document.sha256);
  if (bytes === null) return false;
  const before = await store.documents.trust(document.id, EVERYTHING_KEPT);
  return !sameTrust(before ?? UNSIGNED, await trustOfStored(store, document, bytes, belief));
}
