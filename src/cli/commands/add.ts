import type { AddOptions } from '../../ingest/add.ts';
import type { AddEvent, AddProgress, AddResult, AddSummary } from '../../ingest/result.ts';
import type { Said } from '../../ingest/said.ts';
import type { Store } from '../../store/ports.ts';
import { defineCommand, type OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { formatText } from '../output/formats.ts';
import { formatBytes, formatCount, formatDuration, formatNoun } from '../output/numbers.ts';
import type { Progress } from '../output/progress.ts';
import type { Screen } from '../output/screen.ts';
import { clean } from '../output/text.ts';
import { SPEAKER_OPTIONS, speakerOf } from '../say.ts';

const OPTIONS = [
  {
    title: 'Where they belong',
    options: [
      { name: 'app', value: 'NAME', summary: 'the app that all of them are about' },
      { name: 'release', value: 'VERSION', summary: 'the release of it' },
      { name: 'branch', value: 'NAME', summary: 'the branch, for builds without a version' },
      { name: 'label', value: 'KEY=VALUE', multiple: true, summary: 'a label to ask by; may be repeated' },
      { name: 'map', value: 'FILE', summary: 'a mapping file, in the form of .larder/apps.toml' },
    ],
  },
  {
    title: 'How',
    options: [
      { name: 'watch', summary: 'stay, and add what comes into the folders' },
      {
        name: 'workers',
        value: 'N',
        integer: true,
        summary: 'reader threads (default: one per core but one)',
      },
      { name: 'allow-partial', summary: 'exit 0 also when something could not be read' },
    ],
  },
  SPEAKER_OPTIONS,
] as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  name: 'add',
  summary: 'take evidence into the larder: SBOMs and other documents',
  arguments: [{ name: 'PATH', summary: 'files, folders, globs, archives; - is standard input', many: true }],
  examples: [
    { line: 'larder add samples', about: 'everything in a folder' },
    { line: 'larder add samples --label team=payments', about: 'with a label to ask by' },
  ],
  options: OPTIONS,
  formats: ['table', 'json', 'jsonl'],
  jsonl: 'one of "documents", the last the "summary"',
  stopsSafely: true,
  async run(context, paths, options) {
    if (paths.length === 0) throw usage('larder add needs a file, a folder or - to add');
    const { addPaths } = await import('../../ingest/add.ts');
    const { openSqliteStore } = await import('../../store/sqlite/open.ts');
    const { policyPath } = await import('../../trust/policy-file.ts');
    // A wrong option, mapping or path must not leave an empty larder behind.
    const [said, mapping] = [saidFrom(options), await mappingOf(context, options.map)];
    const saying =
      mapping.rules.length + said.labels.length > 0 ||
      [said.app, said.release, said.branch].some(one => one !== null);
    const named = paths.map(path => (path === '-' ? path : shown(context, path)));
    if (!context.store.exists && !options['allow-partial']) await somethingToAdd(named);
    const store = openSqliteStore(context.store.path, { mode: 'create' });
    const report = new Report(context, saying, store);
    try {
      const run = {
        store,
        paths: named,
        leaveOut: context.outputs.files.map(context.resolve),
        stdin: context.stdin,
        signal: context.signal,
        who: speakerOf(context, options.by),
        because: options.because ?? null,
        said,
        mapping,
        workers: options.workers === 0 ? undefined : options.workers,
        belief: {
          policyPath: policyPath(context.store.path),
          now: context.now().getTime(),
          app: said.app,
          mapping,
        },
      };
      for await (const event of options.watch ? persistent(context, run) : addPaths(run)) {
        if (event.type === 'document') await report.document(event.result);
        else if (event.type === 'progress') report.progress(event.progress);
        else await report.summary(event.summary);
      }
      const { keepFindings } = await import('../keep-findings.ts');
      await keepFindings(context, store, undefined);
      return await report.exit(options);
    } finally {
      report.done();
      await store.close();
    }
  },
});

