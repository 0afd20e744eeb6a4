import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';

export const command = defineCommand({
  name: 'init',
  summary: 'write a commented larder.toml and a workflow that scans in CI',
  arguments: [{ name: 'FOLDER', summary: 'where (default: this folder)', optional: true }],
  examples: [
    { line: 'larder init', about: 'larder.toml and .github/workflows/larder.yml here' },
    { line: 'larder init services/api', about: 'in another folder' },
  ],
  options: [],
  formats: ['table'],
  async run(context, [folder = '.']) {
    const { writeStarters } = await import('../../scan/init.ts');
    const written = await writeStarters(context.resolve(folder));
    await context.outputs.print({
      table: screen => [
        ...written.map(({ path, isNew }) =>
          isNew
            ? `wrote ${screen.paint(null, path)}`
            : `kept ${screen.paint(null, path)}, which is there already`,
        ),
        'next: larder scan .',
      ],
    });
    return EXIT.ok;
  },
});
