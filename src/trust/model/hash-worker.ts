import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../model/errors.ts';
import { TrustError } from '../errors.ts';
import { type HashTask, hashRange } from './digest.ts';

/** Hashes what it is asked to, one task at a time, and tells how far it is. */
parentPort?.on('message', (task: HashTask) => {
  answer(task);
});

function answer(task: HashTask): void {
  let unsaid = 0;
  try {
    const hashed = hashRange(task, bytes => {
      unsaid += bytes;
      if (unsaid < 32 * 1024 * 1024) return;
      parentPort?.postMessage({ progress: unsaid });
      unsaid = 0;
    });
    parentPort?.postMessage({ hashed, progress: unsaid });
  } catch (error) {
    parentPort?.postMessage({
      failed: {
        code: error instanceof TrustError ? error.code : 'model-changing',
        message: messageOf(error),
      },
    });
  }
}
