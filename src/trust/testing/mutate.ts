/** One change of a JSON document: the pointer of the field, what was done to it, and the changed document. */
export interface Mutant {
  readonly at: string;
  readonly change: string;
  readonly value: unknown;
}

/** How many places of one text are flipped. */
const FLIPS = 10;

/**
 * Every mutant of a JSON value: each field dropped, emptied and replaced by its neighbour, each text flipped at places spread over its length (for
 * base64, one bit of the bytes), each number moved by one, each list with an entry doubled, dropped or swapped with the next.
 */
export function* mutantsOf(value: unknown): Generator<Mutant> {
  for (const { pointer, path, leaf } of walk(value, [])) {
    // An empty list and an absent one are the same message in proto3 JSON.
    if (path.length === 0 || (Array.isArray(leaf) && leaf.length === 0)) continue;
    yield { at: pointer, change: 'drop', value: changed(value, path, undefined, true) };
    if (Array.isArray(leaf)) yield* listMutants(value, pointer, path, leaf);
    else if (typeof leaf === 'string') yield* textMutants(value, pointer, path, leaf);
    else if (typeof leaf === 'number')
      yield { at: pointer, change: 'add one', value: changed(value, path, leaf + 1) };
  }
}

function* listMutants(
  value: unknown,
  at: string,
  path: readonly string[],
  list: readonly unknown[],
): Generator<Mutant> {
  yield { at, change: 'empty', value: changed(value, path, []) };
  for (const index of list.keys()) {
    yield {
      at,
      change: `double ${index}`,
      value: changed(value, path, list.toSpliced(index, 0, list[index])),
    };
    if (index + 1 < list.length)
      yield {
        at,
        change: `swap ${index}`,
        value: changed(value, path, list.toSpliced(index, 2, list[index + 1], list[index])),
      };
  }
}

function* textMutants(value: unknown, at: string, path: readonly string[], text: string): Generator<Mutant> {
  yield { at, change: 'empty', value: changed(value, path, '') };
  if (/^\d+$/.test(text))
    yield { at, change: 'add one', value: changed(value, path, String(BigInt(text) + 1n)) };
  for (let flip = 0; flip < FLIPS && text.length > 0; flip++) {
    const place = Math.floor((flip * (text.length - 1)) / Math.max(1, FLIPS - 1));
    yield { at, change: `flip ${place}`, value: changed(value, path, flipped(text, place)) };
  }
  if (!/^[A-Za-z0-9+/]{8,}=*$/.test(text)) return;
  const bytes = Buffer.from(text, 'base64');
  for (let flip = 0; flip < FLIPS; flip++) {
    const copy = Buffer.from(bytes);
    const place = Math.floor((flip * (copy.length - 1)) / (FLIPS - 1));
    copy[place] = (copy[place] as number) ^ (1 << (flip % 8));
    yield { at, change: `flip bit of byte ${place}`, value: changed(value, path, copy.toString('base64')) };
  }
}

function flipped(text: string, place: number): string {
  const other = text[place] === 'A' ? 'B' : 'A';
  return text.slice(0, place) + other + text.slice(place + 1);
}

function* walk(
  value: unknown,
  path: readonly string[],
): Generator<{ readonly pointer: string; readonly path: readonly string[]; readonly leaf: unknown }> {
  yield { pointer: `/${path.join('/')}`, path, leaf: value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* walk(child, [...path, key]);
}

function changed(value: unknown, path: readonly string[], leaf: unknown, drop = false): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) as string;
  if (!drop) at[last] = leaf;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}
