import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { FormatError } from '../errors.ts';
import type { DocumentInput } from '../format.ts';
import { classicType, type LayoutFacts, layoutFrom, statementValue } from '../in-toto/classic.ts';
import type { StatementFacts } from '../in-toto/facts.ts';
import { looksLikeStatement, statementFromJson } from '../in-toto/statement.ts';
import { pick } from '../in-toto/values.ts';
import { parseJson } from '../json.ts';
import { withSubjects } from '../openvex/subjects.ts';
import type { Envelope } from './envelope.ts';

/** Facts of any document that carries statements, signed or not: one entry for each. */
export interface EvidenceFacts {
  readonly entries: readonly EvidenceEntry[];
}

export interface EvidenceEntry {
  readonly kind: 'bundle' | 'envelope' | 'statement' | 'signature' | 'link' | 'layout';
  readonly payloadType: string | null;
  readonly statement: StatementFacts | null;
  /** What an in-toto layout expects, when it is one. */
  readonly layout: LayoutFacts | null;
  /** The document that stands inside the statement (an SBOM, a VEX), for the reader of its format. */
  readonly contained: { readonly path: string; readonly bytes: Uint8Array } | null;
  /** `''`, or `line N` in a file of several. */
  readonly at: string;
}

/** One piece of evidence as its format found it, before its payload is read. */
export interface FoundEvidence {
  readonly kind: EvidenceEntry['kind'];
  readonly envelope: Envelope | null;
  /** A statement, layout or link that stands bare. */
  readonly statement: unknown;
}

const MOST_ENTRIES = 100_000;

/** The JSON values of a document that is one JSON value, or one a line. */
export function jsonValues(
  input: DocumentInput,
): readonly { readonly value: unknown; readonly at: string }[] {
  const text = input.text().trimEnd();
  const lines = text.split('\n');
  if (lines.length === 1 || !isJson(lines[0] as string)) return [{ value: input.json(), at: '' }];
  if (lines.length > MOST_ENTRIES)
    throw new FormatError(
      'too-large',
      `The file has ${lines.length} lines; ${MOST_ENTRIES} are the most that are read.`,
    );
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [{ value: parseJson(line), at: `line ${index + 1}` }],
  );
}

/**
 * The result of reading evidence: every piece `find` makes of every value. A piece that cannot be understood costs a diagnostic, not the document; a
 * document without one understood piece is rejected.
 */
export function readEvidence(
  input: DocumentInput,
  format: string,
  specVersion: (value: unknown) => string | null,
  find: (value: unknown) => readonly FoundEvidence[],
): ReadResult {
  const diagnostics = new Diagnostics();
  const entries: EvidenceEntry[] = [];
  let version: string | null = null;
  try {
    for (const { value, at } of jsonValues(input)) {
      version ??= specVersion(value);
      try {
        for (const found of find(value)) entries.push(entryOf(found, at, diagnostics));
      } catch (thrown) {
        if (!(thrown instanceof FormatError)) throw thrown;
        diagnostics.error('malformed-evidence', thrown.message, thrown.at ?? at);
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown;
    diagnostics.error(thrown.code, messageOf(thrown), thrown.at);
  }
  const list = diagnostics.list();
  const bad = list.some(one => one.severity === 'error');
  return {
    kind: entries.some(entry => entry.statement !== null || entry.layout !== null)
      ? 'attestation'
      : 'signature',
    format,
    encoding: 'json',
    specVersion: version,
    status: entries.length === 0 ? 'rejected' : bad ? 'partial' : 'accepted',
    diagnostics: list,
    bom: null,
    facts: { entries } satisfies EvidenceFacts,
  };
}

function entryOf(found: FoundEvidence, at: string, diagnostics: Diagnostics): EvidenceEntry {
  const entry = { kind: found.kind, payloadType: found.envelope?.payloadType ?? null, at };
  const given = found.envelope === null ? found.statement : payloadJson(found.envelope);
  const layout = classicType(given) === 'layout' ? layoutFrom(given) : null;
  const value = statementValue(given);
  const nothing = { ...entry, statement: null, layout, contained: null };
  if (!looksLikeStatement(value)) return nothing;
  try {
    const statement = statementFromJson(value);
    return { ...nothing, statement, contained: containedIn(value, statement) };
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown;
    diagnostics.error('malformed-statement', thrown.message, at === '' ? thrown.at : at);
    return nothing;
  }
}

function payloadJson(envelope: Envelope): unknown {
  try {
    return parseJson(envelope.payload.toString('utf8'));
  } catch {
    return null;
  }
}

function containedIn(value: unknown, statement: StatementFacts): EvidenceEntry['contained'] {
  const path = statement.predicate.document;
  if (path === null) return null;
  const stated = pick(value, ...path.slice(1).split('/'));
  if (stated === undefined) return null;
  const document = statement.predicate.kind === 'vex' ? withSubjects(stated, statement.subjects) : stated;
  return { path, bytes: Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)) };
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
