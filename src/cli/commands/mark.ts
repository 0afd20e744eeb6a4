import { defineCommand } from '../command.ts';
import { usage } from '../errors.ts';
import { SPEAKER_OPTIONS, say } from '../say.ts';

/** Marks that say it by themselves, and those that need a value. */
const PLAIN = ['good', 'bad', 'own', 'third-party'];
const VALUED = ['contact', 'deployed'];

export const command = defineCommand({
  name: 'mark',
  summary: 'say of a thing that it is good, bad, own, third-party, deployed, or whom to contact',
  arguments: [
    { name: 'THING', summary: 'an app, document, package, purl, DOCUMENT#REF or party:NAME' },
    { name: 'MARK', summary: `${PLAIN.join(', ')}, contact=..., deployed=...`, many: true },
  ],
  examples: [
    {
      line: 'larder mark payments-api deployed=production contact=payments@example.com',
      about: 'where it runs, who answers',
    },
    {
      line: "larder mark pkg:npm/left-pad@1.3.0 bad --because 'pulled from the registry'",
      about: 'a package to avoid',
    },
  ],
  options: [SPEAKER_OPTIONS],
  formats: ['table', 'json'],
  async run(context, [words = '', ...marks], options) {
    const parsed = marks.map(markFrom);
    return say(context, 'mark', options, async store => {
      const { targetOf } = await import('../../graph/targets.ts');
      const { EVERYTHING } = await import('../../store/scope.ts');
      const { target, text } = await targetOf(store, words, {
        ...EVERYTHING,
        includeSuperseded: true,
        includeRetired: true,
      });
      return {
        statements: parsed.map(({ mark, value }) => ({ type: 'mark', target, mark, value })),
        sentence: `${text} is ${marks.join(', ')}`,
      };
    });
  },
});

function markFrom(text: string): { readonly mark: string; readonly value: string | null } {
  const equals = text.indexOf('=');
  const mark = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? null : text.slice(equals + 1);
  if (PLAIN.includes(mark) && value === null) return { mark, value };
  if (VALUED.includes(mark) && value !== null && value !== '') return { mark, value };
  const known = [...PLAIN, ...VALUED.map(name => `${name}=...`)].join(', ');
  throw usage(`'${text}' is no mark; it is one of ${known}`);
}
