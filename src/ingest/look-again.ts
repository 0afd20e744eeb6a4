import { IoError } from '../io/errors.ts';
import { sha256 } from '../io/hash.ts';
import { readFileBounded } from '../io/read.ts';
import type { Intake } from '../store/intake.ts';
import type { Store } from '../store/ports.ts';
import type { Waiting } from './batch.ts';
import { makeIntake } from './make-intake.ts';
import type { Job, JobResult } from './pool.ts';
import { rejected } from './read-document.ts';
import { type AddResult, forgottenResult, unreadableResult } from './result.ts';
import { takeApart } from './take-apart.ts';
import type { BeliefSource } from './trust.ts';

/** What is to be written after a second look, and what has an outcome already. */
interface Looked {
  readonly waiting: readonly Waiting[];
  readonly told: readonly AddResult[];
}

/** What becomes of a result that may need its file once more. The file may be gone by now: that is told of this file, and is no end of the run. */
export async function lookAgain(
  result: Extract<JobResult, { type: 'known' | 'failed' }>,
  store: Store,
  belief: BeliefSource | null,
): Promise<Looked> {
  try {
    if (result.type === 'known') return await confirm(result, store, belief);
    return { waiting: [{ intake: await unread(result), known: null }], told: [] };
  } catch (thrown) {
    if (!(thrown instanceof IoError)) throw thrown;
    return { waiting: [], told: [unreadableResult(result.job.path, thrown.code, thrown.message)] };
  }
}

/** A known document, unless it was erased since the run began, or only the beginning of its digest is that of a known one. */
async function confirm(
  { job, document }: Extract<JobResult, { type: 'known' }>,
  { writer, documents }: Store,
  belief: BeliefSource | null,
): Promise<Looked> {
  if ((await writer.known([document.sha256])).has(document.sha256))
    return { waiting: [{ intake: null, known: document }], told: [] };
  if ((await documents.tombstone(document.sha256)) !== null)
    return { waiting: [], told: [forgottenResult(document)] };
  const waiting: Waiting[] = [];
  const file = { path: job.path, bytes: await bytesOf(job) };
  for await (const one of takeApart(file, () => false, belief)) {
    if (!('known' in one)) waiting.push({ intake: one, known: null });
  }
  return { waiting, told: [] };
}

/** The intake of a file on which the reader died: its bytes are kept, with the reason. */
async function unread({ job, code, message }: Extract<JobResult, { type: 'failed' }>): Promise<Intake> {
  const bytes = await bytesOf(job);
  const source = { bytes, sha256: sha256(bytes), name: job.path, container: null };
  return makeIntake(source, rejected(code, message));
}

/** Standard input can be read but once. */
async function bytesOf(job: Job): Promise<Uint8Array> {
  return job.bytes ?? readFileBounded(job.path);
}
