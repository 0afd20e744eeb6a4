import { defineCommand } from '../command.ts';
import { CliError, usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { formatNoun } from '../output/numbers.ts';
import { change, speakerOf } from '../say.ts';

export const command = defineCommand({
  name: 'forget',
  summary: 'erase a document for good: bytes and facts; a tombstone stays',
  arguments: [{ name: 'DOCUMENT', summary: 'its SHA-256 or the first digits of it' }],
  examples: [
    {
      line: "larder forget 3f9c41d2 --reason 'contains personal data'",
      about: 'nothing of it remains but who, when and why',
    },
    { line: "larder forget 3f9c41d2 --reason 'wrong customer' --by alice", about: 'said in another name' },
  ],
  options: [
    {
      title: 'Why, and who says so',
      options: [
        { name: 'reason', value: 'TEXT', summary: 'kept in the tombstone; needed' },
        { name: 'by', value: 'NAME', summary: 'who says it (default: LARDER_USER, else the login name)' },
      ],
    },
  ],
  formats: ['table', 'json'],
  async run(context, [words = ''], options) {
    const reason = options.reason?.trim() ?? '';
    if (reason === '')
      throw usage(
        `forget needs --reason TEXT, as in: larder forget ${words} --reason 'contains personal data'`,
      );
    const digits = words.toLowerCase().replace(/^sha256:/, '');
    await change(context, async store => {
      const { EVERYTHING } = await import('../../store/scope.ts');
      const scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
      const record = /^[0-9a-f]{4,64}$/.test(digits) ? await store.documents.find(digits, scope) : null;
      if (record === null)
        throw new CliError(
          'unreadable',
          `There is no document '${words}' here; larder documents lists them.`,
        );
      const members = await store.documents.members(record.id, scope);
      const tombstone = await store.writer.forget(record.sha256, speakerOf(context, options.by), reason);
      const also = members.length > 0 ? ` and ${formatNoun(members.length, 'document')} in it` : '';
      await context.outputs.print({
        table: screen => [
          screen.paint(null, `${record.name}${also} is forgotten, says ${tombstone.who}: ${reason}.`),
          screen.paint(
            'dim',
            `  What stays is the digest ${record.sha256.slice(0, 12)}, so that it is not taken in again by mistake.`,
          ),
        ],
        json: () => ({
          schema: 'larder.forget/1',
          ...tombstone,
          when: new Date(tombstone.when).toISOString(),
          members: members.map(member => member.sha256),
        }),
      });
    });
    return EXIT.ok;
  },
});
