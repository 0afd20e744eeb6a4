import { defineScheme } from './define.ts';
import { compareNum, compareText, isDigits, type Num, toNum, ZERO } from './number.ts';

type Run = { readonly gap: number; readonly number: Num | null; readonly text: string };

interface Alpm {
  readonly epoch: Num;
  readonly version: readonly Run[];
  readonly release: readonly Run[] | null;
}

/** pacman's vercmp(8): `[epoch:]version[-release]`. */
function parse(text: string): Alpm | null {
  const match = /^(?:(\d+):)?([^:-][^:]*?)$/.exec(text);
  if (match === null) return null;
  const rest = match[2] ?? '';
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: match[1] === undefined ? ZERO : toNum(match[1]),
    version: runs(hyphen < 0 ? rest : rest.slice(0, hyphen)),
    release: hyphen < 0 ? null : runs(rest.slice(hyphen + 1)),
  };
}

/** Runs of digits or letters, with the number of separators before each. */
function runs(text: string): Run[] {
  const found: Run[] = [];
  for (const match of text.matchAll(/([^0-9A-Za-z]*)(\d+|[A-Za-z]+|$)/g)) {
    const [whole, gap = '', run = ''] = match;
    if (whole !== '') found.push({ gap: gap.length, number: isDigits(run) ? toNum(run) : null, text: run });
  }
  return found;
}

function compare(a: Alpm, b: Alpm): number {
  const head = compareNum(a.epoch, b.epoch) || compareRuns(a.version, b.version);
  if (head !== 0) return head;
  // vercmp(8): "1.5 = 1.5-1". The one place where a version equals two that differ.
  return a.release === null || b.release === null ? 0 : compareRuns(a.release, b.release);
}

function compareRuns(a: readonly Run[], b: readonly Run[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = compareRun(a[index] as Run, b[index] as Run);
    if (difference !== 0) return difference;
  }
  if (a.length === b.length) return 0;
  return a.length > b.length ? afterEnd(a[length] as Run) : -afterEnd(b[length] as Run);
}

/** More separators are later; then numbers follow words. */
function compareRun(a: Run, b: Run): number {
  // A word with no separator before it is part of a prerelease (`1.0rc`), so all else follows it.
  const attached = Number(isAttachedWord(b)) - Number(isAttachedWord(a));
  if (attached !== 0) return attached;
  if (a.gap !== b.gap) return a.gap - b.gap;
  if (a.number !== null) return b.number !== null ? compareNum(a.number, b.number) : 1;
  return b.number !== null ? -1 : compareText(a.text, b.text);
}

/** Whether a version with this run comes after the one without: all but an attached word do. */
function afterEnd(run: Run): number {
  return isAttachedWord(run) ? -1 : 1;
}

function isAttachedWord(run: Run): boolean {
  return run.gap === 0 && run.number === null && run.text !== '';
}

export const alpm = defineScheme<Alpm>({
  id: 'alpm',
  ecosystems: ['Arch Linux'],
  purlTypes: ['alpm'],
  parse,
  compare,
});
