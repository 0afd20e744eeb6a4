import { isAbsolute, join } from 'node:path';
import { LarderError, messageOf } from '../model/errors.ts';
import { parseLine, splitVerb } from './arguments.ts';
import type { Command } from './command.ts';
import { VERBS } from './commands.ts';
import type { Context, Host, Sink } from './context.ts';
import { usage } from './errors.ts';
import { EXIT, exitCode } from './exit.ts';
import { Outputs, parseTargets } from './output/outputs.ts';
import { startProgress } from './output/progress.ts';
import { screenOf } from './output/screen.ts';
import { clean } from './output/text.ts';
import { locateStore } from './store.ts';
import { nearest } from './suggest.ts';

/** Runs one command line and gives its exit code. Never throws: what goes wrong is one sentence on stderr. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  const code = await attempt(argv, host);
  const lost = host.stdout.failure ?? null;
  if (lost === null) return code;
  await host.stderr.write(`larder: standard output: ${systemRemedy(lost) ?? messageOf(lost)}.\n`);
  return exitCode(code, EXIT.unreadable);
}

async function attempt(argv: readonly string[], host: Host): Promise<number> {
  try {
    const code = await dispatch(argv, host);
    if (!host.signal.aborted) return code;
    // A command that saw the ^C has told how far it came; to another it came too late, or as a gap in its answer.
    if (code !== EXIT.interrupted) await host.stderr.write('larder: Interrupted.\n');
    return EXIT.interrupted;
  } catch (thrown) {
    if (host.signal.aborted) return EXIT.interrupted;
    const { text, code } = failure(thrown, host.env['LARDER_DEBUG'] !== undefined);
    await host.stderr.write(text);
    return code;
  }
}

async function dispatch(argv: readonly string[], host: Host): Promise<number> {
  const { verb, rest } = splitVerb(argv);
  if (verb === null) {
    if (rest.includes('--version') || rest.includes('-V')) return printVersion(host);
    return withoutVerb(rest, host);
  }
  const entry = VERBS.find(candidate => candidate.name === verb);
  if (entry === undefined) throw unknownVerb(verb);
  const { command } = await entry.load();
  return runCommand(command, rest, host);
}

async function runCommand(command: Command, words: readonly string[], host: Host): Promise<number> {
  const line = parseLine(command, words);
  if (line.help) {
    const { commandHelp } = await import('./help.ts');
    await writeLines(host.stdout, commandHelp(command, screenOf(host.stdout, host.env)));
    return EXIT.ok;
  }
  const context = makeContext(command, line.options, host);
  await context.outputs.check(async path => {
    const { checkFile } = await import('./output/file.ts');
    await checkFile(context.resolve(path), path);
  });
  if (command.stopsSafely) host.holdInterrupts();
  // The values were checked against the same declarations that give `run` its types.
  try {
    return await command.run(context, line.args, line.options as Parameters<Command['run']>[2]);
  } finally {
    await context.outputs.close();
  }
}

function makeContext(command: Command, options: Readonly<Record<string, unknown>>, host: Host): Context {
  const asked = Array.isArray(options['output']) ? options['output'].map(String) : [];
  const targets = parseTargets(asked, options['json'] === true, command.formats);
  const resolve = (path: string) => (isAbsolute(path) ? path : join(host.cwd, path));
  const screen = screenOf(host.stdout, host.env);
  return {
    ...host,
    screen,
    resolve,
    offline: options['offline'] === true,
    store: locateStore(
      host.cwd,
      typeof options['store'] === 'string' ? options['store'] : undefined,
      host.env,
    ),
    outputs: new Outputs(targets, host.stdout, screen, async path => {
      const { openFileSink } = await import('./output/file.ts');
      return openFileSink(resolve(path), path);
    }),
    progress: (label, unit, total) => startProgress(host.stderr, host.now, label, unit, total),
  };
}

/** `larder` alone: the state of the larder it stands in, or where to begin. */
async function withoutVerb(rest: readonly string[], host: Host): Promise<number> {
  const asksHelp = rest.includes('--help') || rest.includes('-h');
  const wrong = rest.find(word => word.startsWith('-') && !isCommonOption(word));
  if (wrong !== undefined) throw usage(`there is no option ${wrong} without a verb; see larder --help`);
  const status = VERBS.find(entry => entry.name === 'status');
  if (!asksHelp && status !== undefined) {
    const { command } = await status.load();
    const line = parseLine(command, rest);
    if (makeContext(command, line.options, host).store.exists) return runCommand(command, rest, host);
  }
  const { overviewHelp, firstStepsHelp } = await import('./help.ts');
  const screen = screenOf(host.stdout, host.env);
  await writeLines(host.stdout, asksHelp ? overviewHelp(screen) : firstStepsHelp(screen));
  return EXIT.ok;
}

