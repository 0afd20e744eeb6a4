import type { Judged } from '../../ingest/validate.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { formatNoun } from '../output/numbers.ts';
import type { Screen } from '../output/screen.ts';
import type { TableData } from '../output/table.ts';

const SHOWN = 20;

export const command = defineCommand({
  name: 'validate',
  summary: 'judge a document strictly by its specification, every fault with its place',
  arguments: [
    { name: 'FILE', summary: 'documents, archives of them, folders, globs; - is standard input', many: true },
  ],
  examples: [
    { line: 'larder validate sbom.cdx.json', about: 'valid, or what is wrong and where' },
    { line: 'larder validate sboms.zip --json', about: 'each document in it, for a script' },
  ],
  options: [
    {
      title: 'How much',
      options: [
        { name: 'limit', value: 'N', integer: true, summary: `faults shown per document (table: ${SHOWN})` },
      ],
    },
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'one of "documents"',
  async run(context, files, options) {
    const { validateFile } = await import('../../ingest/validate.ts');
    const judged: Judged[] = [];
    for (const file of files)
      for await (const one of bytesOf(context, file))
        for await (const document of validateFile(one.bytes, one.name)) judged.push(document);
    await context.outputs.print({
      table: screen => judged.flatMap(one => lines(screen, one, options.limit ?? SHOWN)),
      json: () => ({
        schema: 'larder.validate/1',
        valid: judged.every(one => one.valid === true),
        documents: judged,
      }),
      jsonl: () => judged,
      rows: () => rows(judged),
    });
    return judged.every(one => one.valid === true) ? EXIT.ok : EXIT.unreadable;
  },
});

/** Every file that a path names, by the name that it was typed as. */
async function* bytesOf(
  context: Context,
  typed: string,
): AsyncGenerator<{ readonly name: string; readonly bytes: Uint8Array }> {
  const { readFileBounded, readStreamBounded } = await import('../../io/read.ts');
  const { findFiles } = await import('../../io/walk.ts');
  if (typed === '-') {
    yield { name: typed, bytes: await readStreamBounded(context.stdin(), 'standard input') };
    return;
  }
  const root = context.resolve(typed);
  for await (const { path, error } of findFiles([root])) {
    if (error !== null) throw error;
    const name = path.startsWith(root) ? typed + path.slice(root.length) : path;
    yield { name, bytes: await readFileBounded(path) };
  }
}

function lines(
  screen: Screen,
  { name, format, specVersion, valid, faults }: Judged,
  limit: number,
): string[] {
  // `SPDX 2` of version 2.3 is SPDX 2.3.
  const title = specVersion === null ? format : (format?.replace(/ \d$/, '') ?? null);
  const what = [title, specVersion].filter(part => part !== null).join(' ');
  const said = what === '' ? '' : ` ${what}`;
  if (valid === null) return [screen.paint('yellow', `${name}: not judged. ${faults[0]?.message ?? ''}`)];
  const errors = faults.filter(fault => fault.severity === 'error').length;
  const notes = faults.length - errors;
  const remarks = notes === 0 ? '' : `, ${formatNoun(notes, 'remark')}`;
  const head = valid
    ? screen.paint('green', `${name}: valid${said}${remarks}`)
    : screen.paint('red', `${name}: invalid${said}, ${formatNoun(errors, 'fault')}${remarks}`);
  const shown = faults.slice(0, limit).map(fault => {
    const place =
      fault.at === null || fault.at === '' || fault.message.includes(fault.at) ? '' : `${fault.at}: `;
    return screen.paint(fault.severity === 'error' ? null : 'dim', `  ${place}${fault.message}`);
  });
  const more = faults.length - shown.length;
  return more > 0
    ? [head, ...shown, screen.paint('dim', `  and ${more} more; --limit ${faults.length} shows all.`)]
    : [head, ...shown];
}

function rows(judged: readonly Judged[]): TableData {
  const titles = ['file', 'format', 'version', 'valid', 'severity', 'code', 'at', 'message'];
  return {
    columns: titles.map(title => ({ title })),
    rows: judged.flatMap(one => {
      const start = [
        one.name,
        one.format,
        one.specVersion,
        one.valid === null ? 'not judged' : String(one.valid),
      ];
      return one.faults.length === 0
        ? [start]
        : one.faults.map(fault => [...start, fault.severity, fault.code, fault.at, fault.message]);
    }),
  };
}
