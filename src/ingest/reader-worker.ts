import { parentPort, workerData } from 'node:worker_threads';
import { IoError } from '../io/errors.ts';
import { readFileBounded } from '../io/read.ts';
import { messageOf } from '../model/errors.ts';
import { KnownTable } from './known.ts';
import { type GivenFile, takeApart } from './take-apart.ts';
import { packIntake, type ReaderAnswer, type ReaderRequest } from './transport.ts';
import type { BeliefSource } from './trust.ts';

/** What a worker is started with. */
export interface ReaderData {
  readonly known: SharedArrayBuffer;
  readonly belief: BeliefSource | null;
}

/** Entry of a reader worker: reads files one after another and answers with intakes. Started by pool.ts only. */
const port = parentPort;
if (port !== null) {
  const { known: table, belief } = workerData as ReaderData;
  const known = new KnownTable(table);
  let received: (() => void) | null = null;
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: ReaderRequest) => {
    if (request.type === 'received') received?.();
    else last = last.then(() => run(request));
  });

  const run = async (request: Exclude<ReaderRequest, { type: 'received' }>): Promise<void> => {
    const { job } = request;
    try {
      const file: GivenFile =
        request.type === 'bytes'
          ? request.file
          : { path: request.path, bytes: await readFileBounded(request.path) };
      for await (const found of takeApart(file, sha256 => known.has(sha256), belief)) {
        // The first document of a file goes at once; only the members of a container wait for each other.
        const turn = found.container === null ? null : new Promise<void>(resolve => (received = resolve));
        if ('known' in found) {
          port.postMessage({ type: 'known', job, document: found } satisfies ReaderAnswer);
        } else {
          const { packed, transfer } = packIntake(found);
          port.postMessage({ type: 'document', job, intake: packed } satisfies ReaderAnswer, transfer);
        }
        if (turn !== null) await turn;
      }
      port.postMessage({ type: 'done', job, bytes: file.bytes.length } satisfies ReaderAnswer);
    } catch (thrown) {
      const code = thrown instanceof IoError ? thrown.code : 'reader-failed';
      port.postMessage({ type: 'unreadable', job, code, message: messageOf(thrown) } satisfies ReaderAnswer);
      port.postMessage({ type: 'done', job, bytes: 0 } satisfies ReaderAnswer);
    }
  };
}
