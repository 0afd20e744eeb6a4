import { isObject } from '../sigstore/fields.ts';

/** Lenient look-ups in a predicate: what is not there, or is of another type, is null. Statements must not break on fields we do not know (in-toto parsing rules). */

export function pick(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key];
    else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at === null ? undefined : at;
}

export function textOf(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = pick(value, ...path);
  return typeof found === 'string' && found !== '' ? found : null;
}

export function listOf(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = pick(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function entriesOf(
  value: unknown,
  ...path: readonly (string | number)[]
): readonly (readonly [string, unknown])[] {
  const found = pick(value, ...path);
  return isObject(found) ? Object.entries(found) : [];
}