function isCommonOption(word: string): boolean {
  return /^(?:-o|-h|--(?:output|json|store|offline|help)(?:$|=))/.test(word);
}

async function printVersion(host: Host): Promise<number> {
  const { version } = await import('./version.ts');
  await host.stdout.write(`larder ${version()}\n`);
  return EXIT.ok;
}

function unknownVerb(verb: string): Error {
  const near = nearest(
    verb,
    VERBS.map(entry => entry.name),
  );
  const hint = near === null ? 'larder --help lists the verbs' : `did you mean larder ${near}?`;
  return usage(`there is no verb '${clean(verb)}'; ${hint}`);
}

async function writeLines(sink: Sink, lines: readonly string[]): Promise<void> {
  await sink.write(`${lines.join('\n')}\n`);
}

const codesOfErrors = new Map<string, number>([
  ['usage', EXIT.usage],
  ['no-cursor', EXIT.usage],
  ['verification-failed', EXIT.verification],
]);

/** The sentence and the exit code of what ended a run. Errors of our own name the remedy; anything else is a fault of Larder. */
function failure(thrown: unknown, debug: boolean): { readonly text: string; readonly code: number } {
  const stack = debug && thrown instanceof Error ? `${thrown.stack}\n` : '';
  if (thrown instanceof LarderError) {
    const code = codesOfErrors.get(thrown.code) ?? EXIT.unreadable;
    return { text: `larder: ${clean(thrown.message)}\n${stack}`, code };
  }
  const system = systemFailure(thrown);
  if (system !== null) return { text: `larder: ${clean(system)}\n${stack}`, code: EXIT.unreadable };
  const text = `larder: internal fault: ${clean(messageOf(thrown))}; LARDER_DEBUG=1 shows where, please report it.\n${stack}`;
  return { text, code: EXIT.internal };
}

const remedies = new Map<string, string>([
  ['ENOENT', 'there is no such file or folder'],
  ['EACCES', 'permission denied; change its permissions or run as a user who may'],
  ['EPERM', 'the operation is not permitted'],
  ['EISDIR', 'it is a folder, a file is needed'],
  ['ENOTDIR', 'a part of the path is no folder'],
  ['ENOSPC', 'the disk is full; free some space and run it again'],
  ['EDQUOT', 'your share of the disk is used up; free some space and run it again'],
  ['EFBIG', 'the file would be larger than the system allows; write it elsewhere, or raise ulimit -f'],
  ['EIO', 'the device gave an error; write it elsewhere'],
  ['EROFS', 'the file system is read-only'],
  ['EMFILE', 'too many open files; raise the limit with ulimit -n'],
]);

function systemFailure(thrown: unknown): string | null {
  const remedy = systemRemedy(thrown);
  if (remedy === null || !(thrown instanceof Error)) return null;
  const path = 'path' in thrown && typeof thrown.path === 'string' ? `${thrown.path}: ` : '';
  return `${path}${remedy}.`;
}

function systemRemedy(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return null;
  return remedies.get(thrown.code) ?? null;
}
