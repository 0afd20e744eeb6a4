import type { AppRecord, Page } from '../../store/ports.ts';
import { ask, beforeFirst, isoOf, OLDER_OPTION, scopeOf, scopeText } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { briefly, fitted } from '../output/brief.ts';
import { formatCount, formatDay, formatNoun } from '../output/numbers.ts';
import { pageLimit, pagesOf } from '../output/pages.ts';
import type { Screen } from '../output/screen.ts';
import { renderTable, spread, type TableData } from '../output/table.ts';

export const command = defineCommand({
  name: 'apps',
  summary: 'the apps, their releases and documents',
  arguments: [],
  examples: [
    { line: 'larder apps', about: 'every app, by name' },
    { line: 'larder apps --label team=payments -o csv', about: 'those of one team, for a spreadsheet' },
  ],
  options: [
    {
      title: 'How much',
      options: [
        { name: 'limit', value: 'N', integer: true, summary: 'apps per page (table: 25, json: 1000)' },
        { name: 'after', value: 'NEXT', summary: 'go on after a page, with the "next" of its JSON' },
        OLDER_OPTION,
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'one of "apps"',
  async run(context, _args, options) {
    const scope = scopeOf(options);
    const limit = pageLimit(context, options.limit);
    await ask(context, async store => {
      const unknown = await beforeFirst(store, scope);
      const page = await store.apps.list({ limit, after: options.after ?? null }, scope);
      const pages = pagesOf(context, {
        first: page,
        limit: options.limit,
        more: request => store.apps.list(request, scope),
        noun: 'app',
        shown: ({ items }) => items.length,
        total: ({ total }) => total,
      });
      await context.outputs.print({
        table: screen => (unknown === null ? table(screen, page, scopeText(scope)) : [unknown]),
        json: () => ({
          schema: 'larder.apps/1',
          total: page.total,
          next: page.next,
          apps: page.items.map(json),
        }),
        jsonl: () => pages.lines(({ items }) => items.map(json)),
        rows: () => pages.tables(rows),
      });
    });
    return EXIT.ok;
  },
});

function json(app: AppRecord): object {
  return {
    app: app.name,
    key: app.key,
    rule: app.rule,
    aliases: app.aliases,
    releases: app.releases,
    documents: app.documents,
    first: isoOf(app.firstRecorded),
    last: isoOf(app.lastRecorded),
    retired: app.retiredAt === null ? null : isoOf(app.retiredAt),
    labels: app.labels.map(label => `${label.key}=${label.value}`),
  };
}

function rows(page: Page<AppRecord>): TableData {
  const titles = ['app', 'key', 'rule', 'releases', 'documents', 'first', 'last', 'labels'];
  return {
    columns: titles.map(title => ({ title })),
    rows: page.items.map(app => [
      app.name,
      app.key,
      app.rule,
      app.releases,
      app.documents,
      isoOf(app.firstRecorded),
      isoOf(app.lastRecorded),
      app.labels.map(label => `${label.key}=${label.value}`).join(' '),
    ]),
  };
}

/** How an app came to its name, as people say it; see docs/apps.md. */
const RULES: Readonly<Record<AppRecord['rule'], string>> = {
  asserted: 'said so',
  purl: 'its purl',
  digest: 'its digest',
  name: 'its name',
  document: 'no subject named',
};

function table(screen: Screen, page: Page<AppRecord>, scope: string): string[] {
  const nameOf = (app: AppRecord): string => fitted(briefly(app.name), screen.width, 40, 70);
  const labelled = page.items.some(app => app.labels.length > 0);
  const data: TableData = {
    columns: [
      { title: 'app' },
      { title: 'releases', align: 'right', drop: 2 },
      { title: 'documents', align: 'right', drop: 3 },
      { title: 'known by', drop: 4 },
      { title: 'last', drop: 1 },
      ...(labelled ? [{ title: 'labels', drop: 5 }] : []),
    ],
    rows: page.items.map(app => [
      app.retiredAt === null ? nameOf(app) : { text: `${nameOf(app)} (retired)`, style: 'dim' },
      app.releases,
      app.documents,
      app.rule === 'document' ? { text: RULES.document, style: 'yellow' } : RULES[app.rule],
      formatDay(isoOf(app.lastRecorded)),
      ...(labelled ? [app.labels.map(label => `${label.key}=${label.value}`).join(' ')] : []),
    ]),
  };
  const lines = [...spread(screen, formatNoun(page.total, 'app'), scope), ...renderTable(screen, data)];
  if (page.items.length < page.total) {
    lines.push(
      screen.paint('dim', `  ${formatCount(page.items.length)} shown; --limit ${page.total} shows all.`),
    );
  }
  return lines;
}
