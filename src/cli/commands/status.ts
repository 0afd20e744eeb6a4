import type { Status } from '../../graph/status.ts';
import type { Scope } from '../../store/scope.ts';
import { ask, beforeFirst, isoOf, scopeOf, scopeText } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { MIRROR_OPTION } from '../mirror.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { formatText } from '../output/formats.ts';
import { formatBytes, formatCount, formatDuration, formatNoun } from '../output/numbers.ts';
import type { Screen } from '../output/screen.ts';
import { renderTable } from '../output/table.ts';
import { mirrorAge, newsJson, newsLines, type StatusNews, statusNews } from '../status-news.ts';

export const command = defineCommand({
  name: 'status',
  summary: 'what is newly affected, what to do first, and what this larder holds',
  arguments: [],
  examples: [
    { line: 'larder status', about: 'the same as larder alone' },
    { line: 'larder status --as-of 2026-01-31', about: 'what it held then' },
  ],
  options: [{ title: 'What is judged', options: [MIRROR_OPTION] }, SCOPE_OPTIONS],
  formats: ['table', 'json'],
  async run(context, _args, options) {
    const { status } = await import('../../graph/status.ts');
    const scope = scopeOf({ ...options, all: true });
    await ask(context, async store => {
      const unknown = await beforeFirst(store, scope);
      const found = await status(store, scope);
      const news = await statusNews(
        context,
        store,
        { ...scope, includeSuperseded: false, includeRetired: false },
        options.mirror,
      );
      await context.outputs.print({
        table: screen =>
          unknown === null ? table(screen, found, { location: context.store.path, scope }, news) : [unknown],
        json: () => ({
          schema: 'larder.status/1',
          ...json(found, context.store.path),
          ...newsJson(news),
        }),
      });
    });
    return EXIT.ok;
  },
});

function json(found: Status, location: string): object {
  return {
    ...found,
    location,
    unread: found.unread.map(document => ({ sha256: document.sha256, name: document.name })),
    firstRecorded: found.firstRecorded === null ? null : isoOf(found.firstRecorded),
    lastRecorded: found.lastRecorded === null ? null : isoOf(found.lastRecorded),
  };
}

function table(
  screen: Screen,
  found: Status,
  asked: { readonly location: string; readonly scope: Scope },
  news: StatusNews,
): string[] {
  const larder = `The larder in ${asked.location}`;
  if (found.firstRecorded === null)
    return [screen.paint(null, `${larder} is empty. larder add PATH takes evidence in.`)];
  if (found.documents === 0)
    return [
      screen.paint(null, `${larder} has no document that meets what is asked ${scopeText(asked.scope)}.`),
    ];
  const age =
    found.lastRecorded === null ? '' : `, last added ${formatDuration(news.now - found.lastRecorded)} ago`;
  const lines = [
    ...newsLines(screen, news),
    screen.paint(null, `${formatNoun(found.documents, 'document')}, ${formatBytes(found.bytes)}${age}`),
    screen.paint(
      null,
      `  ${formatNoun(found.apps, 'app')}, ${formatNoun(found.packages, 'package')}, ${formatNoun(found.components, 'component')}, ${formatNoun(found.dependencies, 'dependency', 'dependencies')}`,
    ),
  ];
  const formats = found.formats.map(({ format, versions, documents }) => {
    return [formatText(format, versions), formatCount(documents)];
  });
  lines.push(
    ...renderTable(screen, {
      columns: [{ title: 'format' }, { title: 'documents', align: 'right' }],
      rows: formats,
    }),
  );
  lines.push(...unreadLines(screen, found), mirrorAge(screen, news));
  lines.push(screen.paint('dim', 'next: larder apps, larder where PACKAGE, larder versions'));
  return lines;
}

function unreadLines(screen: Screen, found: Status): string[] {
  const lines: string[] = [];
  if (found.partial > 0) {
    lines.push(
      screen.paint(
        'yellow',
        `${formatCount(found.partial)} partial: odd parts left out    larder documents --status partial`,
      ),
    );
  }
  if (found.rejected > 0) {
    lines.push(
      screen.paint(
        'yellow',
        `${formatCount(found.rejected)} rejected: not readable, kept    larder documents --status rejected`,
      ),
    );
  }
  return lines.length > 0 ? lines : [screen.paint(null, 'Everything was read whole.')];
}
