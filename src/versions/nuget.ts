import { defineScheme } from './define.ts';
import {
  compareLists,
  compareNum,
  comparePrefixed,
  compareText,
  isDigits,
  type Num,
  toNum,
  ZERO,
} from './number.ts';

interface NuGet {
  readonly numbers: readonly Num[];
  readonly labels: readonly (Num | { readonly text: string })[];
}

const SHAPE = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.+-]*)?$/i;

/** NuGet: Semantic Versioning with a fourth number, prerelease labels without regard to case, metadata ignored. */
function parse(text: string): NuGet | null {
  const match = SHAPE.exec(text);
  if (match === null) return null;
  const labels = match[2]?.toLowerCase().split('.') ?? [];
  return {
    numbers: (match[1] ?? '').split('.').map(toNum),
    labels: labels.map(label => (isDigits(label) ? toNum(label) : { text: label })),
  };
}

function compare(a: NuGet, b: NuGet): number {
  const numbers = compareLists(a.numbers, b.numbers, compareNum, ZERO);
  if (numbers !== 0) return numbers;
  if (a.labels.length === 0 || b.labels.length === 0)
    return Number(a.labels.length === 0) - Number(b.labels.length === 0);
  return comparePrefixed(a.labels, b.labels, compareLabels);
}

function compareLabels(a: NuGet['labels'][number], b: NuGet['labels'][number]): number {
  if (typeof a !== 'object') return typeof b !== 'object' ? compareNum(a, b) : -1;
  return typeof b !== 'object' ? 1 : compareText(a.text, b.text);
}

export const nuget = defineScheme<NuGet>({
  id: 'nuget',
  ecosystems: ['NuGet'],
  purlTypes: ['nuget'],
  parse,
  compare,
});
