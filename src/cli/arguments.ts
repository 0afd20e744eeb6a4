import { parseArgs } from 'node:util';
import type { Command, Option } from './command.ts';
import { usage } from './errors.ts';
import { COMMON_OPTIONS } from './options.ts';
import { nearest } from './suggest.ts';

type Value = boolean | number | string | readonly (string | number)[] | undefined;

export interface ParsedLine {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, Value>>;
  readonly help: boolean;
}

/** The verb of a command line (the first word that is neither an option nor the value of a common one) and the rest without it. */
export function splitVerb(argv: readonly string[]): {
  readonly verb: string | null;
  readonly rest: readonly string[];
} {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') return { verb: word, rest: argv.toSpliced(i, 1) };
    if (takesNextWord(word)) i++;
  }
  return { verb: null, rest: argv };
}

function takesNextWord(word: string): boolean {
  return COMMON_OPTIONS.some(
    option =>
      'value' in option &&
      (word === `--${option.name}` || ('short' in option && word === `-${option.short}`)),
  );
}

/** Parses the words after the verb against what the command declares. Throws CliError `usage` with the remedy. */
export function parseLine(command: Command, words: readonly string[]): ParsedLine {
  const declared = [...command.options.flatMap(group => group.options), ...COMMON_OPTIONS];
  const byName = new Map<string, Option>(declared.map(option => [option.name, option]));
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(declared.map(option => [option.name, parserOption(option)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const args: string[] = [];
  const given = new Map<string, (string | true)[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value);
    if (token.kind !== 'option') continue;
    const option = byName.get(token.name) ?? unknownOption(command, token.rawName, [...byName.keys()]);
    given.set(option.name, [...(given.get(option.name) ?? []), valueGiven(option, token)]);
  }
  const help = given.has('help');
  if (!help) checkArguments(command, args);
  return {
    args,
    help,
    options: Object.fromEntries(declared.map(o => [o.name, valueOf(o, given.get(o.name))])),
  };
}

function parserOption(option: Option): { type: 'string' | 'boolean'; short?: string; multiple: boolean } {
  const type = option.value === undefined ? 'boolean' : 'string';
  return { type, multiple: true, ...(option.short === undefined ? {} : { short: option.short }) };
}

function unknownOption(command: Command, rawName: string, names: readonly string[]): never {
  const near = nearest(rawName.replace(/^-+/, ''), names);
  const hint = near === null ? `see larder ${command.name} --help` : `did you mean --${near}?`;
  throw usage(`${command.name} has no option ${rawName}; ${hint}`);
}

function valueGiven(
  option: Option,
  {
    rawName,
    value,
    inlineValue,
  }: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
): string | true {
  if (option.value === undefined) {
    if (value !== undefined) throw usage(`${rawName} takes no value`);
    return true;
  }
  // parseArgs lets `--as-of --json` swallow the next option; nobody means that.
  if (value === undefined || (!inlineValue && /^--./.test(value))) {
    throw usage(`${rawName} needs a value, as in ${rawName} ${option.value}`);
  }
  return value;
}

function valueOf(option: Option, given: readonly (string | true)[] | undefined): Value {
  if (option.value === undefined) return given !== undefined;
  const values = (given ?? []).filter(value => value !== true).map(value => checkedValue(option, value));
  if (option.multiple) return values;
  if (values.length > 1) throw usage(`--${option.name} can be given once`);
  return values[0];
}

function checkedValue(option: Option, value: string): string | number {
  // A variable that was not set gives this; taken as it is it would name an app nothing, or ask for everything.
  if (value === '')
    throw usage(`--${option.name} was given an empty value; leave it out, or give one: ${option.value}`);
  if (option.choices && !option.choices.includes(value)) {
    const near = nearest(value, option.choices);
    const hint = near === null ? `it is one of ${option.choices.join(', ')}` : `did you mean ${near}?`;
    throw usage(`--${option.name} cannot be '${value}'; ${hint}`);
  }
  if (!option.integer) return value;
  if (!/^\d{1,15}$/.test(value)) throw usage(`--${option.name} is a whole number, not '${value}'`);
  return Number(value);
}

function checkArguments(command: Command, args: readonly string[]): void {
  const needed = command.arguments.filter(argument => !argument.optional);
  const missing = needed[args.length];
  if (missing !== undefined) {
    const example = command.examples[0].line;
    throw usage(`${command.name} needs ${missing.name} (${missing.summary}), as in: ${example}`);
  }
  const most = command.arguments.some(argument => argument.many)
    ? Number.POSITIVE_INFINITY
    : command.arguments.length;
  if (args.length > most) {
    const example = command.examples[0].line;
    throw usage(`${command.name} does not know what to do with '${args[most]}', as in: ${example}`);
  }
}
