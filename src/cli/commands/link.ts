import type { AssertionTarget } from '../../model/assertion.ts';
import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { SPEAKER_OPTIONS, say } from '../say.ts';

/** What documents speak of as a whole or as one entry. */
const LINKED: ReadonlySet<AssertionTarget['kind']> = new Set(['app', 'document', 'component']);

export const command = defineCommand({
  name: 'link',
  summary: 'say that a product holds an app, a document or a component',
  arguments: [
    { name: 'PRODUCT', summary: 'an app, APP@RELEASE, document, or DOCUMENT#REF' },
    { name: 'COMPONENT', summary: 'what is inside it: the same' },
  ],
  examples: [
    {
      line: "larder link router firmware --because 'shipped in flash, see the build sheet'",
      about: "a supplier's BOM inside a product",
    },
    { line: 'larder link router@2.1 3f9c41d2', about: 'one document inside one release' },
  ],
  options: [SPEAKER_OPTIONS],
  formats: ['table', 'json'],
  async run(context, [product = '', component = ''], options) {
    return say(context, 'link', options, async store => {
      const { targetOf } = await import('../../graph/targets.ts');
      const { EVERYTHING } = await import('../../store/scope.ts');
      const scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
      const outer = await targetOf(store, product, scope);
      const inner = await targetOf(store, component, scope);
      // What a package alone needs stands in no document: there would be nothing to join.
      for (const { target, text } of [outer, inner])
        if (!LINKED.has(target.kind))
          throw new CliError(
            'unreadable',
            `${text} is no app, document or component of one; name it as APP, APP@RELEASE, DOCUMENT or DOCUMENT#REF.`,
          );
      return {
        statements: [{ type: 'link', product: outer.target, component: inner.target }],
        sentence: `${outer.text} holds ${inner.text}`,
      };
    });
  },
});
