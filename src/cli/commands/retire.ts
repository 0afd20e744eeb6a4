import { defineCommand } from '../command.ts';
import { usage } from '../errors.ts';
import { SPEAKER_OPTIONS, say } from '../say.ts';

export const command = defineCommand({
  name: 'retire',
  summary: 'leave an app or release out of answers from now on; its evidence stays',
  arguments: [{ name: 'APP', summary: 'an app, APP@RELEASE or a document' }],
  examples: [
    { line: 'larder retire payments-api@4.1.0', about: 'a release that runs nowhere any more' },
    { line: 'larder retire payments-api@4.1.0 --undo', about: 'it is back' },
  ],
  options: [{ title: 'Which way', options: [{ name: 'undo', summary: 'bring it back' }] }, SPEAKER_OPTIONS],
  formats: ['table', 'json'],
  async run(context, [words = ''], options) {
    return say(context, 'retire', options, async store => {
      const { targetOf } = await import('../../graph/targets.ts');
      const { bomsOf, thingOf } = await import('../../graph/things.ts');
      const { EVERYTHING } = await import('../../store/scope.ts');
      const scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
      const thing = await thingOf(store, words, scope);
      // Refuses a release that the app has not got.
      await bomsOf(store, thing, scope);
      const { target, text } = await targetOf(store, words, scope);
      if (target.kind !== 'app' && target.kind !== 'document')
        throw usage(`retire takes an app, APP@RELEASE or a document, not '${words}'`);
      return {
        statements: [{ type: 'retire', target, retired: !options.undo }],
        sentence: options.undo ? `${text} is back` : `${text} is retired`,
      };
    });
  },
});
