import type { MirrorState } from '../../advisories/mirror/mirror.ts';
import type { PlannedFeed, UpdateResult, UpdateStep } from '../../advisories/mirror/update.ts';
import { changeLines } from '../change-lines.ts';
import type { OptionValues } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError, usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { locateMirror, MIRROR_OPTION } from '../mirror.ts';
import type { ChangeRows } from '../mirror-news.ts';
import { formatBytes, formatCount, formatDuration, formatNoun } from '../output/numbers.ts';
import type { Progress } from '../output/progress.ts';
import type { Screen } from '../output/screen.ts';

const OPTIONS = [
  {
    title: 'Where from',
    options: [
      {
        name: 'from',
        value: 'URL|FOLDER|FILE',
        multiple: true,
        summary: 'a bucket, a CSAF provider, a feed, or files (default: OSV, KEV, EPSS)',
      },
      {
        name: 'ecosystem',
        value: 'NAME',
        multiple: true,
        summary: 'only this OSV ecosystem, as in npm; may be repeated',
      },
      {
        name: 'for',
        value: 'PATH|larder',
        summary: 'only what this source tree, or the larder, has packages of',
      },
      MIRROR_OPTION,
    ],
  },
] as const;

export const command = defineCommand({
  name: 'mirror',
  summary: 'keep advisories at hand: update the offline mirror, or tell its state',
  arguments: [{ name: 'ACTION', summary: 'update or status', optional: true }],
  examples: [
    {
      line: 'larder mirror update --for larder',
      about: 'what the packages of the larder need, KEV and EPSS',
    },
    { line: 'larder mirror status', about: 'what it holds and how old it is' },
  ],
  options: OPTIONS,
  formats: ['table', 'json'],
  stopsSafely: true,
  async run(context, [action = 'status'], options) {
    if (action === 'update') return update(context, options);
    if (action === 'status') return status(context, options);
    throw usage(`larder mirror takes update or status, not '${action}'`);
  },
});

