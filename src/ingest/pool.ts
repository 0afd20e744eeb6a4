import { getCompileCacheDir } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Intake } from '../store/intake.ts';
import { readFault } from './errors.ts';
import { compressed } from './make-intake.ts';
import { LOOK_MS, Patience } from './patience.ts';
import { type HeldFile, ReadAhead } from './read-ahead.ts';
import type { ReaderData } from './reader-worker.ts';
import type { KnownDocument } from './take-apart.ts';
import { type ReaderAnswer, type ReaderRequest, Unpacker } from './transport.ts';
import type { BeliefSource } from './trust.ts';

/** One file to read. */
export interface Job {
  readonly id: number;
  readonly path: string;
  /** For the queue only; zero where it is not known. */
  readonly size: number;
  /** Bytes that are there already (standard input, or a document to read again). */
  readonly bytes?: Uint8Array;
  /** A stored document: read as it is, a container not opened. */
  readonly whole?: boolean;
}

/** What a job gave, in the order in which it gave it; `done` ends it. */
export type JobResult =
  | { readonly type: 'document'; readonly job: Job; readonly intake: Intake }
  | { readonly type: 'known'; readonly job: Job; readonly document: KnownDocument }
  | { readonly type: 'unreadable'; readonly job: Job; readonly code: string; readonly message: string }
  /** The reader died of the file, or was ended because it took too long: the file is kept without being read. */
  | {
      readonly type: 'failed';
      readonly job: Job;
      readonly code: 'reader-failed' | 'reader-timeout';
      readonly message: string;
    }
  | { readonly type: 'done'; readonly job: Job; readonly bytes: number };

/** Jobs that a worker has at once, by count and bytes: enough to go on while the writer, which hands them out, is busy with a batch. */
const QUEUE = 1024;
const QUEUE_BYTES = 128 * 1024 * 1024;

/** A file that takes longer is given up: 2 s for a MiB of the slowest format is already far beyond what real ones take. */
const PATIENCE_MS = 60_000;
const PATIENCE_MS_PER_MIB = 2_000;

interface Reader {
  readonly worker: Worker;
  readonly unpacker: Unpacker;
  readonly jobs: Job[];
  /** Of its jobs together. */
  bytes: number;
  /** For its current job; null while it has none, or waits for us. */
  patience: Patience | null;
  /** Whether the current job has already said what went wrong. */
  ended: boolean;
}

/**
 * The reader workers, one for each core but the writer's. Readers that die are replaced; nothing they were not busy with is lost. A single reader is what all wait
 * for: files are read, hashed and compressed for it. Several readers wait for the writer, and do all that themselves.
 */
export class ReaderPool {
  readonly #known: SharedArrayBuffer;
  readonly #ahead: ReadAhead | null;
  /** By job, what was read ahead. */
  readonly #held = new Map<number, HeldFile>();
  readonly #size: number;
  readonly #belief: BeliefSource | null;
  readonly #readers: Reader[] = [];
  readonly #answer: (result: JobResult) => void;
  readonly #looking: NodeJS.Timeout;
  #closed = false;

