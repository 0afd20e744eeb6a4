import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { TrustError, type TrustErrorCode } from '../errors.ts';
import { type Hashed, type HashTask, hashRange } from './digest.ts';

/** How far the hashing is, in bytes. */
export type Progress = (done: number, total: number) => void;

/** Below this much, starting threads takes longer than they save. */
const WORTH_THREADS = 64 * 1024 * 1024;

/** Hashes all tasks on all cores, the largest first so that no core waits long for another at the end. The results are in the order of the tasks. */
export async function hashAll(tasks: readonly HashTask[], progress: Progress = () => {}): Promise<Hashed[]> {
  const total = tasks.reduce((sum, task) => sum + task.end - task.start, 0);
  const threads = Math.min(availableParallelism(), tasks.length);
  let done = 0;
  const advance = (bytes: number): void => {
    done += bytes;
    progress(done, total);
  };
  if (total < WORTH_THREADS || threads < 2) {
    const results: Hashed[] = [];
    for (const task of tasks) results.push(hashRange(task, advance));
    return results;
  }
  const queue = tasks
    .map((task, index) => ({ task, index }))
    .sort((a, b) => a.task.end - a.task.start - (b.task.end - b.task.start));
  const results: Hashed[] = [];
  await Promise.all(Array.from({ length: threads }, () => drain(queue, results, advance)));
  return results;
}

interface Answer {
  readonly hashed?: Hashed;
  readonly progress?: number;
  readonly failed?: { readonly code: TrustErrorCode; readonly message: string };
}

/** One thread that takes the largest task left until there is none. */
async function drain(
  queue: { readonly task: HashTask; readonly index: number }[],
  results: Hashed[],
  advance: (bytes: number) => void,
): Promise<void> {
  const worker = new Worker(new URL('./hash-worker.ts', import.meta.url));
  try {
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      results[next.index] = await ask(worker, next.task, advance);
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker, task: HashTask, advance: (bytes: number) => void): Promise<Hashed> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.removeAllListeners('message');
      worker.removeAllListeners('error');
      act();
    };
    worker.on('message', (answer: Answer) => {
      if (answer.progress !== undefined) advance(answer.progress);
      const { failed, hashed } = answer;
      if (failed !== undefined) settle(() => reject(new TrustError(failed.code, failed.message)));
      else if (hashed !== undefined) settle(() => resolve(hashed));
    });
    worker.on('error', error => settle(() => reject(error)));
    worker.postMessage(task);
  });
}
