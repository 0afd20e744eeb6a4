import { messageOf } from '../../model/errors.ts';
import { ScanError } from '../errors.ts';

/** A YAML value with every scalar as its text: a version `1.10` stays what it is, and no tag runs anything. */
export type YamlValue = string | null | YamlMap | readonly YamlValue[];

/** A mapping with the line of each key. Keys are data: nothing but these methods reads them. */
export class YamlMap {
  readonly #entries = new Map<string, { readonly value: YamlValue; readonly line: number }>();

  set(key: string, value: YamlValue, line: number): void {
    this.#entries.set(key, { value, line });
  }

  get(key: string): YamlValue | undefined {
    return this.#entries.get(key)?.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  line(key: string): number | null {
    return this.#entries.get(key)?.line ?? null;
  }

  text(key: string): string | null {
    const value = this.get(key);
    return typeof value === 'string' && value !== '' ? value : null;
  }

  map(key: string): YamlMap {
    const value = this.get(key);
    return value instanceof YamlMap ? value : EMPTY;
  }

  list(key: string): readonly YamlValue[] {
    const value = this.get(key);
    return Array.isArray(value) ? value : [];
  }

  entries(): [string, YamlValue, number][] {
    return [...this.#entries].map(([key, { value, line }]) => [key, value, line]);
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }
}

const EMPTY = new YamlMap();

/** How deep YAML may nest, and how much its aliases may grow. */
const MAX_DEPTH = 100;
const MAX_ALIASES = 100;

/**
 * The documents of a YAML text. Machine-written lockfiles use a small part of YAML, which a line reader takes ten times faster than the
 * full parser; whatever is outside that part goes to the full parser. @throws ScanError `malformed-file` with the line
 */
export async function parseYaml(path: string, text: string): Promise<YamlValue[]> {
  const { readPlainYaml } = await import('./yaml-plain.ts');
  return readPlainYaml(text) ?? parseFullYaml(path, text);
}

/** The one mapping of a YAML text. */
export async function parseYamlMap(path: string, text: string): Promise<YamlMap> {
  const [first = null] = await parseYaml(path, text);
  if (first instanceof YamlMap) return first;
  if (first === null) return EMPTY;
  throw new ScanError('malformed-file', `${path} is no YAML mapping, as such a file must be.`, 'line 1');
}

async function parseFullYaml(path: string, text: string): Promise<YamlValue[]> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const documents = yaml.parseAllDocuments(text, {
    schema: 'failsafe',
    lineCounter: lines,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  let aliases = 0;
  const values: YamlValue[] = [];
  for (const document of documents) {
    const fault = document.errors[0];
    if (fault !== undefined) {
      const { line } = lines.linePos(fault.pos[0]);
      throw new ScanError(
        'malformed-file',
        `${path} is no YAML: ${messageOf(fault).split(' at line ')[0]}.`,
        `line ${line}`,
        fault,
      );
    }
    values.push(convert(document.contents, 0));
    function convert(node: unknown, depth: number): YamlValue {
      if (depth > MAX_DEPTH)
        throw new ScanError('malformed-file', `${path} nests deeper than ${MAX_DEPTH} levels.`);
      if (yaml.isAlias(node)) {
        if (++aliases > MAX_ALIASES)
          throw new ScanError('malformed-file', `${path} has more than ${MAX_ALIASES} aliases.`);
        return convert(node.resolve(document), depth + 1);
      }
      if (yaml.isScalar(node)) return node.value === null ? null : String(node.value);
      if (yaml.isSeq(node)) return node.items.map(item => convert(item, depth + 1));
      if (!yaml.isMap(node)) return null;
      const map = new YamlMap();
      for (const pair of node.items) {
        const key = yaml.isScalar(pair.key) ? String(pair.key.value) : '';
        const start = yaml.isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
        map.set(key, convert(pair.value, depth + 1), lines.linePos(start).line);
      }
      return map;
    }
  }
  return values;
}
