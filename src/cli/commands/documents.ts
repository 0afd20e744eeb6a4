import { isSuperseded } from '../../graph/hits.ts';
import type {
  BomRecord,
  DocumentFilter,
  DocumentRecord,
  Page,
  PageRequest,
  Store,
} from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import { ask, beforeFirst, isoOf, momentFrom, scopeOf, scopeText } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { briefly, fitted } from '../output/brief.ts';
import { formatBytes, formatCount, formatDay, formatNoun } from '../output/numbers.ts';
import { pageLimit, pagesOf } from '../output/pages.ts';
import type { Screen, Style } from '../output/screen.ts';
import { type Cell, renderTable, spread, type TableData } from '../output/table.ts';
import { producerJson, producerRows, producerTable } from '../producers.ts';

export const command = defineCommand({
  name: 'documents',
  summary: 'the documents; with --by: whose BOMs have gaps',
  arguments: [],
  examples: [
    { line: 'larder documents --status rejected', about: 'what could not be read, and why' },
    { line: 'larder documents --by tool', about: "what each tool's BOMs leave out, a report to send back" },
  ],
  options: [
    {
      title: 'Which documents',
      options: [
        {
          name: 'status',
          value: 'STATUS',
          choices: ['accepted', 'partial', 'rejected'],
          multiple: true,
          summary: 'how reading ended',
        },
        { name: 'tool', value: 'TEXT', summary: 'written by a tool whose name and version contain this' },
        { name: 'supplier', value: 'TEXT', summary: 'of this supplier' },
        { name: 'app', value: 'APP', summary: 'of this app' },
        { name: 'since', value: 'DATE', summary: 'recorded on or after this day' },
      ],
    },
    {
      title: 'How',
      options: [
        {
          name: 'by',
          value: 'PRODUCER',
          choices: ['tool', 'tool-name', 'supplier'],
          summary: 'count gaps per producer',
        },
        { name: 'limit', value: 'N', integer: true, summary: 'documents per page (table: 25, json: 1000)' },
        { name: 'after', value: 'NEXT', summary: 'go on after a page, with the "next" of its JSON' },
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'one of "documents", with --by of "producers"',
  async run(context, _args, options) {
    const limit = pageLimit(context, options.limit);
    await ask(context, async store => {
      const { by } = options;
      if (by !== undefined) {
        const scope = scopeOf({ ...options, all: false });
        const producers = await store.documents.producers(by, scope);
        const unknown = await beforeFirst(store, scope);
        await context.outputs.print({
          table: screen =>
            unknown === null ? producerTable(screen, by, producers, scopeText(scope), limit) : [unknown],
          json: () => ({
            schema: 'larder.documents/1',
            by,
            producers: producers.map(producerJson),
            ...(unknown === null ? {} : { unknown }),
          }),
          jsonl: () => producers.map(producerJson),
          rows: () => producerRows(by, producers),
        });
        return;
      }
      // Evidence is listed whole: what a later document replaced is still a document.
      const scope = scopeOf({ ...options, all: true });
      const unknown = await beforeFirst(store, scope);
      const filter: DocumentFilter = {
        ...(options.status.length > 0 ? { statuses: options.status } : {}),
        ...(options.tool === undefined ? {} : { tool: options.tool }),
        ...(options.supplier === undefined ? {} : { supplier: options.supplier }),
        ...(options.app === undefined ? {} : { app: await appKey(store, options.app, scope) }),
        ...(options.since === undefined ? {} : { since: startOf(options.since) }),
      };
      const listed = (request: PageRequest) => listOf(store, filter, request, scope);
      const first = await listed({ limit, after: options.after ?? null });
      const { page, boms, reasons } = first;
      const pages = pagesOf(context, {
        first,
        limit: options.limit,
        more: listed,
        noun: 'document',
        shown: one => one.page.items.length,
        total: one => one.page.total,
      });
      await context.outputs.print({
        table: screen =>
          unknown === null ? table(screen, page, boms, reasons, scopeText(scope)) : [unknown],
        json: () => ({
          schema: 'larder.documents/1',
          total: page.total,
          next: page.next,
          documents: page.items.map(item => json(item, boms, reasons, scope)),
          ...(unknown === null ? {} : { unknown }),
        }),
        jsonl: () => pages.lines(one => one.page.items.map(item => json(item, one.boms, one.reasons, scope))),
        rows: () => pages.tables(one => rows(one.page, one.boms, one.reasons)),
      });
    });
    return EXIT.ok;
  },
});

/** A page of documents, with what is shown beside each. */
async function listOf(store: Store, filter: DocumentFilter, request: PageRequest, scope: Scope) {
  const page = await store.documents.list(filter, request, scope);
  return {
    page,
    next: page.next,
    boms: await bomsOf(store, page, scope),
    reasons: await reasonsOf(store, page),
  };
}

async function appKey(store: Store, words: string, scope: Scope): Promise<string> {
  const { thingOf } = await import('../../graph/things.ts');
  const thing = await thingOf(store, words, scope);
  return thing.kind === 'app' ? thing.app.key : words;
}

function startOf(day: string): number {
  const moment = momentFrom('--since', day);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : moment;
}

async function bomsOf(
  store: Store,
  page: Page<DocumentRecord>,
  scope: Scope,
): Promise<ReadonlyMap<number, BomRecord>> {
  const ids = page.items.flatMap(item => item.bom ?? []);
  return new Map((await store.documents.boms(ids, scope)).map(bom => [bom.id, bom]));
}

/** The first thing that was wrong with each document that was not read whole. */
async function reasonsOf(store: Store, page: Page<DocumentRecord>): Promise<ReadonlyMap<number, string>> {
  const reasons = new Map<number, string>();
  for (const item of page.items) {
    if (item.status === 'accepted' || item.diagnosticCount === 0) continue;
    const found = await store.documents.diagnostics(item.id);
    const first = found.find(one => one.severity === 'error') ?? found[0];
    if (first === undefined) continue;
    // A fault of the text itself tells its place already.
    const told = first.at === null || first.message.includes(first.at);
    reasons.set(item.id, told ? first.message : `${first.at}: ${first.message}`);
  }
  return reasons;
}

function json(
  item: DocumentRecord,
  boms: ReadonlyMap<number, BomRecord>,
  reasons: ReadonlyMap<number, string>,
  scope: Scope,
): object {
  const bom = item.bom === null ? undefined : boms.get(item.bom);
  return {
    sha256: item.sha256,
    name: item.name,
    size: item.size,
    container: item.container,
    status: item.status,
    kind: item.kind,
    format: item.format,
    specVersion: item.specVersion,
    recorded: isoOf(item.recordedFrom),
    trust: item.trust,
    diagnostics: item.diagnosticCount,
    reason: reasons.get(item.id) ?? null,
    app: bom?.appName ?? null,
    release: bom?.release ?? null,
    created: bom === undefined || bom.created === null ? null : isoOf(bom.created),
    superseded: bom === undefined ? null : isSuperseded(bom, scope),
    tools: bom?.tools ?? [],
    supplier: bom?.supplier ?? null,
    components: bom?.counts.components ?? null,
    dependencies: bom?.counts.dependencies ?? null,
  };
}

function rows(
  page: Page<DocumentRecord>,
  boms: ReadonlyMap<number, BomRecord>,
  reasons: ReadonlyMap<number, string>,
): TableData {
  const titles = [
    'sha256',
    'name',
    'status',
    'format',
    'version',
    'app',
    'release',
    'tools',
    'supplier',
    'components',
    'recorded',
    'trust',
    'reason',
  ];
  return {
    columns: titles.map(title => ({ title })),
    rows: page.items.map(item => {
      const bom = item.bom === null ? undefined : boms.get(item.bom);
      const facts = [
        bom?.appName ?? null,
        bom?.release ?? null,
        bom?.tools.join(' ') ?? null,
        bom?.supplier ?? null,
        bom?.counts.components ?? null,
      ];
      return [
        item.sha256,
        item.name,
        item.status,
        item.format,
        item.specVersion,
        ...facts,
        isoOf(item.recordedFrom),
        item.trust,
        reasons.get(item.id) ?? null,
      ];
    }),
  };
}

const STATUS_STYLES: Readonly<Record<string, Style>> = { partial: 'yellow', rejected: 'red' };

function statusCell(status: string): Cell {
  const style = STATUS_STYLES[status];
  return style === undefined ? status : { text: status, style };
}

function table(
  screen: Screen,
  page: Page<DocumentRecord>,
  boms: ReadonlyMap<number, BomRecord>,
  reasons: ReadonlyMap<number, string>,
  scope: string,
): string[] {
  const lines = spread(screen, formatNoun(page.total, 'document'), scope);
  const withReasons = reasons.size > 0;
  const data: TableData = {
    columns: [
      { title: 'document' },
      { title: 'name' },
      { title: 'status' },
      ...(withReasons
        ? [{ title: 'why' }]
        : [
            { title: 'app', drop: 1 },
            { title: 'components', align: 'right' as const, drop: 3 },
          ]),
      { title: 'format', drop: 2 },
      { title: 'size', align: 'right', drop: 5 },
      { title: 'recorded', drop: 4 },
    ],
    rows: page.items.map(item => {
      const bom = item.bom === null ? undefined : boms.get(item.bom);
      const middle = withReasons
        ? [briefly(reasons.get(item.id) ?? '')]
        : [briefly(bom?.appName ?? ''), bom?.counts.components ?? ''];
      const format = item.specVersion === null ? item.format : `${item.format} ${item.specVersion}`;
      const name = fitted(item.name.split('/').at(-1) ?? item.name, screen.width, 30, 60);
      return [
        item.sha256.slice(0, 8),
        name,
        statusCell(item.status),
        ...middle,
        format,
        formatBytes(item.size),
        formatDay(isoOf(item.recordedFrom)),
      ];
    }),
  };
  lines.push(...renderTable(screen, data));
  if (page.items.length < page.total) {
    lines.push(
      screen.paint(
        'dim',
        `  ${formatCount(page.items.length)} shown, newest first; --limit ${page.total} shows all.`,
      ),
    );
  }
  return lines;
}
