import { FormatError } from '../../formats/errors.ts';
import { parseJson } from '../../formats/json.ts';
import { messageOf } from '../../model/errors.ts';
import { ScanError } from '../errors.ts';
import type { TreeFile } from '../extractor.ts';

/** A parsed object whose keys are data: read through these helpers, so that `__proto__` and the like are inert. */
export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The object under a key, or an empty one. */
export function tableAt(value: unknown, key: string): Table {
  const found = at(value, key);
  return isTable(found) ? found : {};
}

export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}

/** The text under a key, or null; an empty text is null too. */
export function textAt(value: unknown, key: string): string | null {
  const found = at(value, key);
  return typeof found === 'string' && found !== '' ? found : null;
}

export function at(value: unknown, key: string): unknown {
  return isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The own entries of an object, or none. */
export function entriesAt(value: unknown, key: string): [string, unknown][] {
  return Object.entries(tableAt(value, key));
}

/** The JSON object in a file. @throws ScanError `malformed-file` with the place when it is something else. */
export async function readJsonTable(
  file: TreeFile,
): Promise<{ readonly text: string; readonly root: Table }> {
  const text = await file.text();
  const root = parseJsonOf(file.path, text);
  if (!isTable(root))
    throw new ScanError('malformed-file', `${file.path} is no JSON object, as such a file must be.`);
  return { text, root };
}

export function parseJsonOf(path: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const at = error instanceof FormatError ? error.at : null;
    throw new ScanError('malformed-file', `${path} is no JSON: ${messageOf(error)}`, at, error);
  }
}

/** The TOML table in a file. @throws ScanError `malformed-file` with the line. */
export async function readTomlTable(
  file: TreeFile,
): Promise<{ readonly text: string; readonly root: Table }> {
  const text = await file.text();
  return { text, root: await parseTomlOf(file.path, text) };
}

export async function parseTomlOf(path: string, text: string): Promise<Table> {
  const { parse } = await import('smol-toml');
  try {
    return parse(text) as Table;
  } catch (error) {
    const line =
      error instanceof Error && 'line' in error && typeof error.line === 'number'
        ? `line ${error.line}`
        : null;
    const reason = messageOf(error).split(/ \d+: |\n/)[0] ?? '';
    throw new ScanError(
      'malformed-file',
      `${path} is no TOML: ${reason}.`.replace(/\.\.$/, '.'),
      line,
      error,
    );
  }
}

/** The lines of `[[name]]` headers, in order: the nth is the nth item of that array of tables. */
export function tomlArrayLines(text: string, name: string): number[] {
  const lines: number[] = [];
  const header = `[[${name}]]`;
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    if (text.startsWith(header, start)) lines.push(line);
    start = end + 1;
  }
  return lines;
}
