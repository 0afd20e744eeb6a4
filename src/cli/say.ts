import type { Assertion, Statement } from '../model/assertion.ts';
import type { Store } from '../store/ports.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit.ts';
import { keepFindings } from './keep-findings.ts';

/** For every verb by which a user states something. */
export const SPEAKER_OPTIONS = {
  title: 'Who says so, and why',
  options: [
    { name: 'because', value: 'TEXT', summary: 'the reason, kept with the statement' },
    { name: 'by', value: 'NAME', summary: 'who says it (default: LARDER_USER, else the login name)' },
  ],
} as const;

interface Speaker {
  readonly because: string | undefined;
  readonly by: string | undefined;
}

/** What is to be said, and the sentence that tells it back. */
export interface Saying {
  readonly statements: readonly Statement[];
  readonly sentence: string;
  /** What would make the statement worth more. */
  readonly remarks?: readonly string[];
}

/** Opens the larder of this run for writing, works, and closes it. @throws CliError `no-store` where there is none */
export async function change<T>(context: Context, work: (store: Store) => Promise<T>): Promise<T> {
  if (!context.store.exists) {
    throw new CliError('no-store', `There is no larder at ${context.store.path}; larder add PATH makes one.`);
  }
  const { openSqliteStore } = await import('../store/sqlite/open.ts');
  const store = openSqliteStore(context.store.path, { mode: 'write' });
  try {
    const result = await work(store);
    await keepFindings(context, store, undefined);
    return result;
  } finally {
    await store.close();
  }
}

/** Keeps what a user states as an assertion document, and tells it back. */
export async function say(
  context: Context,
  verb: string,
  options: Speaker,
  make: (store: Store) => Promise<Saying>,
): Promise<number> {
  const { ASSERTION_SCHEMA } = await import('../model/assertion.ts');
  const { assertionIntake } = await import('../ingest/batch.ts');
  await change(context, async store => {
    const { statements, sentence, remarks = [] } = await make(store);
    const who = speakerOf(context, options.by);
    const because = options.because ?? null;
    const assertion: Assertion = {
      schema: ASSERTION_SCHEMA,
      who,
      when: context.now().toISOString(),
      because,
      statements,
    };
    const [written] = await store.writer.write([assertionIntake(assertion)]);
    const document = written?.sha256 ?? '';
    await context.outputs.print({
      table: screen => [
        screen.paint(null, `${sentence}, says ${who}.`),
        screen.paint(
          'dim',
          `  kept as document ${document.slice(0, 8)}${because === null ? '; --because TEXT keeps a reason with it' : ''}`,
        ),
        ...remarks.map(remark => screen.paint('yellow', `  ${remark}`)),
      ],
      json: () => ({ schema: `larder.${verb}/1`, document, who, when: assertion.when, because, statements }),
    });
  });
  return EXIT.ok;
}

/** The user's name for what they say: `--by`, LARDER_USER, else the login name. */
export function speakerOf(context: Context, by: string | undefined): string {
  return by ?? (context.env['LARDER_USER'] || context.loginName() || 'unknown');
}
