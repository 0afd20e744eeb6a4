import type { JoinedBase } from '../../advisories/base.ts';
import { keysOfClaim } from '../../advisories/mirror/keys.ts';
import type { Todo } from '../../store/findings.ts';
import { MEMBER } from '../../store/intake.ts';
import type { Store } from '../../store/ports.ts';
import { EVERYTHING, momentOf, type Scope } from '../../store/scope.ts';
import { identifiersUnder, namedByRef, packagesUnder } from './affected.ts';
import type { Basis } from './basis.ts';
import { bomsSaidOf } from './context.ts';
import { namedByDigest } from './digests.ts';
import { allSaid } from './said.ts';

const HEADS: Scope = { ...EVERYTHING, includeRetired: true };

/** Above this many changed vulnerabilities or keys it is quicker to judge every part than to look for those they touch. */
const FEW = 300;

/** What must be judged again since the kept findings stood for `before`; `all` when that cannot be told. */
export async function touchedSince(
  store: Store,
  base: JoinedBase,
  before: string,
  after: string,
  now: number,
): Promise<Todo | 'all'> {
  const was = JSON.parse(before) as Basis;
  const is = JSON.parse(after) as Basis;
  const changes = base.changesSince(was.marks);
  if (changes === null) return 'all';
  const names = new Set(changes.ids.flatMap(id => base.vulnerability(id, momentOf(HEADS))));
  const keys = new Set(changes.keys);
  if (was.ended !== is.ended)
    for (const claim of base.ended(now)) for (const key of keysOfClaim(claim)) keys.add(key);
  for (const document of differing(was.verified, is.verified))
    for (const key of base.keysOfDocument(document)) keys.add(key);
  const saidAnew = JSON.stringify(was.said) !== JSON.stringify(is.said);
  if (changes.scores || names.size > FEW || keys.size > FEW) {
    // Few BOMs are spoken of as a whole, but which ones these many changes speak of is not worth looking for.
    const whole = await store.documents.listBoms({}, { limit: 1_000_000 }, HEADS);
    return { parts: 'all', boms: whole.items.map(bom => bom.id), ownBoms: true };
  }
  for (const name of names)
    for (const found of base.claimsOf(name, momentOf(HEADS)))
      for (const key of keysOfClaim(found.claim)) keys.add(key);
  const packages = await packagesUnder(store, keys);
  const identifiers = await identifiersUnder(store, keys);
  const spokenOf = await subjectsWith(store, packages, identifiers);
  const referred = (await namedByRef(store, keys, HEADS)).map(bom => bom.id);
  const apps = await bomsOfApps(store, keys);
  const digests = (await namedByDigest(store, keys, HEADS)).keys();
  const newlySaid = saidAnew ? await bomsSaidOf(store, await allSaid(store, HEADS)) : [];
  return {
    parts: await store.findings.work.partsWith({ packages, identifiers, vulnerabilities: [...names] }),
    boms: [...new Set([...spokenOf, ...referred, ...apps, ...digests, ...newlySaid])],
    ownBoms: saidAnew,
  };
}

/** What only one of them has. */
function differing(one: readonly string[] = [], other: readonly string[] = []): string[] {
  const [ones, others] = [new Set(one), new Set(other)];
  return [...one.filter(text => !others.has(text)), ...other.filter(text => !ones.has(text))];
}

/** BOMs that are about one of these. */
async function subjectsWith(
  store: Store,
  packages: readonly number[],
  identifiers: readonly number[],
): Promise<number[]> {
  const boms = new Set<number>();
  for (const hits of [
    await store.membership.ofPackages(packages, HEADS),
    await store.membership.ofIdentifiers(identifiers, HEADS),
  ])
    for (let at = 0; at < hits.length; at++)
      if (((hits.flags[at] ?? 0) & MEMBER.SUBJECT) !== 0) boms.add(hits.bom[at] ?? 0);
  return [...boms];
}

/** BOMs of apps that a statement names as such (`ref:larder:APP`, `ref:larder:APP@RELEASE`). */
async function bomsOfApps(store: Store, keys: ReadonlySet<string>): Promise<number[]> {
  const found = new Set<number>();
  for (const key of keys) {
    if (!key.startsWith('ref:larder:')) continue;
    const text = key.slice('ref:larder:'.length);
    for (const app of new Set([text, text.slice(0, Math.max(0, text.lastIndexOf('@')))]))
      if (app !== '') for (const bom of await store.apps.boms(app, undefined, HEADS)) found.add(bom.id);
  }
  return [...found];
}
