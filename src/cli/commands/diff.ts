import type { Diff, DiffItem, VersionChange } from '../../graph/diff.ts';
import { ask, beforeFirst, momentFrom, scopeOf } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { CliError, usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { formatCount, formatNoun } from '../output/numbers.ts';
import type { Screen, Style } from '../output/screen.ts';
import { type Cell, renderTable, spread, type TableData } from '../output/table.ts';

const SHOWN = 10;

export const command = defineCommand({
  name: 'diff',
  summary: 'what changed between two releases, documents or dates',
  arguments: [
    { name: 'A', summary: 'an app, APP@RELEASE, or the first digits of a document' },
    { name: 'B', summary: 'the same; with --then it may be left out', optional: true },
  ],
  examples: [
    { line: 'larder diff payments-api@4.1.0 payments-api@4.2.0', about: 'between two releases' },
    { line: 'larder diff payments-api --then 2026-01-31', about: 'what the larder knew then, against now' },
  ],
  options: [
    {
      title: 'What to compare',
      options: [
        { name: 'then', value: 'DATE', summary: 'take A as it was known then' },
        { name: 'edges', summary: 'list changed relations too, not only count them' },
        { name: 'limit', value: 'N', integer: true, summary: `changes shown of each kind (table: ${SHOWN})` },
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'an entry of a list, its kind in "change"',
  async run(context, [a = '', b], options) {
    if (b === undefined && options.then === undefined) {
      throw usage(
        'diff needs two things, or one and a date, as in: larder diff payments-api --then 2026-01-31',
      );
    }
    const { diff } = await import('../../graph/diff.ts');
    const { sideOf } = await import('../../graph/compare.ts');
    const { bomsOf, thingOf, titleOf } = await import('../../graph/things.ts');
    const { compareVersions } = await import('../../graph/range.ts');
    const after = { ...scopeOf({ ...options, all: false }), includeRetired: true };
    const before =
      options.then === undefined ? after : { ...after, asOf: momentFrom('--then', options.then) };
    await ask(context, async store => {
      const unknown = (await beforeFirst(store, before)) ?? (await beforeFirst(store, after));
      if (unknown !== null) throw new CliError('unreadable', unknown);
      const first = await thingOf(store, a, before);
      const second = await thingOf(store, b ?? a, after);
      const left = await sideOf(store, await bomsOf(store, first, before));
      const right = await sideOf(store, await bomsOf(store, second, after));
      const found = diff(left, right, compareVersions);
      const titles = [
        options.then === undefined ? titleOf(first) : `${titleOf(first)} (${options.then})`,
        titleOf(second),
      ] as const;
      await context.outputs.print({
        table: screen =>
          table(screen, titles, found, { edges: options.edges, limit: options.limit ?? SHOWN }),
        json: () => ({ schema: 'larder.diff/1', from: titles[0], to: titles[1], ...json(found) }),
        jsonl: () => changes(found),
        rows: () => rows(found),
      });
    });
    return EXIT.ok;
  },
});

function itemJson(item: DiffItem): object {
  return { key: item.key, name: item.name, version: item.version, licenses: item.licences };
}

function json(found: Diff): object {
  return {
    unchanged: found.unchanged,
    added: found.added.map(itemJson),
    removed: found.removed.map(itemJson),
    changed: found.versions,
    licenses: found.licences,
    edges: { added: found.edgesAdded, removed: found.edgesRemoved },
  };
}

function* changes(found: Diff): Generator<object> {
  for (const item of found.added) yield { change: 'added', ...itemJson(item) };
  for (const item of found.removed) yield { change: 'removed', ...itemJson(item) };
  for (const { kind, ...change } of found.versions) yield { change: kind, ...change };
  for (const change of found.licences) yield { change: 'licenses', ...change };
  for (const edge of found.edgesAdded) yield { change: 'edge-added', ...edge };
  for (const edge of found.edgesRemoved) yield { change: 'edge-removed', ...edge };
}

function rows(found: Diff): TableData {
  const titles = ['change', 'package', 'from', 'to'];
  return {
    columns: titles.map(title => ({ title })),
    rows: [
      ...found.added.map(item => ['added', item.key, null, item.version]),
      ...found.removed.map(item => ['removed', item.key, item.version, null]),
      ...found.versions.map(change => [change.kind, change.key, change.from, change.to]),
      ...found.licences.map(change => ['licenses', change.key, change.from.join('; '), change.to.join('; ')]),
      ...found.edgesAdded.map(edge => ['edge added', edge.holder, null, edge.held]),
      ...found.edgesRemoved.map(edge => ['edge removed', edge.holder, edge.held, null]),
    ],
  };
}

/** Changes of one kind, as lines of the table. */
interface Kind {
  readonly word: string;
  readonly lines: readonly (readonly Cell[])[];
}

/** What wants a look goes first. */
function kindsOf(found: Diff): Kind[] {
  const versions = (kind: VersionChange['kind'], style: Style | null): Kind => ({
    word: kind,
    lines: found.versions
      .filter(change => change.kind === kind)
      .map(({ name, from, to }) => [cell(style, kind), name, from ?? 'no version', to ?? 'no version']),
  });
  return [
    versions('downgraded', 'red'),
    versions('changed', 'yellow'),
    versions('upgraded', null),
    { word: 'added', lines: found.added.map(item => [cell('yellow', 'added'), item.name, '', item.version]) },
    { word: 'removed', lines: found.removed.map(item => ['removed', item.name, item.version, '']) },
    {
      word: 'with another licence',
      lines: found.licences.map(({ name, from, to }) => [
        cell('yellow', 'licence'),
        name,
        from.join(', ') || 'none stated',
        to.join(', ') || 'none stated',
      ]),
    },
  ];
}

function cell(style: Style | null, text: string): Cell {
  return style === null ? text : { text, style };
}

interface Shown {
  readonly edges: boolean;
  readonly limit: number;
}

function table(
  screen: Screen,
  titles: readonly [string, string],
  found: Diff,
  { edges, limit }: Shown,
): string[] {
  const kinds = kindsOf(found).filter(kind => kind.lines.length > 0);
  const said = kinds.map(kind => `${formatCount(kind.lines.length)} ${kind.word}`);
  const head = `${titles[0]} to ${titles[1]}: ${said.length === 0 ? 'no component differs' : said.join(', ')}`;
  const columns = [{ title: 'change' }, { title: 'package' }, { title: 'from' }, { title: 'to' }];
  const lines = [
    ...spread(screen, head, `(${formatCount(found.unchanged)} unchanged)`),
    ...renderTable(screen, { columns, rows: kinds.flatMap(kind => kind.lines.slice(0, limit)) }, 2, false),
  ];
  const longest = Math.max(0, ...kinds.map(kind => kind.lines.length));
  const left = kinds
    .filter(kind => kind.lines.length > limit)
    .map(kind => `${formatCount(kind.lines.length - limit)} ${kind.word}`);
  if (left.length > 0)
    lines.push(screen.paint('dim', `  Not shown: ${left.join(', ')}; --limit ${longest} shows all.`));
  const moved = found.edgesAdded.length + found.edgesRemoved.length;
  if (moved > 0) lines.push(...(edges ? edgeLines(screen, found) : [edgeCount(screen, found)]));
  return lines;
}

function edgeCount(screen: Screen, found: Diff): string {
  const text = `  Relations between packages on both sides: ${formatCount(found.edgesAdded.length)} new, ${formatCount(found.edgesRemoved.length)} gone (--edges).`;
  return screen.paint('dim', text);
}

function edgeLines(screen: Screen, found: Diff): string[] {
  const short = (key: string): string => key.replace(/^pkg:/, '');
  const data = [
    ...found.edgesAdded.map(edge => ['now needs', short(edge.holder), short(edge.held)]),
    ...found.edgesRemoved.map(edge => ['no longer', short(edge.holder), short(edge.held)]),
  ];
  const title = `  ${formatNoun(data.length, 'relation')} between packages on both sides:`;
  const columns = [{ title: 'change' }, { title: 'from' }, { title: 'to' }];
  return [screen.paint('dim', title), ...renderTable(screen, { columns, rows: data }, 2, false)];
}
