import type { BeliefSource } from '../../trust/belief.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
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
  options: [
    {
      title: 'What',
      options: [
        {
          name: 'trust',
          summary: 'only judge signatures again, after the trust policy or the roots changed',
        },
      ],
    },
  ],
  formats: ['table', 'json'],
  stopsSafely: true,
  async run(context, _, options) {
    if (!context.store.exists) {
      throw new CliError(
        'no-store',
        `There is no larder at ${context.store.path}; larder add PATH makes one.`,
      );
    }
    const { policyPath } = await import('../../trust/policy-file.ts');
    const belief = { policyPath: policyPath(context.store.path), now: context.now().getTime() };
    if (options.trust) return judgeAgain(context, belief);
    const { reindex } = await import('../../ingest/reindex.ts');
    const { openSqliteStore } = await import('../../store/sqlite/open.ts');
    const started = context.now().getTime();
    const store = openSqliteStore(context.store.path, { mode: 'rebuild' });
    const progress = context.progress('reading', 'documents', (await store.maintenance.stats()).documents);
    try {
      const result = await reindex({
        store,
        belief,
        signal: context.signal,
        progress: () => progress.advance(),
      });
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
      const { keepFindings } = await import('../keep-findings.ts');
      await keepFindings(context, store, undefined);
      return result.damaged.length > 0 ? EXIT.unreadable : EXIT.ok;
    } finally {
      progress.done();
      await store.close();
    }
  },
});

async function judgeAgain(context: Context, belief: BeliefSource): Promise<number> {
  const { rejudge } = await import('../../ingest/rejudge.ts');
  const { openSqliteStore } = await import('../../store/sqlite/open.ts');
  const store = openSqliteStore(context.store.path, { mode: 'write' });
  const progress = context.progress('judging', 'documents', (await store.maintenance.stats()).documents);
  try {
    const { documents, changed, interrupted } = await rejudge(store, belief, context.signal, () =>
      progress.advance(),
    );
    progress.done();
    await context.outputs.print({
      table: () => [
        `${formatNoun(documents, 'document')} judged again, ${formatNoun(changed, 'verdict')} changed`,
      ],
      json: () => ({ schema: 'larder.reindex/1', documents, damaged: [], changed, interrupted }),
    });
    return interrupted ? EXIT.interrupted : EXIT.ok;
  } finally {
    progress.done();
    await store.close();
  }
}
