import type { ReadResult } from '../model/facts.ts';
import type { JsonObject } from './fields.ts';

/**
 * The bytes of one decoded document and what is known of them before a reader runs. Text is decoded once, by io/text, with BOM and UTF-16
 * handled; JSON is parsed once, by the detector, and handed on.
 */
export interface DocumentInput {
  readonly bytes: Uint8Array;
  /** The decoded text; a getter, so that binary formats never pay for it. Throws FormatError `not-text` when the bytes are no text. */
  readonly text: () => string;
  /** The parsed JSON value; a getter, parsed once. Throws FormatError `invalid-json` with byte and line. */
  readonly json: () => unknown;
  /** A name for messages only; detection is by content. */
  readonly name: string;
}

/**
 * One document format. `owns` is asked first and settles it: a JSON document that says at its top level what it is needs no guess. `detect` must be
 * cheap and total: it looks at the first few kilobytes (`head`, decoded leniently) and says how sure it is, from 0 ("not mine") to 1; the highest
 * score wins. `read` never throws for odd content: it returns a result with diagnostics, at worst `rejected`.
 */
export interface Format {
  readonly id: string;
  readonly title: string;
  /** Whether the top-level object of a JSON document says that it is of this format. */
  readonly owns?: (root: JsonObject) => boolean;
  readonly detect: (head: Head) => number;
  readonly read: (input: DocumentInput) => ReadResult;
  /** Strict judgement for `larder validate`: every fault the specification names, with its place. Null where there is none yet. */
  readonly validate: ((input: DocumentInput) => Promise<Validation>) | null;
}

export interface Validation {
  /** Null when no fault was found, but not all that the specification demands was judged; a fault then says what was not. */
  readonly valid: boolean | null;
  readonly specVersion: string | null;
  readonly faults: readonly import('../model/diagnostic.ts').Diagnostic[];
}

/** The start of a document as detection sees it. */
export interface Head {
  readonly bytes: Uint8Array;
  /** Up to 16 KiB, decoded as UTF-8 or UTF-16 by BOM, malformed bytes replaced. */
  readonly text: string;
  readonly looksLike: 'json' | 'xml' | 'text' | 'binary';
  /** The top-level object of a document that is JSON throughout; else null. */
  readonly root: () => JsonObject | null;
  /** For JSON whose head does not decide (keys may come in any order): the names of the top-level keys, found by a bounded scan of the whole text; computed when first asked. */
  readonly topLevelKeys: () => readonly string[];
}
