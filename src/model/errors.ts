/**
 * The base of every error Larder throws on purpose. Each room has one subclass with a closed set of codes; the message is
 * one sentence a person can act on: which file, where in it, what to do.
 */
export abstract class LarderError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.name = new.target.name;
  }
}

/** The text of anything thrown, on one line and bounded, for a diagnostic. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 297)}...` : line;
}

/** What the model room refuses: text that is no package URL, no CPE, no digest. Readers of documents use the `try...` forms instead. */
export type ModelErrorCode = 'invalid-purl' | 'invalid-cpe' | 'invalid-digest';

export class ModelError extends LarderError<ModelErrorCode> {}
