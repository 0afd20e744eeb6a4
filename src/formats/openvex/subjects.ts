import { tryPurl } from '../../model/purl.ts';
import { isObject } from '../fields.ts';
import type { Resource } from '../in-toto/facts.ts';

/** Products that statements may inherit in all: a hostile file would have each of its statements speak of each of its subjects. */
const MOST_INHERITED = 100_000;

/**
 * An OpenVEX document as the predicate of an in-toto statement: what names no product of its own speaks of the statement's subjects (OpenVEX 0.2.0, "products", and its attestation
 * format). Anything else comes back as it is.
 */
export function withSubjects(document: unknown, subjects: readonly Resource[]): unknown {
  if (!isObject(document) || !Array.isArray(document['statements'])) return document;
  const statements: readonly unknown[] = document['statements'];
  const bare = new Set(statements.filter(one => isObject(one) && !hasProducts(one['products'])));
  const products = subjects.map(productOf).filter(product => product !== null);
  if (bare.size === 0 || products.length === 0 || bare.size * products.length > MOST_INHERITED)
    return document;
  return {
    ...document,
    statements: statements.map(one => (isObject(one) && bare.has(one) ? { ...one, products } : one)),
  };
}

function hasProducts(stated: unknown): boolean {
  return Array.isArray(stated) ? stated.length > 0 : stated !== undefined && stated !== null;
}

/** A subject is what its digest says (in-toto Statement v1, "subject"); its name is only for people, unless it is a package in one version or there is no digest. */
function productOf({ name, uri, digests }: Resource): object | null {
  const exact = [uri, name].find(text => text !== null && (tryPurl(text)?.version ?? null) !== null);
  const id = exact ?? (digests.length === 0 ? (uri ?? name) : null);
  if (id === null && digests.length === 0) return null;
  const hashes = Object.fromEntries(digests.map(({ algorithm, value }) => [algorithm, value]));
  return { ...(id === null ? {} : { '@id': id }), ...(digests.length === 0 ? {} : { hashes }) };
}
