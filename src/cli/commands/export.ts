import { scopeOf } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { findingDocuments } from '../finding-output.ts';
import { judging } from '../judge.ts';
import { MIRROR_OPTION } from '../mirror.ts';
import { SCOPE_OPTIONS } from '../options.ts';

export const command = defineCommand({
  name: 'export',
  summary: 'write what is decided and stated of a release, for others to read',
  arguments: [],
  examples: [
    {
      line: 'larder export --vex openvex --app payments-api@4.2.0',
      about: 'all decisions on a release, to standard output',
    },
    {
      line: 'larder export --vex csaf --app payments-api@4.2.0 --namespace https://example.com',
      about: 'as CSAF, whose publisher has an address',
    },
  ],
  options: [
    {
      title: 'What is written',
      options: [
        {
          name: 'vex',
          value: 'FORMAT',
          choices: ['openvex', 'cyclonedx', 'csaf'],
          summary: 'openvex, cyclonedx or csaf; -o FORMAT=FILE writes to a file',
        },
        { name: 'app', value: 'APP@RELEASE', summary: 'the release it is on' },
        { name: 'all', summary: 'also what only advisories say, as affected' },
        MIRROR_OPTION,
      ],
    },
    {
      title: 'Who writes it',
      options: [
        { name: 'by', value: 'NAME', summary: 'the author (default: LARDER_USER, else the login name)' },
        { name: 'namespace', value: 'URI', summary: "the author's address, for CSAF" },
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['openvex', 'cyclonedx', 'csaf'],
  async run(context, _args, options) {
    const { audit, bomsOf } = await import('../../graph/findings/audit.ts');
    const { isStated } = await import('../../graph/findings/document.ts');
    const { thingOf } = await import('../../graph/things.ts');
    const { app, vex } = options;
    if (app === undefined) throw usage('export needs --app APP@RELEASE, as in --app payments-api@4.2.0');
    const scope = scopeOf({ ...options, all: false });
    await judging(context, options.mirror, async (store, base) => {
      const thing = await thingOf(store, app, scope);
      const { findings } = await audit(store, base, { thing, scope, now: context.now().getTime() });
      const documents = findingDocuments(context, store, 'vex', async () => ({
        ...options,
        boms: await bomsOf(store, thing, scope),
        findings: options.all ? findings : findings.filter(isStated),
      }));
      if (vex === undefined) await context.outputs.print({ table: () => [], documents });
      else await context.stdout.write(await documents[vex]());
    });
    return EXIT.ok;
  },
});
