import { defineScheme } from './define.ts';
import { compareText } from './number.ts';

interface Rpm {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | null;
}

/** `[epoch:]version[-release]`; a version without release comes before all with one. */
function parse(text: string): Rpm {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? '0' : text.slice(0, colon),
    version: hyphen < 0 ? rest : rest.slice(0, hyphen),
    release: hyphen < 0 ? null : rest.slice(hyphen + 1),
  };
}

function compare(a: Rpm, b: Rpm): number {
  const head = rpmvercmp(a.epoch, b.epoch) || rpmvercmp(a.version, b.version);
  if (head !== 0) return head;
  if (a.release === null || b.release === null)
    return Number(a.release !== null) - Number(b.release !== null);
  return rpmvercmp(a.release, b.release);
}

/**
 * rpm's own rule (rpmvercmp.cc): runs of ASCII digits and of letters, all else separates; `~` precedes the end, `^` follows it but precedes any
 * further run; a number follows a word.
 */
export function rpmvercmp(a: string, b: string): number {
  let i = 0;
  let j = 0;
  for (;;) {
    i = skipSeparators(a, i);
    j = skipSeparators(b, j);
    const tildes = Number(b[j] === '~') - Number(a[i] === '~');
    if (tildes !== 0) return tildes;
    if (a[i] === '~') {
      i++;
      j++;
      continue;
    }
    if (a[i] === '^' || b[j] === '^') {
      if (i >= a.length) return -1;
      if (j >= b.length) return 1;
      if (a[i] !== '^') return 1;
      if (b[j] !== '^') return -1;
      i++;
      j++;
      continue;
    }
    if (i >= a.length || j >= b.length) return Number(i < a.length) - Number(j < b.length);
    const numeric = isDigit(a.charCodeAt(i));
    const endA = endOfRun(a, i, numeric);
    const endB = endOfRun(b, j, numeric);
    if (endB === j) return numeric ? 1 : -1;
    const difference = numeric
      ? compareDigits(a.slice(i, endA), b.slice(j, endB))
      : compareText(a.slice(i, endA), b.slice(j, endB));
    if (difference !== 0) return difference;
    i = endA;
    j = endB;
  }
}

function skipSeparators(text: string, from: number): number {
  let index = from;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (isDigit(code) || isLetter(code) || code === 126 || code === 94) break;
    index++;
  }
  return index;
}

function endOfRun(text: string, from: number, numeric: boolean): number {
  let index = from;
  while (
    index < text.length &&
    (numeric ? isDigit(text.charCodeAt(index)) : isLetter(text.charCodeAt(index)))
  )
    index++;
  return index;
}

function compareDigits(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length - y.length || compareText(x, y);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

export const rpm = defineScheme<Rpm>({
  id: 'rpm',
  ecosystems: [
    'Red Hat',
    'Rocky Linux',
    'AlmaLinux',
    'openSUSE',
    'SUSE',
    'Mageia',
    'openEuler',
    'Photon OS',
    'Azure Linux',
  ],
  purlTypes: ['rpm'],
  parse,
  compare,
});
