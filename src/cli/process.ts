import { userInfo } from 'node:os';
import type { Host, Sink } from './context.ts';
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
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    loginName,
    signal: interrupt.signal,
    holdInterrupts,
  };
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

function sinkOf(stream: NodeJS.WriteStream): Sink {
  let closed = false;
  // `larder where x | head -1`: the reader has what it wants. The run goes on without output, so that its exit code still counts.
  stream.on('error', () => {
    closed = true;
  });
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get closed() {
      return closed;
    },
    write: chunk =>
      new Promise(resolve => {
        if (closed) resolve();
        else stream.write(chunk, () => resolve());
      }),
  };
}
