import { ask } from '../ask.ts';
import { defineCommand } from '../command.ts';
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
    const { readOriginal } = await import('../../ingest/cat.ts');
    const wide = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
    await ask(context, async store => {
      const { bytes } = await readOriginal(store, words.replace(/^sha256:/i, ''), wide);
      await context.stdout.write(bytes);
    });
    return EXIT.ok;
  },
});
