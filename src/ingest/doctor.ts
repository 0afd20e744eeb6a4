import type { Intake } from '../store/intake.ts';
import type { Fault, IndexedDocument, Store } from '../store/ports.ts';
import { readAllAgain } from './read-again.ts';

export interface DoctorOptions {
  readonly store: Store;
  readonly workers?: number;
  readonly progress?: (done: number) => void;
}

/**
 * Examines a larder: the file itself, every reference between its tables, the digest of every document, and everything the index says of each against a fresh
 * reading of its bytes. Changes nothing. Yields faults as they are found.
 */
export async function* doctor({ store, workers, progress }: DoctorOptions): AsyncGenerator<Fault> {
  yield* store.maintenance.check();
  yield* checkCounts(store);
  let done = 0;
  for await (const { evidence, intake, damage } of readAllAgain(store, undefined, workers)) {
    progress?.(++done);
    if (damage !== null) {
      yield { code: damage, message: intake.diagnostics[0]?.message ?? '', document: evidence.sha256 };
      continue;
    }
    const indexed = await store.maintenance.indexed(evidence.sha256);
    if (indexed === null) {
      yield {
        code: 'not-indexed',
        message: `${evidence.name} is kept but not indexed; run larder reindex.`,
        document: evidence.sha256,
      };
      continue;
    }
    const wrong = differences(intake, indexed);
    if (wrong.length > 0) {
      const message = `The index has other ${wrong.join(', ')} of ${evidence.name} than its bytes say; run larder reindex.`;
      yield { code: 'stale-index', message, document: evidence.sha256 };
    }
  }
}

/** Kept counts of findings against counting their rows anew. */
async function* checkCounts(store: Store): AsyncGenerator<Fault> {
  const state = await store.findings.state();
  if (state === null || state.pending) return;
  const wrong = await store.findings.work.miscounted();
  if (wrong.length === 0) return;
  const message = `The kept counts of findings of ${wrong.length} releases are not what counting them gives; run larder reindex.`;
  yield { code: 'wrong-findings', message, document: null };
}

/** What the index says differently from a fresh reading, in words. */
function differences(intake: Intake, indexed: IndexedDocument): string[] {
  const { record } = indexed;
  const wrong: string[] = [];
  if (
    record.kind !== intake.kind ||
    record.format !== intake.format ||
    record.specVersion !== intake.specVersion
  )
    wrong.push('format');
  // A container's own diagnostics come from opening it, which is not done here.
  if (
    intake.kind !== 'container' &&
    (record.status !== intake.status || record.diagnosticCount !== intake.diagnostics.length)
  )
    wrong.push('diagnostics');
  const { bom } = intake;
  if ((bom === null) !== (indexed.bom === null)) return [...wrong, 'kind of content'];
  if (bom === null || indexed.bom === null) return wrong;
  const same = (what: string, holds: boolean): void => {
    if (!holds) wrong.push(what);
  };
  same(
    'packages',
    equalLists(bom.purls, indexed.purls) &&
      Buffer.compare(asBytes(bom.purlFlags), asBytes(indexed.purlFlags)) === 0,
  );
  same('dependencies', indexed.graph !== null && Buffer.compare(bom.graph, indexed.graph) === 0);
  same(
    'licences',
    equalLists(bom.licences, indexed.licences) &&
      indexed.licenceUses !== null &&
      Buffer.compare(bom.licenceUses, indexed.licenceUses) === 0,
  );
  same('digests', bom.digests.ordinals.length === indexed.digests);
  same(
    'counts',
    JSON.stringify(bom.counts) === JSON.stringify(indexed.bom.counts) &&
      JSON.stringify(bom.gaps) === JSON.stringify(indexed.bom.gaps),
  );
  same('subjects', JSON.stringify(bom.subjects) === JSON.stringify(indexed.bom.subjects));
  return wrong;
}

function equalLists(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, at) => text === b[at]);
}

function asBytes(array: Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
