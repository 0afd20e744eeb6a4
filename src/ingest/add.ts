import { readFileBounded, readStreamBounded } from '../io/read.ts';
import { findFiles } from '../io/walk.ts';
import type { Store } from '../store/ports.ts';
import { EVERYTHING } from '../store/scope.ts';
import { type Speaker, type Waiting, writeBatch } from './batch.ts';
import { readFault } from './errors.ts';
import { KnownTable } from './known.ts';
import { lookAgain } from './look-again.ts';
import { type Job, type JobResult, ReaderPool } from './pool.ts';
import {
  type AddEvent,
  type AddProgress,
  type AddResult,
  addResult,
  Tally,
  unreadableResult,
} from './result.ts';
import { type Mapping, NO_MAPPING, NOTHING_SAID, type Said } from './said.ts';
import { takeApart } from './take-apart.ts';
import type { BeliefSource } from './trust.ts';

export interface AddOptions {
  readonly store: Store;
  /** Files, folders, globs, and `-` for standard input. */
  readonly paths: readonly string[];
  /** Files and folders that are not evidence where the paths lead to them: what this run itself writes, beside the larder. */
  readonly leaveOut?: readonly string[];
  readonly stdin?: () => AsyncIterable<Uint8Array>;
  /** Stops at the next safe point; what was accepted stays, running the same again goes on. */
  readonly signal?: AbortSignal;
  /** The user's name for what they say of the documents. */
  readonly who: string;
  readonly because?: string | null;
  readonly said?: Said;
  readonly mapping?: Mapping;
  /** Reader workers; one for each core but the writer's. */
  readonly workers?: number;
  /** What the larder believes of signatures; without it none is checked. */
  readonly belief?: BeliefSource | null;
}

/** A batch is written when it has so many documents or original bytes, or when nothing came for a moment. */
const BATCH_DOCUMENTS = 512;
const LAST_DOCUMENTS = 64;
const BATCH_BYTES = 128 * 1024 * 1024;
const BATCH_WAIT_MS = 1000;

/** Read but not yet written, at most: then no further file is begun. Compressed bodies, so about ten times as much evidence. */
const HELD_BYTES = 96 * 1024 * 1024;

/** How many small files are read without starting workers, which costs more than they do. */
const INLINE_FILES = 3;
const INLINE_BYTES = 512 * 1024;

/**
 * Adds evidence to a larder: finds the files, reads them in worker threads, writes them in batches, each a transaction. Yields what became of each document
 * in the order in which the files were found, progress between, and a summary at the end. Ending the iteration early is safe.
 *
 * @throws StoreError when the larder cannot be written (disk full, read-only, busy); what was yielded before is kept
 */
export async function* addPaths(options: AddOptions): AsyncGenerator<AddEvent> {
  const run = new AddRun(options);
  try {
    yield* run.events();
  } finally {
    await run.close();
  }
}

/** What finding and watching pass over. */
export function leftOut({ store, leaveOut }: Pick<AddOptions, 'store' | 'leaveOut'>): readonly string[] {
  return [store.location, ...(leaveOut ?? [])];
}

class AddRun {
  readonly #options: AddOptions;
  readonly #speaker: Speaker;
  readonly #tally = new Tally();
  readonly #began = Date.now();
  readonly #queue: Job[] = [];
  /** Results of each job that is not all written yet, in job order. */
  readonly #results = new Map<number, JobResult[]>();
  readonly #unacknowledged: Job[] = [];
  #pool: ReaderPool | null = null;
  #walking = true;
  #walkError: unknown = null;
  #found = 0;
  #foundBytes = 0;
  #submitted = 0;
  #head = 0;
  #held = 0;
  #filesDone = 0;
  #bytesDone = 0;
  /** Whether something came since the last look. It may come while nobody waits, and must not be waited for then. */
  #isAwake = false;
  #resume: () => void = () => {};

  constructor(options: AddOptions) {
    this.#options = options;
    this.#speaker = {
      who: options.who,
      when: new Date(this.#began).toISOString(),
      because: options.because ?? null,
      said: options.said ?? NOTHING_SAID,
      mapping: options.mapping ?? NO_MAPPING,
    };
  }

