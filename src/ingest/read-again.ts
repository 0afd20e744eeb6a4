import { sha256 } from '../io/hash.ts';
import { messageOf } from '../model/errors.ts';
import type { Intake } from '../store/intake.ts';
import type { Evidence, Store } from '../store/ports.ts';
import { KnownTable } from './known.ts';
import { containerIntake, makeIntake, noBody } from './make-intake.ts';
import { type JobResult, ReaderPool } from './pool.ts';
import { rejected } from './read-document.ts';
import { type BeliefSource, trustOfStored } from './trust.ts';

/** A stored document, read again by this version of the readers. */
export interface ReadAgain {
  readonly evidence: Evidence;
  readonly intake: Intake;
  /** Why its bytes are not what was taken in; null when they are. */
  readonly damage: 'missing-bytes' | 'wrong-digest' | 'damaged-bytes' | null;
}

/** Original bytes in flight at once. */
const AHEAD_BYTES = 256 * 1024 * 1024;
const AHEAD = 64;

/** Reads every document of a larder again from its stored bytes, in record order, in reader workers. Containers are not opened: their members are documents of their own. */
export async function* readAllAgain(
  store: Store,
  signal?: AbortSignal,
  workers?: number,
  belief: BeliefSource | null = null,
): AsyncGenerator<ReadAgain> {
  const waiting: { readonly evidence: Evidence; readonly result: Promise<ReadAgain> }[] = [];
  const asked = new Map<number, (result: JobResult) => void>();
  const pool = new ReaderPool(
    KnownTable.from([]),
    result => asked.get(result.job.id)?.(result),
    belief,
    workers,
  );
  let id = 0;
  let ahead = 0;
  try {
    for await (const evidence of store.maintenance.everyDocument()) {
      if (signal?.aborted === true) return;
      waiting.push({ evidence, result: readOne(store, evidence, pool, asked, id++, belief) });
      ahead += evidence.size;
      while (waiting.length >= AHEAD || (ahead > AHEAD_BYTES && waiting.length > 1)) {
        const first = waiting.shift();
        if (first === undefined) break;
        ahead -= first.evidence.size;
        yield await first.result;
      }
    }
    for (const { result } of waiting.splice(0)) {
      if (signal?.aborted === true) return;
      yield await result;
    }
  } finally {
    for (const { result } of waiting) result.catch(() => {});
    await pool.close();
  }
}

async function readOne(
  store: Store,
  evidence: Evidence,
  pool: ReaderPool,
  asked: Map<number, (result: JobResult) => void>,
  id: number,
  belief: BeliefSource | null,
): Promise<ReadAgain> {
  const { bytes, damage, why } = await stored(store, evidence);
  const source = {
    bytes,
    sha256: evidence.sha256,
    name: evidence.name,
    container: evidence.container,
    toBody: noBody,
  };
  if (damage !== null) return { evidence, intake: makeIntake(source, rejected(damage, why)), damage };
  const intake = await new Promise<Intake>(resolve => {
    let found: Intake | null = null;
    asked.set(id, result => {
      if (result.type === 'document' && result.intake.sha256 === evidence.sha256)
        found = { ...result.intake, container: evidence.container };
      else if (result.type === 'failed') found = makeIntake(source, rejected(result.code, result.message));
      else if (result.type === 'unreadable')
        found = makeIntake(source, rejected(result.code, result.message));
      if (result.type !== 'done') return;
      asked.delete(id);
      resolve(found ?? containerIntake(source, [], 0));
    });
    void pool.submit({ id, path: evidence.name, size: bytes.length, bytes, whole: true });
  });
  if (evidence.container === null || intake.trust.state !== 'unsigned')
    return { evidence, intake, damage: null };
  // What stands in an envelope is as good as the envelope's signature.
  const trust = await trustOfStored(store, evidence, bytes, belief);
  return { evidence, intake: { ...intake, trust }, damage: null };
}

async function stored(
  store: Store,
  evidence: Evidence,
): Promise<{ bytes: Uint8Array; damage: ReadAgain['damage']; why: string }> {
  const none = new Uint8Array();
  try {
    const bytes = await store.bytes.read(evidence.sha256);
    if (bytes === null)
      return {
        bytes: none,
        damage: 'missing-bytes',
        why: `The bytes of ${evidence.name} are missing from the larder; add the file again.`,
      };
    if (sha256(bytes) === evidence.sha256) return { bytes, damage: null, why: '' };
    return {
      bytes,
      damage: 'wrong-digest',
      why: `The stored bytes of ${evidence.name} are not those that were taken in; restore the larder from a backup.`,
    };
  } catch (thrown) {
    return { bytes: none, damage: 'damaged-bytes', why: messageOf(thrown) };
  }
}
