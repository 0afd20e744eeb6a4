import type { LicenceAnswer, LicenceHolder } from '../../graph/licences.ts';
import type { LicenceRow, Page } from '../../store/ports.ts';
import { ask, beforeFirst, OLDER_OPTION, scopeOf, scopeText } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { briefly } from '../output/brief.ts';
import { formatCount, formatNoun } from '../output/numbers.ts';
import { lookUpLimit, pageLimit, pagesOf, tellRest } from '../output/pages.ts';
import type { Screen } from '../output/screen.ts';
import { renderTable, spread, type TableData } from '../output/table.ts';

export const command = defineCommand({
  name: 'licenses',
  summary: 'which licences ship, and with LICENSE: who ships it',
  arguments: [
    {
      name: 'LICENSE',
      summary: 'an SPDX id, wherever it stands in an expression, or a text as stated',
      optional: true,
    },
  ],
  examples: [
    { line: 'larder licenses', about: 'every licence, with how much ships under it' },
    { line: 'larder licenses AGPL-3.0-only', about: 'which apps ship it, in which components' },
  ],
  options: [
    {
      title: 'How much',
      options: [
        { name: 'limit', value: 'N', integer: true, summary: 'lines (table: 25, json: 1000)' },
        { name: 'after', value: 'NEXT', summary: 'go on after a page, with the "next" of its JSON' },
        OLDER_OPTION,
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'one of "licenses", with LICENSE of "holders"',
  async run(context, [words], options) {
    const { licenceList, whoShips } = await import('../../graph/licences.ts');
    const scope = scopeOf(options);
    await ask(context, async store => {
      const unknown = await beforeFirst(store, scope);
      if (words === undefined) {
        const limit = pageLimit(context, options.limit);
        const page = await licenceList(store, { limit, after: options.after ?? null }, scope);
        const pages = pagesOf(context, {
          first: page,
          limit: options.limit,
          more: request => licenceList(store, request, scope),
          noun: 'licence text',
          shown: ({ items }) => items.length,
          total: ({ total }) => total,
        });
        await context.outputs.print({
          table: screen => (unknown === null ? listTable(screen, page, scopeText(scope)) : [unknown]),
          json: () => ({
            schema: 'larder.licenses/1',
            license: null,
            total: page.total,
            next: page.next,
            licenses: page.items.map(rowJson),
          }),
          jsonl: () => pages.lines(({ items }) => items.map(rowJson)),
          rows: () => pages.tables(listRows),
        });
        return;
      }
      const all = await whoShips(store, words, lookUpLimit(context, options.limit), scope);
      const holders = all.holders.slice(0, pageLimit(context, options.limit));
      const answer = { ...all, holders, truncated: all.truncated || holders.length < all.holders.length };
      await context.outputs.print({
        table: screen => (unknown === null ? holderTable(screen, answer, scopeText(scope)) : [unknown]),
        json: () => ({
          schema: 'larder.licenses/1',
          license: words,
          texts: answer.texts,
          total: answer.documents,
          apps: answer.apps,
          truncated: answer.truncated,
          holders: answer.holders.map(holderJson),
        }),
        jsonl: () => all.holders.map(holderJson),
        rows: () => holderRows(all),
      });
      if (all.truncated && context.outputs.wantsRows)
        await tellRest(context, all.holders.length, all.documents, 'document');
    });
    return EXIT.ok;
  },
});

function rowJson(row: LicenceRow): object {
  return { license: row.licence, apps: row.apps, documents: row.boms, components: row.components };
}

function holderJson({ licences, ...holder }: LicenceHolder): object {
  return { ...holder, licenses: licences };
}

function listRows(page: Page<LicenceRow>): TableData {
  return {
    columns: [{ title: 'license' }, { title: 'apps' }, { title: 'documents' }, { title: 'components' }],
    rows: page.items.map(row => [row.licence, row.apps, row.boms, row.components]),
  };
}

function holderRows(answer: LicenceAnswer): TableData {
  const titles = ['app', 'release', 'document', 'components', 'some', 'licenses'];
  return {
    columns: titles.map(title => ({ title })),
    rows: answer.holders.map(one => [
      one.app,
      one.release,
      one.document,
      one.components,
      one.some.join(' '),
      one.licences.join('; '),
    ]),
  };
}

function listTable(screen: Screen, page: Page<LicenceRow>, scope: string): string[] {
  const data: TableData = {
    columns: [
      { title: 'licence as stated' },
      { title: 'apps', align: 'right' },
      { title: 'documents', align: 'right', drop: 1 },
      { title: 'components', align: 'right' },
    ],
    rows: page.items.map(row => [
      shortened(row.licence),
      formatCount(row.apps),
      formatCount(row.boms),
      formatCount(row.components),
    ]),
  };
  const lines = [
    ...spread(screen, `${formatNoun(page.total, 'licence text')}, most used first`, scope),
    ...renderTable(screen, data),
  ];
  if (page.items.length < page.total) {
    lines.push(
      screen.paint(
        'dim',
        `  ${formatCount(page.items.length)} shown; --limit ${page.total} shows all. larder licenses LICENSE shows who ships it.`,
      ),
    );
  }
  return lines;
}

const LONGEST = 60;

/** Some documents put a whole licence here. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

function holderTable(screen: Screen, answer: LicenceAnswer, scope: string): string[] {
  if (answer.texts.length === 0)
    return spread(screen, `No component here is stated to be under ${answer.words}`, scope);
  const data: TableData = {
    columns: [
      { title: 'app' },
      { title: 'components', align: 'right' },
      { title: 'which' },
      { title: 'as stated', drop: 1 },
      { title: 'document', drop: 2 },
    ],
    rows: answer.holders.map(one => {
      const more = one.components - one.some.length;
      const which = one.some.slice(0, 3).join(', ') + (more > 0 || one.some.length > 3 ? ', ...' : '');
      const app = one.release === null ? one.app : `${one.app} ${one.release}`;
      return [
        briefly(app),
        formatCount(one.components),
        which,
        one.licences.map(shortened).join('; '),
        one.document.slice(0, 8),
      ];
    }),
  };
  const head = `${answer.words} ships in ${formatNoun(answer.apps, 'app')}, ${formatNoun(answer.documents, 'document')}`;
  const lines = [...spread(screen, head, scope), ...renderTable(screen, data)];
  if (answer.truncated)
    lines.push(
      screen.paint(
        'dim',
        `  ${formatCount(answer.holders.length)} shown; --limit ${answer.documents} shows all.`,
      ),
    );
  return lines;
}