/** A watch is there to stay: where another process writes for long, it says so and begins anew. What is in the larder already is soon known again. */
async function* persistent(context: Context, run: AddOptions): AsyncGenerator<AddEvent> {
  const { watchPaths } = await import('../../ingest/watch.ts');
  const { StoreError } = await import('../../store/errors.ts');
  for (;;) {
    const attempt = new AbortController();
    try {
      yield* watchPaths({ ...run, signal: AbortSignal.any([context.signal, attempt.signal]) });
      return;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'busy') || context.signal.aborted) throw error;
      await context.stderr.write(`larder: ${clean(error.message)} Trying again.\n`);
    } finally {
      // The watchers of an attempt that failed would be there to the end.
      attempt.abort();
    }
  }
}

/** Paths stay as typed where the run stands in the folder they were typed in, so that answers name them as people do. */
function shown(context: Context, path: string): string {
  return context.cwd === process.cwd() ? path : context.resolve(path);
}

/** @throws IoError when no path leads to any file; an empty folder is something that may be filled */
async function somethingToAdd(paths: readonly string[]): Promise<void> {
  const { findFiles } = await import('../../io/walk.ts');
  let fault: Error | null = null;
  for await (const { error } of findFiles(paths)) {
    if (error === null) return;
    fault ??= error;
  }
  if (fault !== null) throw fault;
}

function saidFrom(options: Options): Said {
  const labels = options.label.map(text => {
    const equals = text.indexOf('=');
    if (equals < 1) throw usage(`--label takes KEY=VALUE, not '${text}'`);
    return { key: text.slice(0, equals), value: text.slice(equals + 1) };
  });
  return {
    app: options.app ?? null,
    release: options.release ?? null,
    branch: options.branch ?? null,
    labels,
  };
}

async function mappingOf(
  context: Context,
  file: string | undefined,
): Promise<import('../../ingest/said.ts').Mapping> {
  const { ownMapping, readMapping } = await import('../../ingest/said.ts');
  const own = await ownMapping(context.store.path);
  if (file === undefined) return own;
  const given = await readMapping(context.resolve(file));
  return { rules: [...given.rules, ...own.rules] };
}

/** How many refused documents are told one by one; all of them are in the larder or in -o jsonl. */
const TOLD = 10;

/** Prints a run as it goes: lines for scripts, a progress line and one summary for people. */
class Report {
  readonly #context: Context;
  readonly #saying: boolean;
  readonly #store: Store;
  readonly #documents: AddResult[] = [];
  readonly #refused: AddResult[] = [];
  #progress: Progress | null = null;
  #shown = 0;
  #summary: AddSummary | null = null;
  /** Of this round; the exit code is of all rounds. */
  #refusals = 0;
  #anyRefused = false;

  /** @param saying whether the user says where documents belong */
  constructor(context: Context, saying: boolean, store: Store) {
    this.#context = context;
    this.#saying = saying;
    this.#store = store;
  }

  async document(added: AddResult): Promise<void> {
    const refused = isRefused(added);
    const result = refused ? await this.#withReason(added) : added;
    await this.#context.outputs.line(result);
    if (this.#context.outputs.wants('json')) this.#documents.push(result);
    if (!refused) return;
    this.#refusals++;
    this.#anyRefused = true;
    if (this.#refused.length < TOLD) this.#refused.push(result);
  }

  /** What is known is not read again; why it was refused is in the larder. */
  async #withReason(result: AddResult): Promise<AddResult> {
    if (result.status !== 'duplicate' || result.sha256 === null) return result;
    const { EVERYTHING } = await import('../../store/scope.ts');
    const all = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };
    const { documents } = this.#store;
    const document = await documents.find(result.sha256, all);
    return document === null ? result : { ...result, diagnostics: await documents.diagnostics(document.id) };
  }

  progress(progress: AddProgress): void {
    this.#progress ??= this.#context.progress('reading', 'files', progress.filesTotal);
    if (progress.filesTotal !== null) this.#progress.total(progress.filesTotal);
    this.#progress.advance(progress.files - this.#shown);
    this.#shown = progress.files;
  }

