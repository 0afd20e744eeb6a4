import type { Sink } from '../context.ts';
import { formatCount, formatDuration } from './numbers.ts';
import { clean, truncate } from './text.ts';

/** One line that tells how far a run is. Nothing is drawn where stderr is no terminal. */
export interface Progress {
  readonly advance: (by?: number) => void;
  readonly total: (total: number) => void;
  /** Removes the line; call it before anything else is printed. */
  readonly done: () => void;
}

const EVERY_MS = 100;
const BAR = 24;

/** Draws on `stderr`, at most ten times a second, with rate and time left. `label` is what is being done: `reading`. */
export function startProgress(
  stderr: Sink,
  now: () => Date,
  label: string,
  unit: string,
  total: number | null,
): Progress {
  if (!stderr.isTTY) return { advance: () => {}, total: () => {}, done: () => {} };
  const started = now().getTime();
  let last = 0;
  let count = 0;
  let all = total;
  const draw = () => {
    const time = now().getTime();
    if (time - last < EVERY_MS) return;
    last = time;
    void stderr.write(
      `\r\u001b[2K${truncate(progressLine(label, unit, count, all, time - started), (stderr.columns ?? 80) - 1)}`,
    );
  };
  return {
    advance: (by = 1) => {
      count += by;
      draw();
    },
    total: value => {
      all = value;
    },
    done: () => {
      if (last > 0) void stderr.write('\r\u001b[2K');
    },
  };
}

/** `reading 3,290 files  ━━━━━━━━╸       71%   412 files/s   2 s left`. */
export function progressLine(
  label: string,
  unit: string,
  count: number,
  total: number | null,
  elapsedMs: number,
): string {
  const perSecond = elapsedMs > 0 ? (count * 1000) / elapsedMs : 0;
  const rate = `${formatCount(Math.round(perSecond))} ${unit}/s`;
  if (total === null || total === 0) return clean(`${label} ${formatCount(count)} ${unit}   ${rate}`);
  const share = Math.min(1, count / total);
  const filled = Math.round(share * BAR);
  const bar = '━'.repeat(Math.max(0, filled - 1)) + (filled > 0 ? '╸' : '');
  const left = perSecond > 0 ? `   ${formatDuration(((total - count) / perSecond) * 1000)} left` : '';
  const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
  return clean(`${label} ${formatCount(total)} ${unit}  ${bar.padEnd(BAR)}  ${percent}   ${rate}${left}`);
}
