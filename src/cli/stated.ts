import type { Stated } from '../graph/stated.ts';
import { formatNoun } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';

const SOME = 5;

/** What the attestations of a document say, for people. */
export function statedLines(screen: Screen, all: readonly Stated[]): string[] {
  return all
    .slice(0, SOME)
    .flatMap(one => [
      '',
      `${one.at === '' ? '' : `${one.at}: `}${screen.paint('bold', one.kind)}${one.predicateType === null ? '' : `  ${screen.paint('dim', one.predicateType)}`}`,
      ...said(one).map(([label, text]) => `  ${label.padEnd(11)}${screen.paint(null, text)}`),
    ]);
}

function said(one: Stated): (readonly [string, string])[] {
  const lines: (readonly [string, string | null])[] = [
    ...briefThings(one.subjects),
    ['by', one.producer],
    ['about', one.about],
    ['result', one.result],
    ['from', one.source === null ? null : `${one.source}${one.commit === null ? '' : ` at ${one.commit}`}`],
    ['says', one.claims.length === 0 ? null : briefList(one.claims)],
    ...briefThings(one.resources),
    ['finished', one.finished],
    ...layoutText(one.layout),
  ];
  return lines.filter((line): line is readonly [string, string] => line[1] !== null);
}

function layoutText(layout: Stated['layout']): (readonly [string, string])[] {
  if (layout === null) return [];
  return [
    ['expires', layout.expires ?? 'never'],
    ...layout.steps.map(step => {
      const rules = [
        ...step.materials.map(rule => `in: ${rule.join(' ')}`),
        ...step.products.map(rule => `out: ${rule.join(' ')}`),
      ];
      const who = `${step.threshold} of ${formatNoun(step.functionaries.length, 'functionary', 'functionaries')}`;
      return ['step', [`${step.name} by ${who}`, ...rules].join('; ')] as const;
    }),
    ...layout.inspections.map(one => ['inspect', `${one.name}: ${one.command.join(' ')}`] as const),
  ];
}

function thingText({ name, uri, digests }: Stated['subjects'][number]): string {
  const [digest] = digests;
  const named = name ?? uri ?? '';
  if (digest === undefined) return named;
  return `${named} ${digest.algorithm}:${digest.value.slice(0, 12)}`.trim();
}

/** The first few, and how many more there are. */
function briefList(list: readonly string[]): string {
  const more = list.length - SOME;
  return [...list.slice(0, SOME), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

function briefThings(
  things: readonly (Stated['subjects'][number] & { readonly role?: string })[],
): (readonly [string, string])[] {
  const more = things.length - SOME;
  return [
    ...things.slice(0, SOME).map(one => [one.role ?? 'of', thingText(one)] as const),
    ...(more > 0 ? [['', `and ${more} more`] as const] : []),
  ];
}
