import type { OutputFormat } from '../command.ts';
import type { Sink } from '../context.ts';
import { usage } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { makeScreen, type Screen } from './screen.ts';
import type { TableData } from './table.ts';
import { clean, cleanPainted } from './text.ts';

/** Every JSON answer names its shape; docs/schema/VERB.json describes it. */
export interface JsonAnswer {
  readonly schema: `larder.${string}/${number}`;
}

type Body = string | Uint8Array;

/** One answer in all the forms its command declares. Each is made only when it is asked for. */
export interface Answer {
  /** For people: lines, already painted. */
  readonly table: (screen: Screen) => readonly string[];
  readonly json?: () => JsonAnswer;
  /** One value per line. A command that prints lines as it goes calls `Outputs.line` and leaves this out. */
  readonly jsonl?: () => Iterable<unknown> | AsyncIterable<unknown>;
  /** For csv and md; a long list in tables of the same columns, one after the other. */
  readonly rows?: () => TableData | AsyncIterable<TableData>;
  /** The ecosystem's own formats. */
  readonly documents?: { readonly [Format in OutputFormat]?: () => Body | Promise<Body> };
}

export interface Target {
  readonly format: OutputFormat;
  /** Null is standard output. */
  readonly file: string | null;
}

/** What `-o FORMAT[=FILE]` and `--json` ask for, checked against what the command can do. Without either: the command's first format. */
export function parseTargets(
  asked: readonly string[],
  json: boolean,
  formats: readonly OutputFormat[],
): Target[] {
  const texts = json ? ['json', ...asked] : asked;
  const targets = texts.map(text => parseTarget(text, formats));
  if (targets.length === 0 && formats[0] !== undefined) return [{ format: formats[0], file: null }];
  if (targets.filter(target => target.file === null).length > 1) {
    throw usage(
      'only one output can go to standard output; give the others a file, as in -o json=answer.json',
    );
  }
  return targets;
}

function parseTarget(text: string, formats: readonly OutputFormat[]): Target {
  const split = text.indexOf('=');
  const name = split < 0 ? text : text.slice(0, split);
  const file = split < 0 ? null : text.slice(split + 1);
  const format = formats.find(candidate => candidate === name);
  if (format === undefined) {
    if (formats.length === 0) throw usage('this command has one output only; leave out -o');
    const near = nearest(name, formats);
    throw usage(
      `-o ${name} is not one of ${formats.join(', ')}${near === null ? '' : `; did you mean ${near}?`}`,
    );
  }
  if (file === '') throw usage(`-o ${text} names no file, as in -o ${name}=answer.${name}`);
  return { format, file };
}

/** Writes one answer to every target of a run. */
export class Outputs {
  readonly #targets: readonly Target[];
  readonly #stdout: Sink;
  readonly #screen: Screen;
  readonly #openFile: (path: string) => Promise<Sink>;
  readonly #opened = new Map<Target, Sink>();

  constructor(
    targets: readonly Target[],
    stdout: Sink,
    screen: Screen,
    openFile: (path: string) => Promise<Sink>,
  ) {
    this.#targets = targets;
    this.#stdout = stdout;
    this.#screen = screen;
    this.#openFile = openFile;
  }

  wants(format: OutputFormat): boolean {
    return this.#targets.some(target => target.format === format);
  }

  /** The files that the answer goes to, as typed. */
  get files(): readonly string[] {
    return this.#targets.flatMap(({ file }) => (file === null ? [] : [file]));
  }

  /** True when the answer for people goes to standard output, so that remarks beside it are welcome. */
  get forPeople(): boolean {
    return this.#targets.some(target => target.format === 'table' && target.file === null);
  }

  /** True when some target has rows only, and no place to say that they are not all. */
  get wantsRows(): boolean {
    return this.#targets.some(({ format }) => format === 'csv' || format === 'jsonl' || format === 'md');
  }

  /** One JSON line now, to every jsonl target. */
  async line(value: unknown): Promise<void> {
    for (const target of this.#targets) {
      if (target.format === 'jsonl') await (await this.#sink(target)).write(`${JSON.stringify(value)}\n`);
    }
  }

  /** The whole answer, to every target. */
  async print(answer: Answer): Promise<void> {
    for (const target of this.#targets) {
      const sink = await this.#sink(target);
      const screen = target.file === null ? this.#screen : makeScreen(Number.POSITIVE_INFINITY, false);
      for await (const chunk of render(answer, target.format, screen)) {
        if (sink.closed) break;
        await sink.write(chunk);
      }
    }
  }

  /** Looks whether the answer can be written at all, before the run does anything. @throws CliError `unreadable` */
  async check(checkFile: (path: string) => Promise<void>): Promise<void> {
    for (const { file } of this.#targets) if (file !== null) await checkFile(file);
  }

  /** Closes the files of the run. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    for (const sink of opened) await sink.close?.();
  }

  async #sink(target: Target): Promise<Sink> {
    if (target.file === null) return this.#stdout;
    const known = this.#opened.get(target);
    if (known) return known;
    const opened = await this.#openFile(target.file);
    this.#opened.set(target, opened);
    return opened;
  }
}

async function* render(answer: Answer, format: OutputFormat, screen: Screen): AsyncGenerator<Body> {
  if (format === 'table') {
    // A second line of defence, for a command that joined a document's text by hand.
    const safe = screen.colour ? cleanPainted : clean;
    for (const line of answer.table(screen)) yield `${safe(line)}\n`;
  } else if (format === 'json' && answer.json) {
    yield `${JSON.stringify(answer.json(), null, 2)}\n`;
  } else if (format === 'jsonl') {
    for await (const value of answer.jsonl?.() ?? []) yield `${JSON.stringify(value)}\n`;
  } else if (format === 'csv' && answer.rows) {
    yield* renderRows(answer.rows(), (await import('./csv.ts')).renderCsv);
  } else if (format === 'md' && answer.rows) {
    yield* renderRows(answer.rows(), (await import('./markdown.ts')).renderMarkdown);
  } else {
    const make = answer.documents?.[format];
    if (make === undefined) throw new Error(`the command declares ${format} but its answer has none`);
    yield await make();
  }
}

/** The columns are named once, before the first of the tables. */
async function* renderRows(
  rows: TableData | AsyncIterable<TableData>,
  renderTable: (data: TableData, header: boolean) => string,
): AsyncGenerator<string> {
  let header = true;
  for await (const table of 'columns' in rows ? [rows] : rows) {
    yield renderTable(table, header);
    header = false;
  }
}
