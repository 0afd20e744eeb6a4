import { ask, beforeFirst, scopeOf } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { shownJson } from '../show-json.ts';
import { shownLines } from '../show-lines.ts';

export const command = defineCommand({
  name: 'show',
  summary: 'all that is known of an app, document, package or digest',
  arguments: [{ name: 'THING', summary: 'an app, APP@RELEASE, document, package, purl or digest' }],
  examples: [
    { line: 'larder show payments-api', about: 'its releases, whose parts it has, whom to contact' },
    { line: 'larder show 3f9c41d2', about: 'one document: what was odd in it, what it is about' },
  ],
  options: [SCOPE_OPTIONS],
  formats: ['table', 'json'],
  async run(context, [words = ''], options) {
    const { show } = await import('../../graph/show.ts');
    const scope = { ...scopeOf({ ...options, all: false }), includeRetired: true };
    await ask(context, async store => {
      const unknown = await beforeFirst(store, scope);
      if (unknown !== null) throw new CliError('unreadable', unknown);
      const shown = await show(store, words, scope);
      await context.outputs.print({
        table: screen => shownLines(screen, shown, scope),
        json: () => ({ schema: 'larder.show/1', ...shownJson(shown, scope) }),
      });
    });
    return EXIT.ok;
  },
});