  /** @param answer is called for every result, in order within a job; it must not throw */
  constructor(
    known: SharedArrayBuffer,
    answer: (result: JobResult) => void,
    belief: BeliefSource | null,
    size: number = Math.max(1, availableParallelism() - 1),
  ) {
    this.#belief = belief;
    this.#known = known;
    this.#size = size;
    this.#ahead = size === 1 ? new ReadAhead() : null;
    this.#answer = answer;
    this.#looking = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Whether a further job would be begun soon. */
  hasRoom(job: Job): boolean {
    if (this.#ahead?.takes(job.size) === true && !this.#ahead.hasRoom(job.size)) return false;
    return this.#readers.length < this.#size || this.#readers.some(hasRoom);
  }

  async submit(job: Job): Promise<void> {
    if (job.bytes === undefined && this.#ahead?.takes(job.size) === true && !(await this.#read(job))) return;
    this.#submit(job);
  }

  #submit(job: Job): void {
    const idle = this.#readers.find(reader => reader.jobs.length === 0);
    const reader = idle ?? (this.#readers.length < this.#size ? this.#start() : this.#leastBusy());
    reader.jobs.push(job);
    reader.bytes += job.size;
    if (reader.jobs.length === 1) this.#watch(reader);
    reader.worker.postMessage(requestOf(job, this.#held.get(job.id) ?? null));
  }

  /** Reads a job's file; false when that was all there is to do. */
  async #read(job: Job): Promise<boolean> {
    try {
      const file = await (this.#ahead as ReadAhead).read(job.path);
      this.#held.set(job.id, file);
      return true;
    } catch (thrown) {
      this.#answer({ type: 'unreadable', job, ...readFault(thrown) });
      this.#answer({ type: 'done', job, bytes: 0 });
      return false;
    }
  }

  /** Lets a worker go on with the next member of a container. */
  received(job: Job): void {
    const reader = this.#readers.find(one => one.jobs[0] === job);
    if (reader === undefined) return;
    this.#watch(reader);
    reader.worker.postMessage({ type: 'received', job: job.id } satisfies ReaderRequest);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#looking);
    await Promise.all(this.#readers.map(reader => reader.worker.terminate()));
  }

  #start(): Reader {
    const share = Math.floor(totalmem() / 2 / this.#size / 1024 / 1024);
    const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
      workerData: { known: this.#known, belief: this.#belief } satisfies ReaderData,
      env: environment(),
      resourceLimits: { maxOldGenerationSizeMb: Math.max(512, Math.min(4096, share)) },
    });
    const reader: Reader = {
      worker,
      unpacker: new Unpacker(),
      jobs: [],
      bytes: 0,
      patience: null,
      ended: false,
    };
    worker.on('message', (answer: ReaderAnswer) => this.#take(reader, answer));
    worker.on('error', thrown =>
      this.#lost(
        reader,
        'reader-failed',
        `the reader died of it: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      ),
    );
    worker.on('exit', () => this.#lost(reader, 'reader-failed', 'the reader ended early'));
    this.#readers.push(reader);
    return reader;
  }

  #take(reader: Reader, answer: ReaderAnswer): void {
    const [job] = reader.jobs;
    if (job === undefined || job.id !== answer.job || this.#closed || reader.ended) return;
    const { bytes } = answer;
    if (bytes !== null) {
      reader.jobs.shift();
      reader.bytes -= job.size;
    }
    if (bytes === null) reader.patience = null;
    else this.#watch(reader);
    if (answer.type === 'document')
      this.#answer({
        type: 'document',
        job,
        intake: this.#withBody(job, reader.unpacker.unpack(answer.intake)),
      });
    else this.#answer({ ...answer, job });
    if (bytes === null) return;
    this.#release(job);
    this.#answer({ type: 'done', job, bytes });
  }

  /** A reader leaves the body of a file that was handed to it to who has the bytes. A document that is read again has none. */
  #withBody(job: Job, intake: Intake): Intake {
    const bytes = this.#held.get(job.id)?.bytes ?? job.bytes;
    const isMade = intake.container !== null || bytes === undefined || job.whole === true;
    return isMade ? intake : { ...intake, body: compressed(bytes) };
  }

  #release(job: Job): void {
    const file = this.#held.get(job.id);
    if (file === undefined) return;
    this.#held.delete(job.id);
    this.#ahead?.release(file);
  }

  /** The worker is gone: its first job is to blame, the others go to another one. */
  #lost(reader: Reader, code: 'reader-failed' | 'reader-timeout', why: string): void {
    const at = this.#readers.indexOf(reader);
    if (at < 0 || this.#closed) return;
    this.#readers.splice(at, 1);
    reader.ended = true;
    const [culprit, ...others] = reader.jobs;
    for (const job of others) this.#submit(job);
    if (culprit === undefined) return;
    this.#release(culprit);
    this.#answer({
      type: 'failed',
      job: culprit,
      code,
      message: `${culprit.path} could not be read: ${why}.`,
    });
    this.#answer({ type: 'done', job: culprit, bytes: 0 });
  }

  #watch(reader: Reader): void {
    const [job] = reader.jobs;
    const size = job === undefined ? 0 : (job.bytes?.length ?? job.size) / 1024 / 1024;
    reader.patience =
      job === undefined ? null : new Patience(PATIENCE_MS + size * PATIENCE_MS_PER_MIB, performance.now());
  }

  #look(): void {
    const now = performance.now();
    for (const reader of this.#readers) {
      const { patience } = reader;
      // What the reader has answered may wait to be taken, when this thread had other things to do: that comes first.
      if (patience?.isOver(now) === true) setImmediate(() => this.#giveUp(reader, patience));
    }
  }

  #giveUp(reader: Reader, patience: Patience): void {
    if (reader.patience !== patience) return;
    const seconds = Math.round(patience.whole / 1000);
    this.#lost(reader, 'reader-timeout', `reading it took more than ${seconds} s`);
    void reader.worker.terminate();
  }

  #leastBusy(): Reader {
    const roomy = this.#readers.filter(hasRoom);
    return (roomy.length > 0 ? roomy : this.#readers).reduce((least, reader) =>
      reader.bytes < least.bytes || (reader.bytes === least.bytes && reader.jobs.length < least.jobs.length)
        ? reader
        : least,
    );
  }
}

/** Of a worker: it keeps compiled code where this process does, which Node does not hand on by itself; starting one then costs half. */
function environment(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
}

function hasRoom(reader: Reader): boolean {
  return reader.jobs.length === 0 || (reader.jobs.length < QUEUE && reader.bytes < QUEUE_BYTES);
}

function requestOf(job: Job, held: HeldFile | null): ReaderRequest {
  const { id, path, whole } = job;
  if (held !== null)
    return { type: 'bytes', job: id, file: { path, bytes: held.bytes, sha256: held.sha256 } };
  if (job.bytes === undefined) return { type: 'read', job: id, path };
  return { type: 'bytes', job: id, file: { path, bytes: job.bytes, whole: whole === true } };
}
