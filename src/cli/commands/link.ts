import { defineCommand } from '../command.ts';
import { SPEAKER_OPTIONS, say } from '../say.ts';

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
      return {
        statements: [{ type: 'link', product: outer.target, component: inner.target }],
        sentence: `${outer.text} holds ${inner.text}`,
      };
    });
  },
});
