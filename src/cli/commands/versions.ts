import type { SpreadAnswerRow, VersionRow, VersionsAnswer } from '../../graph/spread.ts';
import { ask, beforeFirst, GROUP_OPTION, OLDER_OPTION, scopeOf, scopeText } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { briefly } from '../output/brief.ts';
import { formatCount, formatNoun } from '../output/numbers.ts';
import { lookUpLimit, pageLimit, tellRest } from '../output/pages.ts';
import type { Screen } from '../output/screen.ts';
import { renderTable, spread, type TableData } from '../output/table.ts';

export const command = defineCommand({
  name: 'versions',
  summary: 'which versions are in which apps; without a package: where apps diverge most',
  arguments: [
    { name: 'PACKAGE', summary: 'a name, purl, CPE or digest', optional: true },
    { name: 'RANGE', summary: "only these versions, as in '<2.17.1'", optional: true },
  ],
  examples: [
    { line: 'larder versions log4j-core', about: 'was it updated everywhere?' },
    { line: 'larder versions --group-by team', about: 'what each team uses in another version' },
  ],
  options: [
    {
      title: 'How much',
      options: [
        { name: 'limit', value: 'N', integer: true, summary: 'packages or versions (table: 25)' },
        GROUP_OPTION,
        OLDER_OPTION,
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'one of "versions", without PACKAGE of "packages"',
  async run(context, [words, range], options) {
    const { divergence, versionsOf } = await import('../../graph/spread.ts');
    const { asked, compareVersions } = await import('../../graph/range.ts');
    const scope = scopeOf(options);
    const groupBy = options['group-by'] ?? null;
    const limit = pageLimit(context, options.limit);
    await ask(context, async store => {
      const unknown = await beforeFirst(store, scope);
      if (words === undefined) {
        const all = lookUpLimit(context, options.limit);
        const found = await divergence(store, { limit: all, compare: compareVersions, groupBy }, scope);
        const some = found.slice(0, limit);
        await context.outputs.print({
          table: screen =>
            unknown === null ? spreadTable(screen, some, groupBy, scopeText(scope)) : [unknown],
          json: () => ({ schema: 'larder.versions/1', package: null, packages: some.map(spreadJson) }),
          jsonl: () => found.map(spreadJson),
          rows: () => spreadRows(found, groupBy),
        });
        return;
      }
      const { words: name, wants } = asked(words, range);
      const answer = await versionsOf(store, name, { wants, compare: compareVersions, groupBy }, scope);
      const given = answer.rows.slice(0, lookUpLimit(context, options.limit));
      await context.outputs.print({
        table: screen =>
          unknown === null ? table(screen, words, scopeText(scope), answer, limit) : [unknown],
        json: () => ({
          schema: 'larder.versions/1',
          package: words,
          apps: answer.apps,
          total: answer.rows.length,
          truncated: answer.rows.length > limit,
          versions: answer.rows.slice(0, limit).map(rowJson),
        }),
        jsonl: () => given.map(rowJson),
        rows: () => rows(given),
      });
      if (given.length < answer.rows.length && context.outputs.wantsRows)
        await tellRest(context, given.length, answer.rows.length, 'version');
    });
    return EXIT.ok;
  },
});

function rowJson(row: VersionRow): object {
  const groups = row.groups === null ? null : Object.fromEntries(row.groups);
  return {
    name: row.name,
    type: row.type,
    version: row.version,
    apps: row.apps,
    documents: row.documents,
    someApps: row.someApps,
    groups,
  };
}

function spreadJson(row: SpreadAnswerRow): object {
  return { ...row, groups: row.groups === null ? null : Object.fromEntries(row.groups) };
}

function rows(found: readonly VersionRow[]): TableData {
  const titles = ['package', 'type', 'version', 'apps', 'documents', 'some apps'];
  return {
    columns: titles.map(title => ({ title })),
    rows: found.map(row => [
      row.name,
      row.type,
      row.version,
      row.apps,
      row.documents,
      row.someApps.join(' '),
    ]),
  };
}

function spreadRows(found: readonly SpreadAnswerRow[], groupBy: string | null): TableData {
  const titles = [
    'package',
    'type',
    'versions',
    'apps',
    ...(groupBy === null ? [] : ['group', 'versions there']),
  ];
  return {
    columns: titles.map(title => ({ title })),
    rows: found.flatMap(row => {
      const start = [row.name, row.type, row.versions, row.apps];
      return row.groups === null
        ? [start]
        : [...row.groups].map(([group, versions]) => [...start, group, versions.join(' ')]);
    }),
  };
}

const SOME_APPS = 4;

function table(
  screen: Screen,
  words: string,
  scope: string,
  answer: VersionsAnswer,
  limit: number,
): string[] {
  if (answer.rows.length === 0) {
    const near = answer.resolved.suggestions;
    const lines = spread(screen, `No app holds ${words}`, scope);
    if (near.length > 0) lines.push(screen.paint(null, `  Names like it here: ${near.join(', ')}.`));
    return lines;
  }
  const versions = formatNoun(answer.rows.length, 'version');
  const names = new Set(answer.rows.map(row => row.name));
  const types = new Set(answer.rows.map(row => row.type));
  const shown = answer.rows.slice(0, limit);
  const lines = spread(screen, `${words}: ${versions} in ${formatNoun(answer.apps, 'app')}`, scope);
  const data = {
    columns: [
      ...(names.size > 1 ? [{ title: 'package' }] : []),
      ...(types.size > 1 ? [{ title: 'type' }] : []),
      { title: 'version' },
      { title: 'apps', align: 'right' as const },
      { title: answer.rows[0]?.groups === null ? 'which' : 'groups' },
    ],
    rows: shown.map(row => [
      ...(names.size > 1 ? [row.name] : []),
      ...(types.size > 1 ? [row.type ?? 'no purl'] : []),
      briefly(row.version ?? 'no version'),
      row.apps,
      row.groups === null
        ? someApps(row)
        : [...row.groups].map(([group, apps]) => `${group || 'no label'} ${apps}`).join(', '),
    ]),
  };
  lines.push(...renderTable(screen, data));
  if (shown.length < answer.rows.length)
    lines.push(
      screen.paint(
        'dim',
        `  ${formatCount(answer.rows.length - shown.length)} more; --limit ${answer.rows.length} shows all.`,
      ),
    );
  return lines;
}

function someApps(row: VersionRow): string {
  const names = [...new Set(row.someApps)];
  const shown = row.someApps.length <= SOME_APPS ? names : names.slice(0, SOME_APPS);
  const told = row.someApps.filter(name => shown.includes(name)).length;
  const more = row.apps - told;
  return briefly(shown.join(', ')) + (more > 0 ? ` and ${formatCount(more)} more` : '');
}

function spreadTable(
  screen: Screen,
  found: readonly SpreadAnswerRow[],
  groupBy: string | null,
  scope: string,
): string[] {
  if (found.length === 0) return spread(screen, 'No package is here in more than one version', scope);
  const lines = spread(screen, 'Packages in the most versions', scope);
  const data = {
    columns: [
      { title: 'package' },
      { title: 'type', drop: 1 },
      { title: 'versions', align: 'right' as const },
      { title: 'apps', align: 'right' as const },
      ...(groupBy === null ? [] : [{ title: groupBy }]),
    ],
    rows: found.map(row => [
      row.name,
      row.type,
      row.versions,
      row.apps,
      ...(row.groups === null ? [] : [groupText(row.groups)]),
    ]),
  };
  return [
    ...lines,
    ...renderTable(screen, data),
    screen.paint('dim', `  larder versions ${found[0]?.name ?? 'PACKAGE'} shows which app has which.`),
  ];
}

const SOME_VERSIONS = 3;

function groupText(groups: ReadonlyMap<string, readonly string[]>): string {
  return [...groups]
    .map(([group, versions]) => {
      const more = versions.length - SOME_VERSIONS;
      return `${group || 'no label'}: ${versions.slice(0, SOME_VERSIONS).join(' ')}${more > 0 ? ` +${more}` : ''}`;
    })
    .join('; ');
}
