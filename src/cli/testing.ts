import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host, Sink } from './context.ts';
import { run } from './run.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `larder ARGS` in this process, as a user without a terminal would see it. For tests only. */
export async function larder(
  cwd: string,
  args: readonly string[],
  given: Partial<Host> & { readonly input?: Uint8Array } = {},
): Promise<Ran> {
  const stdout = memorySink();
  const stderr = memorySink();
  const code = await run(args, {
    stdout,
    stderr,
    stdin: async function* () {
      if (given.input) yield given.input;
    },
    cwd,
    env: { HOME: cwd },
    now: () => new Date('2026-01-02T03:04:05Z'),
    loginName: () => null,
    signal: new AbortController().signal,
    holdInterrupts: () => {},
    ...given,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A fresh folder that is gone when the test ends. */
export async function temporaryFolder(test: {
  after: (clean: () => Promise<void>) => void;
}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A sink that keeps what is written; `columns` makes it a terminal of that width. */
export function memorySink(columns?: number): Sink & { readonly text: () => string } {
  const chunks: Uint8Array[] = [];
  return {
    isTTY: columns !== undefined,
    columns,
    closed: false,
    write: async chunk => void chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
