import { ask } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit.ts';

export const command = defineCommand({
  name: 'cat',
  summary: 'the original bytes of a document, exactly',
  arguments: [{ name: 'DOCUMENT', summary: 'its SHA-256 or the first digits of it' }],
  examples: [
    { line: 'larder cat 3f9c41d2 > sbom.json', about: 'one document, byte for byte' },
    { line: 'larder cat 3f9c41d2 | sha256sum', about: 'the digest that names it' },
  ],
  options: [],
  formats: [],
  async run(context, [words = '']) {
    const { EVERYTHING } = await import('../../store/scope.ts');
    await ask(context, async store => {
      const digits = words.toLowerCase().replace(/^sha256:/, '');
      const wide = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
      const record = /^[0-9a-f]{4,64}$/.test(digits) ? await store.documents.find(digits, wide) : null;
      if (record === null) {
        const tombstone = digits.length === 64 ? await store.documents.tombstone(digits) : null;
        if (tombstone !== null) {
          const day = new Date(tombstone.when).toISOString().slice(0, 10);
          throw new CliError(
            'unreadable',
            `${digits.slice(0, 12)} was forgotten on ${day} by ${tombstone.who}: ${tombstone.reason}`,
          );
        }
        throw new CliError(
          'unreadable',
          `There is no document '${words}' here; larder documents lists them.`,
        );
      }
      const bytes = await store.bytes.read(record.sha256);
      if (bytes === null)
        throw new CliError(
          'unreadable',
          `The bytes of ${record.sha256} are not in the larder; run larder doctor.`,
        );
      await context.stdout.write(bytes);
    });
    return EXIT.ok;
  },
});