  async summary(summary: AddSummary): Promise<void> {
    this.done();
    this.#shown = 0;
    this.#summary = summary;
    await this.#context.outputs.line({ summary });
    const refused = this.#refused.splice(0);
    const documents = this.#documents.splice(0);
    const refusals = this.#refusals;
    this.#refusals = 0;
    await this.#context.outputs.print({
      table: screen => table(screen, summary, refused, refusals, this.#saying),
      json: () => ({ schema: 'larder.add/1', documents, summary }),
    });
  }

  async exit({ watch, 'allow-partial': allowPartial }: Options): Promise<number> {
    if (this.#context.signal.aborted) {
      // A watch ends so, and no other way.
      if (this.#summary?.interrupted !== true && !watch)
        await this.#context.stderr.write(
          'larder: Interrupted when every document was in the larder; findings are judged when they are asked for.\n',
        );
      return EXIT.interrupted;
    }
    return this.#anyRefused && !allowPartial ? EXIT.unreadable : EXIT.ok;
  }

  done(): void {
    this.#progress?.done();
    this.#progress = null;
  }
}

/** What could not be understood, now or when it came first: a second try of the same must not turn red to green. */
function isRefused(result: AddResult): boolean {
  const status = result.known ?? result.status;
  return status === 'rejected' || (status === 'partial' && result.kind === 'container');
}

function refusedLine(screen: Screen, { path, status, diagnostics }: AddResult): string {
  const why = diagnostics.find(one => one.severity === 'error') ?? diagnostics[0];
  const before = status === 'duplicate' ? 'known, refused before: ' : '';
  const message = why?.message ?? 'rejected';
  // A sentence about the file as a whole names its path itself.
  if (before === '' && message.startsWith(path))
    return `  ${screen.paint('yellow', path)}${screen.paint(null, message.slice(path.length))}`;
  return `  ${screen.paint('yellow', path)}: ${screen.paint(null, before + message)}`;
}

function table(
  screen: Screen,
  summary: AddSummary,
  refused: readonly AddResult[],
  refusals: number,
  saying: boolean,
): string[] {
  const { larder } = summary;
  const lines = [
    `${formatNoun(summary.documents, 'document')}, ${formatBytes(summary.bytes)}, in ${formatDuration(summary.milliseconds)}`,
  ];
  const rows: [count: number, what: string, note: string][] = [
    [summary.accepted, 'accepted', formatsText(summary)],
    [summary.partial, 'partial', 'odd parts kept with a note    larder documents --status partial'],
    [summary.rejected, 'rejected', 'not what they claim, kept     larder documents --status rejected'],
    [summary.unreadable, 'unreadable', 'no bytes could be had'],
    [
      summary.duplicates,
      'known',
      saying ? 'the larder had them; what you say of them holds now' : 'the larder had them, nothing changed',
    ],
    [summary.forgotten, 'forgotten', 'erased on purpose before, not taken again'],
  ];
  const width = formatCount(Math.max(...rows.map(([count]) => count))).length;
  for (const [count, what, note] of rows) {
    if (count > 0)
      lines.push(
        `  ${formatCount(count).padStart(width)} ${what.padEnd(10)}  ${screen.paint('dim', note)}`.trimEnd(),
      );
  }
  for (const one of refused) lines.push(refusedLine(screen, one));
  if (refusals > refused.length)
    lines.push(screen.paint('dim', `  and ${formatCount(refusals - refused.length)} more`));
  if (summary.interrupted)
    lines.push(screen.paint('yellow', 'Interrupted. What was accepted is kept; the same command goes on.'));
  lines.push(
    `${formatNoun(larder.apps, 'app')}, ${formatNoun(larder.packages, 'package')}, ${formatNoun(larder.dependencies, 'dependency', 'dependencies')} in the larder.`,
  );
  return lines;
}

/** `CycloneDX 1.2-1.7 (561), SPDX 2.2 (2,384)`: the most frequent first, the rest counted together. */
function formatsText(summary: AddSummary): string {
  const byFormat = new Map<string, { versions: string[]; documents: number }>();
  for (const { format, specVersion, documents } of summary.formats) {
    const entry = byFormat.get(format) ?? { versions: [], documents: 0 };
    if (specVersion !== null) entry.versions.push(specVersion);
    entry.documents += documents;
    byFormat.set(format, entry);
  }
  const texts = [...byFormat].map(
    ([format, { versions, documents }]) => `${formatText(format, versions)} (${formatCount(documents)})`,
  );
  return texts.slice(0, 5).join(', ') + (texts.length > 5 ? ', ...' : '');
}
