import { fstatSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Host, Sink } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit.ts';
import { run } from './run.ts';

/** Runs this process's command line and ends the process with its exit code. */
export async function main(): Promise<void> {
  const here = host();
  const code = await run(process.argv.slice(2), here);
  await here.stdout.write('');
  // Exiting at once saves the teardown of worker threads and databases that are closed already.
  process.exit(code);
}

/** This process as the world of a run. */
export function host(): Host {
  const interrupt = new AbortController();
  const holdInterrupts = (): void => {
    process.on('SIGINT', () => {
      // The second ^C does not wait for a safe point; the store survives a kill at any time.
      if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
      interrupt.abort();
    });
    process.on('SIGTERM', () => interrupt.abort());
  };
  return {
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    stdin: () => process.stdin,
    get cwd() {
      return currentFolder();
    },
    env: process.env,
    now: () => new Date(),
    loginName,
    signal: interrupt.signal,
    holdInterrupts,
  };
}

/** Asked for within the run, so that what goes wrong is told like everything else. @throws CliError `unreadable` */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new CliError('unreadable', 'The current folder no longer exists; cd to another.', error);
  }
}

/** Variables first: containers often run as a user that the system has no name for. */
function loginName(): string | null {
  const { USER, USERNAME } = process.env;
  if (USER || USERNAME) return USER || USERNAME || null;
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

/** `larder where x | head -1`: the reader has what it wants. The run goes on without output, so that its exit code still counts. */
const READER_GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);

type Standard = typeof process.stdout | typeof process.stderr;

function sinkOf(stream: Standard): Sink {
  let closed = false;
  let failure: Error | null = null;
  const stop = (error: Error): void => {
    closed = true;
    if (!('code' in error && READER_GONE.has(error.code))) failure ??= error;
  };
  stream.on('error', stop);
  const write = isFile(stream) ? writeWhole(stream.fd, stop) : writeTo(stream, stop);
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get closed() {
      return closed;
    },
    get failure() {
      return failure;
    },
    write: async chunk => {
      if (!closed) await write(chunk);
    },
  };
}

type Write = (chunk: string | Uint8Array) => Promise<void>;

function writeTo(stream: Standard, stop: (error: Error) => void): Write {
  return chunk =>
    new Promise(resolve => {
      stream.write(chunk, error => {
        if (error) stop(error);
        resolve();
      });
    });
}

/** Node's own stream to a file takes a short write, all that a filling disk may give, for a whole one. */
function writeWhole(fd: number, stop: (error: Error) => void): Write {
  return async chunk => {
    try {
      writeFileSync(fd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch (error) {
      stop(error as Error);
    }
  };
}

function isFile(stream: Standard): boolean {
  try {
    return fstatSync(stream.fd).isFile();
  } catch {
    // A stream that was closed before the run began.
    return false;
  }
}
