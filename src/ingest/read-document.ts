import { formatOf } from '../formats/detect.ts';
import { FormatError } from '../formats/errors.ts';
import type { DocumentInput, Format, Head } from '../formats/format.ts';
import { documentInput, headOf } from '../formats/input.ts';
import { strangerIn } from '../formats/strangers.ts';
import { sniffEncoding } from '../io/text.ts';
import { messageOf } from '../model/errors.ts';
import type { ReadResult } from '../model/facts.ts';
import { isAssertionHead, readAssertion } from './assertion.ts';
import { oddText } from './odd-text.ts';

/**
 * Finds which format a document has, by content, and reads it. Never throws for what the bytes hold: what nothing recognises, or what breaks a
 * reader, is a `rejected` result that says so.
 */
export async function readDocument(bytes: Uint8Array, name: string): Promise<ReadResult> {
  const input = documentInput(bytes, name);
  if (bytes.length === 0) return rejected('empty', 'The document is empty.');
  const head = headOf(input);
  if (isAssertionHead(head)) return readAssertion(input);
  const format = await formatOf(input, head);
  if (format === null)
    return rejected(
      'unknown-format',
      encodingFault(input) ?? strangerIn(head) ?? unknownMessage(input, head.looksLike),
    );
  const result = readAs(format, input);
  const notes = result.status === 'rejected' ? [] : oddText(input, result);
  return notes.length === 0 ? result : { ...result, diagnostics: [...result.diagnostics, ...notes] };
}

/** A reader must not throw; if one does, that is its fault and not the run's. */
function readAs(format: Format, input: DocumentInput): ReadResult {
  try {
    return format.read(input);
  } catch (thrown) {
    const at = thrown instanceof FormatError ? thrown.at : null;
    const code = thrown instanceof FormatError ? thrown.code : 'reader-failed';
    return {
      ...rejected(code, `${input.name} could not be read as ${format.title}: ${messageOf(thrown)}`, at),
      format: format.id,
    };
  }
}

/** What looks binary may be text in an encoding that is told but not read. */
function encodingFault(input: DocumentInput): string | null {
  if (!sniffEncoding(input.bytes).startsWith('utf-32')) return null;
  try {
    input.text();
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function unknownMessage(input: DocumentInput, looksLike: Head['looksLike']): string {
  // Much that begins with a bracket is TOML, a log or Markdown.
  const isText = looksLike === 'text' || (looksLike === 'json' && !isJson(input));
  const what = isText ? 'text' : looksLike === 'binary' ? 'binary content' : looksLike.toUpperCase();
  return `This is ${what} of no kind that Larder reads; it is kept as it is.`;
}

function isJson(input: DocumentInput): boolean {
  try {
    input.json();
    return true;
  } catch {
    return false;
  }
}

/** The result for a document that is kept but not understood. */
export function rejected(code: string, message: string, at: string | null = null): ReadResult {
  return {
    kind: 'unknown',
    format: 'unknown',
    encoding: 'none',
    specVersion: null,
    status: 'rejected',
    diagnostics: [{ severity: 'error', code, message, at }],
    bom: null,
    facts: null,
  };
}
