import type { SpdxNode } from 'spdx-expression-parse';

/** What a document states about a licence. */
export interface Licence {
  /** `none` and `noassertion` are SPDX's own words; `text` is a name or text that is no SPDX expression. */
  readonly kind: 'expression' | 'none' | 'noassertion' | 'text';
  /** The expression in normal spelling, or what was stated. */
  readonly text: string;
  /** Licence ids in the order they appear, each once, `+` kept; `LicenseRef-...` among them. */
  readonly ids: readonly string[];
  readonly exceptions: readonly string[];
}

export interface LicenceReader {
  /** Never throws. */
  readonly read: (stated: string) => Licence;
}

const MAX_LENGTH = 8_192;
/** Deeper than any real expression; the parser below recurses. */
const MAX_TOKENS = 500;

/** Loads the SPDX list and parser, which commands that show no licence never need. */
export async function loadLicenceReader(): Promise<LicenceReader> {
  const [{ default: parse }, { default: current }, { default: deprecated }, { default: exceptions }] =
    await Promise.all([
      import('spdx-expression-parse'),
      import('spdx-license-ids/index.json', { with: { type: 'json' } }),
      import('spdx-license-ids/deprecated.json', { with: { type: 'json' } }),
      import('spdx-exceptions/index.json', { with: { type: 'json' } }),
    ]);
  const spellings = new Map([...deprecated, ...exceptions, ...current].map(id => [id.toLowerCase(), id]));
  return { read: stated => readLicence(stated, parse, spellings) };
}

type Node = SpdxNode;

function readLicence(
  stated: string,
  parse: (text: string) => Node,
  spellings: ReadonlyMap<string, string>,
): Licence {
  const trimmed = stated.trim();
  if (/^none$/i.test(trimmed)) return { kind: 'none', text: 'NONE', ids: [], exceptions: [] };
  if (/^noassertion$/i.test(trimmed))
    return { kind: 'noassertion', text: 'NOASSERTION', ids: [], exceptions: [] };
  const tokens = trimmed.length > MAX_LENGTH ? [] : (trimmed.match(/[()]|[^\s()]+/g) ?? []);
  if (tokens.length === 0 || tokens.length > MAX_TOKENS)
    return { kind: 'text', text: stated, ids: [], exceptions: [] };
  try {
    const node = parse(tokens.map(token => respell(token, spellings)).join(' '));
    const ids = new Set<string>();
    const exceptions = new Set<string>();
    const text = print(node, ids, exceptions, false);
    return { kind: 'expression', text, ids: [...ids], exceptions: [...exceptions] };
  } catch {
    return { kind: 'text', text: stated, ids: [], exceptions: [] };
  }
}

/** SPDX 2.3 annex D: ids, those of exceptions too, and operators match without regard to case. */
function respell(token: string, spellings: ReadonlyMap<string, string>): string {
  if (/^(?:and|or|with)$/i.test(token)) return token.toUpperCase();
  const plus = token.endsWith('+') ? '+' : '';
  const id = plus === '' ? token : token.slice(0, -1);
  const known = spellings.get(token.toLowerCase());
  return known ?? `${spellings.get(id.toLowerCase()) ?? id}${plus}`;
}

function print(node: Node, ids: Set<string>, exceptions: Set<string>, inAnd: boolean): string {
  if ('conjunction' in node) {
    const isAnd = node.conjunction === 'and';
    const left = print(node.left, ids, exceptions, isAnd);
    const right = print(node.right, ids, exceptions, isAnd);
    const text = `${left} ${node.conjunction.toUpperCase()} ${right}`;
    return inAnd && !isAnd ? `(${text})` : text;
  }
  const id = `${node.license}${node.plus === true ? '+' : ''}`;
  ids.add(id);
  if (node.exception === undefined) return id;
  exceptions.add(node.exception);
  return `${id} WITH ${node.exception}`;
}
