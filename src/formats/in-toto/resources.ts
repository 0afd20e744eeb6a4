import type { Digest } from '../../model/facts.ts';
import { isObject } from '../sigstore/fields.ts';
import type { Resource } from './facts.ts';
import { entriesOf, listOf, textOf } from './values.ts';

/** Statements list files by the ten thousand; more than this is a flood. */
export const MOST_RESOURCES = 200_000;

const MOST_DIGESTS = 20;

/** Reads a ResourceDescriptor (or the older `{uri, digest}`); null when it is none. */
export function resourceOf(value: unknown, at: string): Resource | null {
  if (!isObject(value)) return null;
  return {
    name: textOf(value, 'name'),
    uri: textOf(value, 'uri') ?? textOf(value, 'downloadLocation'),
    digests: digestsIn(value['digest']),
    refs: refsIn(value['annotations']),
    at,
  };
}

const NO_REFS: readonly string[] = [];

/** `sourceRefs` as the specification writes it; its own tool writes `source_refs`. */
function refsIn(annotations: unknown): readonly string[] {
  const list =
    annotations === undefined
      ? []
      : [...listOf(annotations, 'sourceRefs'), ...listOf(annotations, 'source_refs')];
  return list.length === 0 ? NO_REFS : list.filter(one => typeof one === 'string').slice(0, MOST_DIGESTS);
}

export function resourcesOf(list: readonly unknown[], at: string): Resource[] {
  return list
    .slice(0, MOST_RESOURCES)
    .map((entry, index) => resourceOf(entry, `${at}/${index}`))
    .filter(entry => entry !== null);
}

/** Digest values as stated; those of hexadecimal algorithms in lower case. Commit ids keep their name (`gitCommit`), as they are no digests of bytes. */
export function digestsIn(set: unknown): Digest[] {
  return entriesOf(set)
    .slice(0, MOST_DIGESTS)
    .filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string')
    .map(([algorithm, text]) => ({
      algorithm,
      value: /^[0-9a-fA-F]+$/.test(text) ? text.toLowerCase() : text,
    }));
}
