import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { formatDuration, formatNoun } from '../output/numbers.ts';

export const command = defineCommand({
  name: 'reindex',
  summary: 'rebuild everything derived from the documents, as after an upgrade',
  arguments: [],
  examples: [
    { line: 'larder reindex', about: 'read every document again with this version of larder' },
    { line: 'larder reindex --json', about: 'and tell a script how it went' },
  ],
  options: [],
  formats: ['table', 'json'],
  async run(context) {
    if (!context.store.exists) {
      throw new CliError(
        'no-store',
        `There is no larder at ${context.store.path}; larder add PATH makes one.`,
      );
    }
    const { reindex } = await import('../../ingest/reindex.ts');
    const { openSqliteStore } = await import('../../store/sqlite/open.ts');
    const started = context.now().getTime();
    const store = openSqliteStore(context.store.path, { mode: 'rebuild' });
    const progress = context.progress('reading', 'documents', (await store.maintenance.stats()).documents);
    try {
      const result = await reindex({ store, signal: context.signal, progress: () => progress.advance() });
      progress.done();
      await context.outputs.print({
        table: screen => [
          result.interrupted
            ? screen.paint('yellow', 'Interrupted; the larder is as it was.')
            : `${formatNoun(result.documents, 'document')} indexed anew in ${formatDuration(context.now().getTime() - started)}`,
          ...result.damaged.map(
            one => `  ${screen.paint('red', one.damage)}  ${one.name} (${one.sha256.slice(0, 12)})`,
          ),
        ],
        json: () => ({ schema: 'larder.reindex/1', ...result }),
      });
      if (result.interrupted) return EXIT.interrupted;
      return result.damaged.length > 0 ? EXIT.unreadable : EXIT.ok;
    } finally {
      progress.done();
      await store.close();
    }
  },
});
