import { Diagnostics } from '../../model/diagnostic.ts';

/** An object in the shape of CycloneDX JSON. XML and protobuf are converted to it, so that one reader serves all three encodings. */
export type Shape = Readonly<Record<string, unknown>>;

/** Where a converted object stood in the original document. Absent on parsed JSON, whose places are JSON pointers. No input can forge a symbol. */
export const PLACE = Symbol('place');

const NONE: readonly never[] = [];

export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The place of an object: where the original stood, or the pointer the walk came by. */
export function placeOf(shape: Shape, pointer: string): string {
  const place = (shape as { readonly [PLACE]?: string })[PLACE];
  return place ?? pointer;
}

/**
 * Takes values out of a document and says what was odd. Pointers are only put together when something is wrong: this runs once per field of
 * every component of every document.
 */
export class Taker {
  readonly diagnostics = new Diagnostics();
  /** True once something was left out: the document is then `partial`. */
  dropped = false;
  readonly #warned = new Set<string>();

  /** A stated text; null where absent or empty. Numbers and booleans are kept as their text, with a warning; anything else is dropped. */
  text(owner: Shape, key: string, at: string): string | null {
    const value = owner[key];
    if (typeof value === 'string') return value === '' ? null : value;
    if (value === undefined || value === null) return null;
    return this.oddText(value, `${at}/${key}`);
  }

  /** A stated list; empty where absent. A lone object where a list belongs is read as a list of one, with a warning. */
  list(owner: Shape, key: string, at: string): readonly unknown[] {
    const value = owner[key];
    if (Array.isArray(value)) return value;
    if (value === undefined || value === null) return NONE;
    if (isShape(value)) {
      this.diagnostics.warning(
        'wrong-type',
        `"${key}" should be a list; it is one object, read as a list of one.`,
        `${at}/${key}`,
      );
      return [value];
    }
    this.drop(
      'wrong-type',
      `"${key}" should be a list, not ${kindOf(value)}; it was left out.`,
      `${at}/${key}`,
    );
    return NONE;
  }

  /** A stated object; null where absent. */
  shape(owner: Shape, key: string, at: string): Shape | null {
    const value = owner[key];
    if (isShape(value)) return value;
    if (value === undefined || value === null) return null;
    this.drop(
      'wrong-type',
      `"${key}" should be an object, not ${kindOf(value)}; it was left out.`,
      `${at}/${key}`,
    );
    return null;
  }

  /** An item of a list that must be an object; null, with a diagnostic, where it is not. */
  item(value: unknown, what: string, pointer: string): Shape | null {
    if (isShape(value)) return value;
    this.drop('wrong-type', `${what} should be an object, not ${kindOf(value)}; it was left out.`, pointer);
    return null;
  }

  /** The texts of a list, others dropped. */
  texts(owner: Shape, key: string, at: string): readonly string[] {
    const list = this.list(owner, key, at);
    if (list.length === 0) return NONE;
    const texts: string[] = [];
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (typeof value === 'string') {
        if (value !== '') texts.push(value);
        continue;
      }
      const text = this.oddText(value, `${at}/${key}/${i}`);
      if (text !== null) texts.push(text);
    }
    return texts;
  }

  /** A value where a text belongs that is none: a number or boolean as its text, with a warning; null, with a diagnostic, for anything else. */
  oddText(value: unknown, pointer: string): string | null {
    if (typeof value === 'number' || typeof value === 'boolean') {
      this.diagnostics.warning(
        'wrong-type',
        `A text belongs here, not ${kindOf(value)}; it was kept as "${value}".`,
        pointer,
      );
      return String(value);
    }
    this.drop('wrong-type', `A text belongs here, not ${kindOf(value)}; it was left out.`, pointer);
    return null;
  }

  /** Names the first of what a writer does everywhere, so that it leaves room for what else is odd. */
  warnOnce(code: string, message: string, at: string): void {
    if (this.#warned.has(code)) return;
    this.#warned.add(code);
    this.diagnostics.warning(code, `${message} Others like it are not listed.`, at);
  }

  /** Records something that was left out. */
  drop(code: string, message: string, at: string): void {
    this.dropped = true;
    this.diagnostics.error(code, message, at);
  }
}

/** `true` as JSON states it, or as XML attributes and elements do. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

/** A value quoted for a message, bounded. */
export function quoted(text: string): string {
  return text.length > 80 ? `"${text.slice(0, 77)}..."` : `"${text}"`;
}
