import { defineScheme } from './define.ts';
import { compareNum, type Num, toNum } from './number.ts';

interface Deb {
  readonly epoch: Num;
  readonly upstream: string;
  readonly revision: string;
}

/** deb-version(7): `[epoch:]upstream[-revision]`. */
function parse(text: string): Deb | null {
  const colon = text.indexOf(':');
  const epoch = colon < 0 ? '' : text.slice(0, colon);
  if (colon === 0 || !/^\d*$/.test(epoch)) return null;
  const rest = text.slice(colon + 1);
  if (rest === '' || /\s/.test(rest)) return null;
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: toNum(epoch),
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

function compare(a: Deb, b: Deb): number {
  return (
    compareNum(a.epoch, b.epoch) ||
    compareDebPart(a.upstream, b.upstream) ||
    compareDebPart(a.revision, b.revision)
  );
}

/** dpkg's verrevcmp: in turn a run without digits, where `~` precedes the end and letters precede the rest, and a number. */
export function compareDebPart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const startA = i;
    const startB = j;
    while (isDigit(a, i)) i++;
    while (isDigit(b, j)) j++;
    const difference = compareNum(toNum(a.slice(startA, i)), toNum(b.slice(startB, j)));
    if (difference !== 0) return difference;
  }
  return 0;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

/** `~`, then the end and digits, then letters, then the rest. */
function weight(text: string, index: number): number {
  if (index >= text.length) return 0;
  const code = text.charCodeAt(index);
  if (code >= 48 && code <= 57) return 0;
  if (code === 126) return -1;
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? code : code + 256;
}

export const deb = defineScheme<Deb>({
  id: 'deb',
  ecosystems: ['Debian', 'Ubuntu', 'Echo'],
  purlTypes: ['deb'],
  parse,
  compare,
});

/** OCaml's opam orders as dpkg does, without epoch and revision (OpamVersionCompare). */
export const opam = defineScheme<string>({
  id: 'opam',
  ecosystems: ['opam'],
  purlTypes: ['opam'],
  parse: text => text,
  compare: compareDebPart,
});
