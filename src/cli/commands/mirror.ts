import type { MirrorState } from '../../advisories/mirror/mirror.ts';
import type { UpdateResult, UpdateStep } from '../../advisories/mirror/update.ts';
import type { OptionValues } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { locateMirror, MIRROR_OPTION } from '../mirror.ts';
import { formatBytes, formatCount, formatDuration, formatNoun } from '../output/numbers.ts';
import type { Progress } from '../output/progress.ts';

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
      line: 'larder mirror update --ecosystem npm --ecosystem PyPI',
      about: 'fetch two ecosystems, KEV and EPSS',
    },
    { line: 'larder mirror status', about: 'what it holds and how old it is' },
  ],
  options: OPTIONS,
  formats: ['table', 'json'],
  async run(context, [action = 'status'], options) {
    if (action === 'update') return update(context, options);
    if (action === 'status') return status(context, options);
    throw usage(`larder mirror takes update or status, not '${action}'`);
  },
});

async function update(context: Context, options: OptionValues<typeof OPTIONS>): Promise<number> {
  const { Mirror } = await import('../../advisories/mirror/mirror.ts');
  const { updateMirror } = await import('../../advisories/mirror/update.ts');
  const started = context.now().getTime();
  const mirror = Mirror.open(locateMirror(context, options.mirror, 'update'), { create: true });
  const steps = new Steps(context);
  try {
    const result = await updateMirror(mirror, {
      from: options.from.map(source => (/^https?:\/\//.test(source) ? source : context.resolve(source))),
      ecosystems: options.ecosystem.length > 0 ? options.ecosystem : null,
      now: started,
      http: { offline: context.offline, signal: context.signal },
      onProgress: step => steps.show(step),
    });
    steps.done();
    const state = mirror.state();
    await context.outputs.print({
      table: () => updated(result, state, context.now().getTime() - started),
      json: () => ({
        schema: 'larder.mirror/1',
        update: result,
        ...stateJson(state, context.now().getTime()),
      }),
    });
    return result.unreadable.length > 0 ? EXIT.unreadable : EXIT.ok;
  } finally {
    steps.done();
    mirror.close();
  }
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
    `${formatNoun(records, 'record')} from ${formatNoun(result.files, 'file')}, ${formatBytes(result.bytes)}, in ${formatDuration(milliseconds)}: ` +
      `${formatCount(result.added)} new, ${formatCount(result.changed)} changed, ${formatCount(result.unchanged)} as before`,
  ];
  if (result.unreadable.length > 0) {
    lines.push(`${formatNoun(result.unreadable.length, 'file')} could not be read:`);
    for (const one of result.unreadable.slice(0, 5)) lines.push(`  ${one.message}`);
    if (result.unreadable.length > 5)
      lines.push(`  and ${result.unreadable.length - 5} more; --json lists them`);
  }
  lines.push(
    `the mirror holds ${formatNoun(state.advisories, 'advisory', 'advisories')}, ${formatNoun(state.kev, 'KEV entry', 'KEV entries')}, ${formatNoun(state.epss, 'EPSS score')}`,
  );
  return lines;
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

  constructor(context: Context) {
    this.#context = context;
  }

  show(step: UpdateStep): void {
    if (this.#doing !== step.doing || step.done === 0) {
      this.done();
      this.#doing = step.doing;
      this.#shown = 0;
      this.#progress = this.#context.progress(step.doing, 'files', step.total);
    }
    this.#progress?.advance(step.done - this.#shown);
    this.#shown = step.done;
  }

  done(): void {
    this.#progress?.done();
    this.#progress = null;
  }
}
