import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The middle of the values: one slow run out of many says nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Milliseconds of one call. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The median time of several calls, in milliseconds, after one that warms up. */
export async function medianTime(runs: number, work: () => unknown): Promise<number> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timed(work));
  return median(times);
}

/** Bytes of all typed arrays that something still holds. */
export function arrayBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What the first pass finds unheld is freed beside the program; the second waits for that.
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}

export interface ProcessRun {
  readonly ms: number;
  readonly peakMB: number;
  readonly code: number | null;
  readonly stdout: string;
}

// Runs in the measured process: only a process knows its own peak. Linux counts the peak of who started a process in its `maxRSS` (the memory it had before exec), so there it is VmHWM.
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(`import { existsSync, readFileSync, writeFileSync } from 'node:fs';
process.on('exit', () => {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  writeFileSync(process.env.BENCH_PEAK, /VmHWM:\\s*(\\d+) kB/.exec(status)?.[1] ?? String(process.resourceUsage().maxRSS));
});`)}`;

/** Runs this Node with arguments and measures the whole process, from its start to its end. `peak` costs a few milliseconds and is off by default. */
export async function runNode(
  args: readonly string[],
  options: { cwd?: string; peak?: boolean } = {},
): Promise<ProcessRun> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-bench-'));
  const peakFile = join(folder, 'peak');
  const started = performance.now();
  const child = spawn(process.execPath, [...(options.peak ? ['--import', REPORT_PEAK] : []), ...args], {
    cwd: options.cwd,
    env: { ...process.env, BENCH_PEAK: peakFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>(done => child.on('close', done));
  const ms = performance.now() - started;
  const peakMB = options.peak ? Number(readFileSync(peakFile, 'utf8')) / 1024 : Number.NaN;
  rmSync(folder, { recursive: true });
  return { ms, peakMB, code, stdout: Buffer.concat(chunks).toString('utf8') };
}

/** The median of several whole processes, run in turn with a reference so that both see the same machine. */
export async function alternate(
  runs: number,
  reference: readonly string[],
  measured: readonly string[],
  cwd?: string,
): Promise<{ reference: number; measured: number }> {
  const times = { reference: [] as number[], measured: [] as number[] };
  for (let run = -1; run < runs; run++) {
    const first = await runNode(reference, { cwd });
    const second = await runNode(measured, { cwd });
    if (second.code !== 0) throw new Error(`node ${measured.join(' ')} ended with ${second.code}`);
    // The first pair fills the caches.
    if (run < 0) continue;
    times.reference.push(first.ms);
    times.measured.push(second.ms);
  }
  return { reference: median(times.reference), measured: median(times.measured) };
}