async function update(context: Context, options: OptionValues<typeof OPTIONS>): Promise<number> {
  const { Mirror } = await import('../../advisories/mirror/mirror.ts');
  const { updateMirror } = await import('../../advisories/mirror/update.ts');
  const { watchingLarder } = await import('../mirror-news.ts');
  const started = context.now().getTime();
  const ecosystems = await wantedEcosystems(context, options);
  const path = locateMirror(context, options.mirror, 'update');
  const mirror = Mirror.open(path, { create: true });
  const steps = new Steps(context);
  try {
    const news = await watchingLarder(context, path, mirror.epoch === 0);
    const result = await updateMirror(mirror, {
      from: options.from.map(source => (/^https?:\/\//.test(source) ? source : context.resolve(source))),
      ecosystems,
      demanded: options.ecosystem,
      now: started,
      http: { offline: context.offline, signal: context.signal },
      onProgress: step => steps.show(step),
      ...(options.for === undefined ? {} : { onPlan: feeds => tellPlan(context, steps, feeds) }),
    });
    steps.done();
    const state = mirror.state();
    const changes = await news();
    await context.outputs.print({
      table: screen => [
        ...updated(result, state, context.now().getTime() - started),
        ...(changes === null ? [] : changed(screen, changes)),
      ],
      json: () => ({
        schema: 'larder.mirror/1',
        update: result,
        ...(changes === null ? {} : { larder: changes }),
        ...stateJson(state, context.now().getTime()),
      }),
    });
    const { keepFindingsOfLarder } = await import('../keep-findings.ts');
    await keepFindingsOfLarder(context, options.mirror);
    return faultsOf(result).length > 0 ? EXIT.unreadable : EXIT.ok;
  } finally {
    steps.done();
    mirror.close();
  }
}

async function wantedEcosystems(
  context: Context,
  options: OptionValues<typeof OPTIONS>,
): Promise<readonly string[] | null> {
  if (options.for === undefined) return options.ecosystem.length > 0 ? options.ecosystem : null;
  const { ecosystemsFor } = await import('../mirror-for.ts');
  const found = await ecosystemsFor(context, options.for);
  const all = [...new Set([...found, ...options.ecosystem])];
  if (all.length === 0)
    throw new CliError(
      'unreadable',
      `${options.for} has no package of an ecosystem with advisories; name one with --ecosystem.`,
    );
  return all;
}

/** What is to come, before it is fetched: on stderr, so that ^C can still stop it and scripts keep their answer. */
async function tellPlan(context: Context, steps: Steps, feeds: readonly PlannedFeed[]): Promise<void> {
  steps.done();
  const sizes = feeds.map(
    ({ feed, files, bytes }) =>
      `${feed.replace(/^osv:/, '').replace(/^.*\//, '')} ${bytes === null ? formatNoun(files, 'file') : formatBytes(bytes)}`,
  );
  const known = feeds.reduce((all, { bytes }) => all + (bytes ?? 0), 0);
  const total =
    feeds.length === 0 ? 'nothing changed since the last update' : `${formatBytes(known)} to fetch`;
  await context.stderr.write(`${total}${sizes.length === 0 ? '' : `: ${sizes.join(', ')}`}\n`);
}

function changed(screen: Screen, changes: ChangeRows): string[] {
  const { affected, cleared } = changes;
  if (affected.length + cleared.length === 0) return ['nothing in the larder is newly affected or cleared'];
  return [
    `${formatCount(affected.length)} newly affected, ${formatCount(cleared.length)} newly cleared in the larder`,
    ...changeLines(screen, changes),
  ];
}

async function status(context: Context, options: OptionValues<typeof OPTIONS>): Promise<number> {
  const { Mirror } = await import('../../advisories/mirror/mirror.ts');
  const mirror = Mirror.open(locateMirror(context, options.mirror));
  try {
    const state = mirror.state();
    const now = context.now().getTime();
    await context.outputs.print({
      table: () => described(state, now),
      json: () => ({ schema: 'larder.mirror/1', ...stateJson(state, now) }),
    });
    return EXIT.ok;
  } finally {
    mirror.close();
  }
}

function updated(result: UpdateResult, state: MirrorState, milliseconds: number): string[] {
  const records = result.added + result.changed + result.unchanged;
  const lines = [
    result.files === 0
      ? `nothing changed since the last update, as the servers say (asked in ${formatDuration(milliseconds)})`
      : `${formatNoun(records, 'record')} from ${formatNoun(result.files, 'file')}, ${formatBytes(result.bytes)}, in ${formatDuration(milliseconds)}: ` +
        `${formatCount(result.added)} new, ${formatCount(result.changed)} changed, ${formatCount(result.unchanged)} as before`,
  ];
  const faults = faultsOf(result);
  if (faults.length > 0) {
    lines.push(`${formatNoun(faults.length, 'file')} could not be read:`);
    for (const one of faults.slice(0, 5)) lines.push(`  ${one.message}`);
    if (faults.length > 5) lines.push(`  and ${faults.length - 5} more; --json lists them`);
  }
  const others = result.unreadable.length - faults.length;
  if (others > 0) lines.push(`${formatNoun(others, 'file')} passed over: no advisories (--json lists them)`);
  lines.push(
    `the mirror holds ${formatNoun(state.advisories, 'advisory', 'advisories')}, ${formatNoun(state.kev, 'KEV entry', 'KEV entries')}, ${formatNoun(state.epss, 'EPSS score')}`,
  );
  return lines;
}

/** What should have been read and was not; files that are no advisories at all are not among them. */
function faultsOf(result: UpdateResult): UpdateResult['unreadable'] {
  return result.unreadable.filter(one => one.severity === 'error');
}

function described(state: MirrorState, now: number): string[] {
  const age = state.updated === null ? 'never updated' : `updated ${formatDuration(now - state.updated)} ago`;
  return [
    `${state.path}: ${age}, epoch ${state.epoch}`,
    `${formatNoun(state.advisories, 'advisory', 'advisories')} (${formatNoun(state.revisions, 'revision')} kept), ${formatNoun(state.kev, 'KEV entry', 'KEV entries')}, ${formatNoun(state.epss, 'EPSS score')}`,
    ...state.feeds.map(
      feed =>
        `  ${feed.name}  ${formatNoun(feed.records, 'record')}, ${formatDuration(now - feed.updated)} ago`,
    ),
  ];
}

function stateJson(state: MirrorState, now: number): object {
  return { mirror: { ...state, age: state.updated === null ? null : now - state.updated } };
}

/** One progress line per kind of step. */
class Steps {
  readonly #context: Context;
  #doing: UpdateStep['doing'] | null = null;
  #progress: Progress | null = null;
  #shown = 0;
  #file: string | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  show(step: UpdateStep): void {
    if (step.bytes !== undefined) return this.#showBytes(step.what, step.bytes);
    if (this.#doing !== step.doing || step.done === 0) {
      this.done();
      this.#doing = step.doing;
      this.#shown = 0;
      this.#progress = this.#context.progress(step.doing, 'files', step.total);
    }
    this.#progress?.advance(step.done - this.#shown);
    this.#shown = step.done;
  }

  /** A file that is being fetched, in kilobytes: one of a hundred megabytes takes its time. */
  #showBytes(what: string, bytes: number): void {
    const kilobytes = Math.floor(bytes / 1000);
    if (this.#file !== what) {
      this.done();
      this.#file = what;
      this.#doing = null;
      this.#shown = 0;
      this.#progress = this.#context.progress(`fetching ${what}`, 'KB', null);
    }
    this.#progress?.advance(kilobytes - this.#shown);
    this.#shown = kilobytes;
  }

  done(): void {
    this.#file = null;
    this.#progress?.done();
    this.#progress = null;
  }
}
