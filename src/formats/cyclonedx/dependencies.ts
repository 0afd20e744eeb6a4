import type { BomFacts } from '../../model/facts.ts';
import { relationCode } from '../../model/relation.ts';
import type { Gathering } from './components.ts';
import { isShape, placeOf, quoted, type Shape, type Taker } from './shape.ts';

const DEPENDS_ON = relationCode('DEPENDS_ON');
const PROVIDES = relationCode('PROVIDES');

export interface DependencyCounts {
  /** Every stated dependsOn and provides item, dangling ones too. */
  stated: number;
  entries: number;
}

/** Reads `dependencies`. Only what is stated becomes a relation; refs that name nothing are counted, named in a diagnostic, and lead nowhere. */
export function readDependencies(gathering: Gathering, root: Shape, top: string): DependencyCounts {
  const list = gathering.taker.list(root, 'dependencies', top);
  const counts: DependencyCounts = { stated: 0, entries: 0 };
  for (let i = 0; i < list.length; i++) {
    const pointer = `${top}/dependencies/${i}`;
    const entry = gathering.taker.item(list[i], 'A dependency', pointer);
    if (entry === null) continue;
    counts.entries++;
    readEntry(gathering, entry, counts, placeOf(entry, pointer));
  }
  return counts;
}

/** Relations whose target is named by ref and could only be found once everything was listed. */
export function settlePending(gathering: Gathering): void {
  for (const { from, ref, type, at } of gathering.pending) {
    const to = gathering.ordinals.get(ref);
    if (to === undefined) dangling(gathering, ref, `${at}/ref`);
    else gathering.relations.push({ from, to, type });
  }
}

/** Reads `compositions`: what the document says of its own completeness. */
export function readCompositions(gathering: Gathering, root: Shape, top: string): BomFacts['completeness'] {
  const { taker, ordinals } = gathering;
  const completeness: BomFacts['completeness'][number][] = [];
  const list = taker.list(root, 'compositions', top);
  for (let i = 0; i < list.length; i++) {
    const pointer = `${top}/compositions/${i}`;
    const shape = taker.item(list[i], 'A composition', pointer);
    if (shape === null) continue;
    const at = placeOf(shape, pointer);
    const aggregate = taker.text(shape, 'aggregate', at) ?? 'not_specified';
    let named = shape['vulnerabilities'] !== undefined;
    for (const what of ['assemblies', 'dependencies'] as const) {
      const stated = taker.texts(shape, what, at);
      if (stated.length === 0) continue;
      named = true;
      const refs: number[] = [];
      for (const ref of stated) {
        const ordinal = ordinals.get(ref);
        if (ordinal !== undefined) refs.push(ordinal);
        else if (!gathering.linkIfBomLink(ref, null, null, at)) dangling(gathering, ref, `${at}/${what}`);
      }
      completeness.push({ aggregate, refs, of: what });
    }
    if (!named) completeness.push({ aggregate, refs: [] });
  }
  return completeness;
}

function readEntry(gathering: Gathering, entry: Shape, counts: DependencyCounts, at: string): void {
  const ref = gathering.taker.text(entry, 'ref', at);
  const from = ref === null ? undefined : gathering.ordinals.get(ref);
  if (ref === null)
    gathering.taker.drop(
      'missing-ref',
      'A dependency entry has no "ref"; what it states leads from nowhere.',
      at,
    );
  else if (from === undefined && !gathering.linkIfBomLink(ref, null, null, at))
    dangling(gathering, ref, `${at}/ref`);
  readTargets(gathering, entry, 'dependsOn', from, DEPENDS_ON, counts, at);
  if (entry['provides'] !== undefined) readTargets(gathering, entry, 'provides', from, PROVIDES, counts, at);
}

function readTargets(
  gathering: Gathering,
  entry: Shape,
  key: 'dependsOn' | 'provides',
  from: number | undefined,
  type: number,
  counts: DependencyCounts,
  at: string,
): void {
  const { ordinals, relations, taker } = gathering;
  const list = taker.list(entry, key, at);
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    // XML and protobuf may state a dependency's own dependencies in place.
    const stated = isShape(item) ? item['ref'] : item;
    const ref = typeof stated === 'string' ? stated : oddTarget(taker, stated, key, `${at}/${key}/${i}`);
    if (ref === null) continue;
    counts.stated++;
    const to = ordinals.get(ref);
    if (to !== undefined) {
      if (to === from) ofItself(gathering, ref, `${at}/${key}/${i}`);
      if (from !== undefined) relations.push({ from, to, type });
    } else if (!gathering.linkIfBomLink(ref, from ?? null, type, at))
      dangling(gathering, ref, `${at}/${key}/${i}`);
    if (isShape(item)) readEntry(gathering, item, counts, placeOf(item, `${at}/${key}/${i}`));
  }
}

/** A number is the ref that `bom-ref` and `ref` read it as. */
function oddTarget(taker: Taker, stated: unknown, key: string, at: string): string | null {
  if (typeof stated === 'number') return taker.oddText(stated, at);
  taker.drop('wrong-type', `An item of "${key}" should be the ref of a component; it was left out.`, at);
  return null;
}

/** Kept, since it is stated; no path goes through it twice. */
function ofItself(gathering: Gathering, ref: string, at: string): void {
  gathering.taker.diagnostics.warning('self-reference', `${quoted(ref)} is said to depend on itself.`, at);
}

/** A reference that leads nowhere; it stays as stated. */
export function dangling(gathering: Gathering, ref: string, at: string): void {
  gathering.taker.diagnostics.warning(
    'dangling-ref',
    `Nothing in the document has the bom-ref ${quoted(ref)}.`,
    at,
  );
}
