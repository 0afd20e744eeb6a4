import { parentPort, workerData } from 'node:worker_threads';
import { LIMITS } from '../io/limits.ts';
import { readFileBounded } from '../io/read.ts';
import { readFault } from './errors.ts';
import { KnownTable } from './known.ts';
import { compressed, noBody } from './make-intake.ts';
import { type GivenFile, takeApart } from './take-apart.ts';
import { Packer, type ReaderAnswer, type ReaderRequest } from './transport.ts';
import type { BeliefSource } from './trust.ts';

/** What a worker is started with. */
export interface ReaderData {
  readonly known: SharedArrayBuffer;
  readonly belief: BeliefSource | null;
}

/** Nearly every document fits: memory that is used again costs the kernel nothing, new memory a fault for every 4 KiB. */
const SCRATCH_BYTES = 4 * 1024 * 1024;

/** Entry of a reader worker: reads files one after another and answers with intakes. Started by pool.ts only. */
const port = parentPort;
if (port !== null) {
  const { known: table, belief } = workerData as ReaderData;
  let handed: Uint8Array | null = null;
  // Who handed a file over has its bytes, and makes its body.
  const toBody = (bytes: Uint8Array): Uint8Array => (bytes === handed ? noBody() : compressed(bytes));
  const known = new KnownTable(table);
  const packer = new Packer();
  let scratch: Uint8Array | null = null;
  const room = (bytes: number): Uint8Array | null => {
    if (bytes > SCRATCH_BYTES) return null;
    scratch ??= new Uint8Array(SCRATCH_BYTES);
    return scratch;
  };
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
          : { path: request.path, bytes: await readFileBounded(request.path, LIMITS.fileBytes, room) };
      handed = request.type === 'bytes' ? file.bytes : null;
      for await (const found of takeApart(file, sha256 => known.has(sha256), belief, toBody)) {
        // What is in no container is the file itself, which comes last; what it holds waits for each other.
        const bytes = found.container === null ? file.bytes.length : null;
        const turn = bytes === null ? new Promise<void>(resolve => (received = resolve)) : null;
        if ('known' in found) {
          port.postMessage({ type: 'known', job, document: found, bytes } satisfies ReaderAnswer);
        } else {
          const { packed, transfer } = packer.pack(found);
          port.postMessage({ type: 'document', job, intake: packed, bytes } satisfies ReaderAnswer, transfer);
        }
        if (turn !== null) await turn;
      }
    } catch (thrown) {
      port.postMessage({ type: 'unreadable', job, ...readFault(thrown), bytes: 0 } satisfies ReaderAnswer);
    }
  };
}