  async *events(): AsyncGenerator<AddEvent> {
    const { signal } = this.#options;
    const awaken = (): void => this.#wake();
    signal?.addEventListener('abort', awaken, { once: true });
    const known = KnownTable.from(await this.#knownDigests());
    void this.#walk();
    let batch: JobResult[] = [];
    let size = 0;
    let lastWrite = Date.now();
    while (signal?.aborted !== true) {
      if (this.#walkError !== null) throw this.#walkError;
      if (await this.#submit(known)) continue;
      for (const result of this.#ready(batch)) size += sizeOf(result);
      const finished = !this.#walking && this.#queue.length === 0 && this.#head === this.#submitted;
      const waited = Date.now() - lastWrite >= BATCH_WAIT_MS;
      if (batch.length > 0 && (finished || waited || batch.length >= this.#enough() || size >= BATCH_BYTES)) {
        yield* this.#write(batch);
        yield { type: 'progress', progress: this.#progress() };
        batch = [];
        size = 0;
        lastWrite = Date.now();
        continue;
      }
      if (finished) break;
      await this.#next();
    }
    signal?.removeEventListener('abort', awaken);
    yield { type: 'summary', summary: await this.#summary(signal?.aborted === true) };
  }

  async close(): Promise<void> {
    await this.#pool?.close();
    this.#pool = null;
  }

  /** Walks ahead of the readers, so that progress knows the whole. */
  async #walk(): Promise<void> {
    try {
      for await (const found of findFiles(this.#options.paths, leftOut(this.#options))) {
        if (this.#options.signal?.aborted === true) break;
        const id = this.#found++;
        if (found.error !== null) {
          const job = { id, path: found.path, size: 0 };
          this.#results.set(id, [
            { type: 'unreadable', job, code: found.error.code, message: found.error.message },
            { type: 'done', job, bytes: 0 },
          ]);
        }
        this.#foundBytes += found.size;
        this.#queue.push({
          id,
          path: found.path,
          size: found.size,
          unreadable: found.error !== null,
        } as QueuedJob);
        this.#wake();
      }
    } catch (thrown) {
      this.#walkError = thrown;
    }
    this.#walking = false;
    this.#wake();
  }

  /** How many documents make a batch: fewer and fewer towards the end, so that little is left to write when the last file is read. */
  #enough(): number {
    const left = this.#walking ? BATCH_DOCUMENTS : this.#found - this.#head;
    return Math.min(BATCH_DOCUMENTS, Math.max(LAST_DOCUMENTS, left));
  }

  /** Begins the next file if there is room for it; true when it did. */
  async #submit(known: SharedArrayBuffer): Promise<boolean> {
    const job = this.#queue[0] as QueuedJob | undefined;
    if (job === undefined || this.#held >= HELD_BYTES || this.#pool?.hasRoom(job) === false) return false;
    // A few small files are quicker read here; that can only be known when the walk is done.
    const inline = this.#pool === null && this.#found <= INLINE_FILES && this.#foundBytes <= INLINE_BYTES;
    if (inline && this.#walking) return false;
    this.#queue.shift();
    this.#submitted++;
    if (job.unreadable) return true;
    this.#results.set(job.id, []);
    if (job.path === '-') await this.#readStdin(job, known);
    else if (inline) await this.#readInline(job, known);
    else await this.#readers(known).submit({ id: job.id, path: job.path, size: job.size });
    return true;
  }

  #readers(known: SharedArrayBuffer): ReaderPool {
    this.#pool ??= new ReaderPool(
      known,
      result => this.#take(result),
      this.#options.belief ?? null,
      this.#options.workers,
    );
    return this.#pool;
  }

  async #readStdin(job: Job, known: SharedArrayBuffer): Promise<void> {
    const path = 'standard input';
    try {
      const bytes = await readStreamBounded(this.#options.stdin?.() ?? nothing(), path);
      await this.#readers(known).submit({ id: job.id, path, size: bytes.length, bytes });
    } catch (thrown) {
      this.#take({ type: 'unreadable', job: { ...job, path }, ...readFault(thrown) });
      this.#take({ type: 'done', job, bytes: 0 });
    }
  }

  async #readInline(job: Job, known: SharedArrayBuffer | null): Promise<void> {
    const table = known === null ? null : new KnownTable(known);
    try {
      const bytes = await readFileBounded(job.path);
      for await (const found of takeApart(
        { path: job.path, bytes },
        digest => table?.has(digest) === true,
        this.#options.belief ?? null,
      )) {
        this.#take(
          'known' in found
            ? { type: 'known', job, document: found }
            : { type: 'document', job, intake: found },
        );
      }
      this.#take({ type: 'done', job, bytes: bytes.length });
    } catch (thrown) {
      this.#take({ type: 'unreadable', job, ...readFault(thrown) });
      this.#take({ type: 'done', job, bytes: 0 });
    }
  }

