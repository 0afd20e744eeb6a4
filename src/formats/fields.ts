import type { Diagnostics } from '../model/diagnostic.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** Whether a parsed value is a plain object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads fields of foreign JSON: what has the wrong type is left out with a diagnostic that names its place, and the rest goes on.
 * `at` is the JSON pointer of the object a field is read from.
 */
export class Fields {
  readonly diagnostics: Diagnostics;
  /** True once something was left out: the document is then `partial`. */
  dropped = false;

  constructor(diagnostics: Diagnostics) {
    this.diagnostics = diagnostics;
  }

  /** A string, or null when absent, null or of another type. */
  string(object: JsonObject, key: string, at: string): string | null {
    const value = own(object, key);
    if (value === undefined || value === null) return null;
    if (typeof value === 'string') return value;
    this.#wrong('a string', value, `${at}/${key}`);
    return null;
  }

  /** A finite number, or null. A number written as a string is taken, since many sources do. */
  number(object: JsonObject, key: string, at: string): number | null {
    const value = own(object, key);
    if (value === undefined || value === null || value === '') return null;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    this.#wrong('a number', value, `${at}/${key}`);
    return null;
  }

  boolean(object: JsonObject, key: string, at: string): boolean | null {
    const value = own(object, key);
    if (value === undefined || value === null) return null;
    if (typeof value === 'boolean') return value;
    this.#wrong('true or false', value, `${at}/${key}`);
    return null;
  }

  object(object: JsonObject, key: string, at: string): JsonObject | null {
    const value = own(object, key);
    if (value === undefined || value === null) return null;
    if (isObject(value)) return value;
    this.#wrong('an object', value, `${at}/${key}`);
    return null;
  }

  /** The items of an array; empty when absent. */
  list(object: JsonObject, key: string, at: string): readonly unknown[] {
    const value = own(object, key);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.#wrong('an array', value, `${at}/${key}`);
    return [];
  }

  /** The objects of an array, each with its place. */
  objects(
    object: JsonObject,
    key: string,
    at: string,
  ): { readonly value: JsonObject; readonly at: string }[] {
    const found: { value: JsonObject; at: string }[] = [];
    for (const [index, value] of this.list(object, key, at).entries()) {
      if (isObject(value)) found.push({ value, at: `${at}/${key}/${index}` });
      else this.#wrong('an object', value, `${at}/${key}/${index}`);
    }
    return found;
  }

  /** The strings of an array. */
  strings(object: JsonObject, key: string, at: string): string[] {
    const found: string[] = [];
    for (const [index, value] of this.list(object, key, at).entries()) {
      if (typeof value === 'string') found.push(value);
      else this.#wrong('a string', value, `${at}/${key}/${index}`);
    }
    return found;
  }

  /** Records that something was left out for a reason of the format's own. */
  drop(code: string, message: string, at: string): void {
    this.dropped = true;
    this.diagnostics.error(code, message, at);
  }

  #wrong(expected: string, value: unknown, at: string): void {
    const is =
      value === null
        ? 'null'
        : Array.isArray(value)
          ? 'an array'
          : typeof value === 'object'
            ? 'an object'
            : `the ${typeof value} ${shown(value)}`;
    this.drop('wrong-type', `Expected ${expected} here, found ${is}; it was left out.`, at);
  }
}

/** A clause as the start of a sentence. */
export function sentence(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}

/** A field of the object itself: what Object.prototype offers is never data. */
function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
