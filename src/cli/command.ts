import type { Context } from './context.ts';

/** One option of a command. Without `value` it is a flag. Names are long and kebab-case, as typed after `--`. */
export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What help shows for the value: `DATE`, `N`, `KEY=VALUE`. */
  readonly value?: string;
  /** May be given several times; the value is then a list. */
  readonly multiple?: boolean;
  /** The closed set of values, checked by the frame. */
  readonly choices?: readonly string[];
  /** A whole number, zero or more, checked by the frame and given as a number. */
  readonly integer?: boolean;
  /** Named in one line at the end of help, so that help keeps to one screen; docs/cli.md describes it like the others. */
  readonly rare?: boolean;
  /** One short clause for help; no full stop. */
  readonly summary: string;
}

/** Options that serve one purpose, shown together under `title`. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly Option[];
}

/** What the table, its help, the completion and docs/cli.md know of an argument. `many` takes the rest. */
export interface Argument {
  /** Upper case, as help shows it. */
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  readonly many?: boolean;
}

export interface Example {
  /** The command line, without the `$`. */
  readonly line: string;
  /** What it answers, a few words. */
  readonly about: string;
}

/** The output formats of `-o`. The first one a command declares is its default. */
export type OutputFormat =
  | 'table'
  | 'json'
  | 'jsonl'
  | 'csv'
  | 'md'
  | 'cyclonedx'
  | 'spdx'
  | 'spdx3'
  | 'sarif'
  | 'openvex'
  | 'csaf'
  | 'in-toto';

/**
 * A verb. A command file holds no logic: it calls a room and prints what comes back. `run` gives the exit code (see exit.ts) and
 * throws a LarderError for what ends it.
 */
export interface Command<Groups extends readonly OptionGroup[] = readonly OptionGroup[]> {
  readonly name: string;
  /** What it answers, one line, no full stop; also shown in `larder help`. */
  readonly summary: string;
  readonly arguments: readonly Argument[];
  /** Exactly two, real ones: they run against the samples. */
  readonly examples: readonly [Example, Example];
  readonly options: Groups;
  readonly formats: readonly OutputFormat[];
  /** Of a verb that has jsonl: what a line is, as in `one of "apps"`, a list of the JSON form; help and docs/cli.md say it. */
  readonly jsonl?: string;
  /** ^C is answered at a safe point, by `context.signal`: for long work that tells how far it came. All else ends at once (decision 015). */
  readonly stopsSafely?: true;
  run(context: Context, args: readonly string[], options: OptionValues<Groups>): Promise<number>;
}

type OptionOf<Groups extends readonly OptionGroup[]> = Groups[number]['options'][number];

type SingleValue<O extends Option> = O extends { readonly integer: true }
  ? number
  : O extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string;

type ValueOf<O extends Option> = O extends { readonly value: string }
  ? O extends { readonly multiple: true }
    ? readonly SingleValue<O>[]
    : SingleValue<O> | undefined
  : boolean;

/** The parsed options of a command by their long names: a flag is a boolean, a list is never undefined. */
export type OptionValues<Groups extends readonly OptionGroup[]> = {
  readonly [O in OptionOf<Groups> as O['name']]: ValueOf<O>;
};

/** The identity; it makes TypeScript infer the option values from the declaration. */
export function defineCommand<const Groups extends readonly OptionGroup[]>(
  command: Command<Groups>,
): Command<Groups> {
  return command;
}