  #take(result: JobResult): void {
    this.#results.get(result.job.id)?.push(result);
    this.#held += heldBy(result);
    if (result.type === 'document' || result.type === 'known') this.#acknowledge(result.job);
    this.#wake();
  }

  /** The first unfinished file must always go on, or nothing would. Others wait while too much is held. */
  #acknowledge(job: Job): void {
    if (job.id === this.#head || this.#held < HELD_BYTES) this.#pool?.received(job);
    else this.#unacknowledged.push(job);
  }

  /** Moves what came, in the order of files, to the batch; yields each. */
  *#ready(batch: JobResult[]): Generator<JobResult> {
    for (;;) {
      const results = this.#results.get(this.#head);
      if (results === undefined || batch.length >= BATCH_DOCUMENTS) return;
      for (const result of results.splice(0)) {
        if (result.type === 'done') {
          this.#results.delete(this.#head++);
          this.#filesDone++;
          this.#bytesDone += result.bytes;
        } else {
          batch.push(result);
          yield result;
        }
      }
      const waiting = this.#unacknowledged.findIndex(job => job.id === this.#head);
      if (waiting >= 0) this.#acknowledge(this.#unacknowledged.splice(waiting, 1)[0] as Job);
      if (this.#results.get(this.#head) === results) return;
    }
  }

  async *#write(batch: readonly JobResult[]): AsyncGenerator<AddEvent> {
    const { store } = this.#options;
    const waiting: Waiting[] = [];
    const told: AddResult[] = [];
    for (const result of batch) {
      this.#held -= heldBy(result);
      if (result.type === 'document') waiting.push({ intake: result.intake, known: null });
      else if (result.type === 'unreadable')
        told.push(unreadableResult(result.job.path, result.code, result.message));
      else if (result.type !== 'done') {
        const second = await lookAgain(result, store, this.#options.belief ?? null);
        waiting.push(...second.waiting);
        told.push(...second.told);
      }
    }
    for (const job of this.#unacknowledged.splice(0)) this.#acknowledge(job);
    for (const result of [...(await writeBatch(store, waiting, this.#speaker)), ...told]) {
      this.#tally.add(result);
      yield { type: 'document', result };
      if (result.status === 'duplicate' && result.kind === 'container') yield* this.#members(result);
    }
  }

  /** What a known container holds is known too, and said so line by line as the first time. */
  async *#members(container: AddResult): AsyncGenerator<AddEvent> {
    const { store } = this.#options;
    const scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
    const document = await store.documents.find(container.sha256 ?? '', scope);
    for (const member of document === null ? [] : await store.documents.members(document.id, scope)) {
      const [bom] = member.bom === null ? [] : await store.documents.boms([member.bom], scope);
      const written = {
        sha256: member.sha256,
        status: 'duplicate',
        document: member,
        bom: bom ?? null,
      } as const;
      const result = addResult(
        written,
        `${container.path}!/${member.container?.path ?? ''}`,
        member.container,
        [],
      );
      this.#tally.add(result);
      yield { type: 'document', result };
    }
  }

  async #knownDigests(): Promise<string[]> {
    const digests: string[] = [];
    for await (const evidence of this.#options.store.maintenance.everyDocument())
      digests.push(evidence.sha256);
    return digests;
  }

  #wake(): void {
    this.#isAwake = true;
    this.#resume();
  }

  async #next(): Promise<void> {
    if (!this.#isAwake)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, BATCH_WAIT_MS);
        this.#resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#isAwake = false;
  }

  #progress(): AddProgress {
    const milliseconds = Date.now() - this.#began;
    const share = this.#foundBytes === 0 ? 1 : Math.min(1, this.#bytesDone / this.#foundBytes);
    return {
      files: this.#filesDone,
      filesTotal: this.#walking ? null : this.#found,
      bytes: this.#bytesDone,
      bytesTotal: this.#walking ? null : this.#foundBytes,
      milliseconds,
      filesPerSecond: milliseconds === 0 ? 0 : (this.#filesDone * 1000) / milliseconds,
      millisecondsLeft:
        this.#walking || share === 0 ? null : Math.round((milliseconds * (1 - share)) / share),
    };
  }

  async #summary(interrupted: boolean): Promise<ReturnType<Tally['summary']>> {
    const larder = await this.#options.store.membership.totals(EVERYTHING);
    return this.#tally.summary({
      files: this.#filesDone,
      bytes: this.#bytesDone,
      milliseconds: Date.now() - this.#began,
      interrupted,
      larder,
    });
  }
}

/** A job as the walk found it. */
interface QueuedJob extends Job {
  readonly size: number;
  readonly unreadable: boolean;
}

function heldBy(result: JobResult): number {
  return result.type === 'document'
    ? result.intake.body.length + (result.intake.bom?.graph.length ?? 0) + 1024
    : 0;
}

function sizeOf(result: JobResult): number {
  return result.type === 'document' ? result.intake.size : 0;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
