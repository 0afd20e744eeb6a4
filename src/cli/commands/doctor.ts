import { messageOf } from '../../model/errors.ts';
import type { Fault } from '../../store/ports.ts';
import { ask } from '../ask.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { formatCount, formatNoun } from '../output/numbers.ts';

export const command = defineCommand({
  name: 'doctor',
  summary: 'check every digest and index of the larder against its documents',
  arguments: [],
  examples: [
    { line: 'larder doctor', about: 'examine the larder; nothing is changed' },
    { line: 'larder doctor --json', about: 'each fault with its document' },
  ],
  options: [],
  formats: ['table', 'json'],
  run: context => examine(context).catch(thrown => beyondRepair(context, thrown)),
});

async function examine(context: Context): Promise<number> {
  const { doctor } = await import('../../ingest/doctor.ts');
  return ask(context, async store => {
    const { documents } = await store.maintenance.stats();
    const progress = context.progress('checking', 'documents', documents);
    const faults: Fault[] = [];
    let examined = 0;
    const advance = (): void => {
      examined++;
      progress.advance();
    };
    try {
      for await (const fault of doctor({ store, progress: advance })) faults.push(fault);
    } finally {
      progress.done();
    }
    await context.outputs.print({
      table: screen => [
        faults.length === 0
          ? `${formatNoun(examined, 'document')} checked, ${screen.paint('green', 'no fault')}`
          : `${formatNoun(faults.length, 'fault')} in ${formatNoun(examined, 'document')}`,
        ...faults.slice(0, 50).map(fault => `  ${screen.paint('red', fault.code)}  ${fault.message}`),
        ...(faults.length > 50
          ? [screen.paint('dim', `  and ${formatCount(faults.length - 50)} more; --json lists them`)]
          : []),
      ],
      json: () => ({ schema: 'larder.doctor/1', documents: examined, faults }),
    });
    return faults.length === 0 ? EXIT.ok : EXIT.unreadable;
  });
}

/** Every other command sends its user here; here is what to do when this one cannot read the file either. */
async function beyondRepair(context: Context, thrown: unknown): Promise<never> {
  const { StoreError } = await import('../../store/errors.ts');
  if (!(thrown instanceof StoreError) || thrown.code !== 'damaged' || thrown.cause === undefined)
    throw thrown;
  throw new CliError(
    'unreadable',
    `The larder in ${context.store.path} is damaged so that it cannot be examined (${messageOf(thrown.cause)}); restore it from a backup, or move it away and add the documents again.`,
    thrown,
  );
}
