import { decodeBase64 } from '../../io/base64.ts';
import { FormatError } from '../errors.ts';

/** Readers for the fields of proto3 JSON messages: each names the place in its error, and nothing is coerced. */

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of an object that is its own and not null; proto3 JSON reads null as absent. */
export function member(object: JsonObject, key: string): unknown {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return value === null ? undefined : value;
}

export function objectAt(value: unknown, at: string): JsonObject {
  if (!isObject(value)) invalid(at, 'an object is expected here');
  return value;
}

export function arrayAt(value: unknown, at: string, most: number): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) invalid(at, 'a list is expected here');
  if (value.length > most)
    invalid(at, `the list has ${value.length} entries; ${most} are the most that are read`);
  return value;
}

export function textAt(value: unknown, at: string): string {
  if (typeof value !== 'string') invalid(at, 'a text is expected here');
  return value;
}

export function bytesAt(value: unknown, at: string): Buffer {
  const bytes = decodeBase64(textAt(value, at));
  if (bytes === null) invalid(at, 'this is not base64');
  if (bytes.length === 0) invalid(at, 'bytes are expected here');
  return bytes;
}

/** A non-negative int64, written as a text or a number, as a bigint. */
export function countAt(value: unknown, at: string): bigint {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^(0|[1-9]\d{0,18})$/.test(text))
    invalid(at, 'a non-negative whole number is expected here');
  const number = BigInt(text);
  if (number > 0x7fff_ffff_ffff_ffffn) invalid(at, 'the number is too large');
  return number;
}

export function invalid(at: string, what: string): never {
  throw new FormatError('invalid-content', `${at || '/'}: ${what}.`, at);
}
