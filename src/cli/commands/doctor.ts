import type { Fault } from '../../store/ports.ts';
import { ask } from '../ask.ts';
import { defineCommand } from '../command.ts';
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
  async run(context) {
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
  },
});
