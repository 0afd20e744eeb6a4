import type { AdvisoryBase } from '../../advisories/base.ts';
import type { Matcher } from '../../advisories/match.ts';
import { keysOfTarget } from '../../advisories/mirror/keys.ts';
import { type Target, targetOf } from '../../advisories/select.ts';
import type { BomParts } from '../../store/findings.ts';
import type { BomRecord, Store } from '../../store/ports.ts';
import { EVERYTHING, type Scope } from '../../store/scope.ts';
import { namedByDigest } from './digests.ts';
import { productOf } from './parts.ts';
import { allSaid, type Said } from './said.ts';

const HEADS: Scope = { ...EVERYTHING, includeRetired: true };

/**
 * Whether the verdicts in a BOM may be other than those of its parts by themselves: when something is stated of what it is about, of its app, or of its entries by reference; when a
 * statement on a part holds inside something that the BOM is or holds; when users said what its components are. May say so too often, never too rarely.
 */
export class Context {
  readonly said: Said;
  readonly #base: AdvisoryBase;
  readonly #matcher: Matcher;
  readonly #withins: ReadonlyMap<number, readonly string[]>;
  readonly #saidBoms: ReadonlySet<number>;

  private constructor(
    base: AdvisoryBase,
    matcher: Matcher,
    said: Said,
    withins: ReadonlyMap<number, readonly string[]>,
    saidBoms: ReadonlySet<number>,
  ) {
    this.#base = base;
    this.#matcher = matcher;
    this.said = said;
    this.#withins = withins;
    this.#saidBoms = saidBoms;
  }

  static async of(store: Store, base: AdvisoryBase, matcher: Matcher): Promise<Context> {
    const said = await allSaid(store, HEADS);
    const withins = await store.findings.work.withins();
    const named = await namedByDigest(store, base.keysUnder('digest:'), HEADS);
    const spoken = new Set([...(await bomsSaidOf(store, said)), ...named.keys()]);
    return new Context(base, matcher, said, withins, spoken);
  }

  /** Parts whose identities `matters` wants to know. */
  partsOfInterest(held: BomParts): readonly number[] {
    const some = this.#withins.size > 0 && held.parts.some(part => this.#withins.has(part));
    return some ? [...held.parts] : [...held.subjects];
  }

  matters(bom: BomRecord, held: BomParts, targets: ReadonlyMap<number, Target>): boolean {
    if (this.#saidBoms.has(bom.id)) return true;
    const names = [bom.serialNumber, `sha256:${bom.document.sha256}`];
    if (names.some(name => name !== null && this.#base.covers(`ref:${name}#`))) return true;
    const subjects = [...held.subjects].flatMap(part => targets.get(part) ?? []);
    subjects.push(productOf(bom));
    return (
      subjects.some(subject => this.#matcher.isSpokenOf(subject)) || this.#isWithin(held, subjects, targets)
    );
  }

  #isWithin(held: BomParts, subjects: readonly Target[], targets: ReadonlyMap<number, Target>): boolean {
    if (this.#withins.size === 0) return false;
    const wanted = new Set([...held.parts].flatMap(part => this.#withins.get(part) ?? []));
    if (wanted.size === 0) return false;
    const has = (target: Target): boolean => keysOfTarget(target).some(key => wanted.has(key));
    return subjects.some(has) || [...held.parts].some(part => has(targets.get(part) ?? NOTHING));
  }
}

const NOTHING: Target = targetOf({ purls: [], version: null });

/** BOMs of a scope with an entry that someone said the identity of. */
export async function bomsSaidOf(store: Store, said: Said, scope: Scope = HEADS): Promise<number[]> {
  const boms = new Set<number>();
  for (const entry of said.ofEntry.keys()) {
    const record = await store.documents.find(entry.slice(0, entry.indexOf('#')), scope);
    if (record !== null && record.bom !== null) boms.add(record.bom);
  }
  const packages: number[] = [];
  for (const purl of said.ofPackage.keys()) {
    const record = await store.dictionary.packageByPurl(purl);
    if (record !== null) packages.push(record.id);
  }
  for (const bom of (await store.membership.ofPackages(packages, scope)).bom) boms.add(bom);
  const plain: number[] = [];
  for (const text of said.ofName.keys()) {
    // `name` or `name@version`; a name may itself hold an @.
    for (const name of new Set([text, text.slice(0, Math.max(0, text.lastIndexOf('@')))])) {
      if (name === '') continue;
      plain.push(...(await store.dictionary.plainByName({ name, how: 'exact' })).map(one => one.id));
    }
  }
  for (const bom of (await store.membership.ofPlain(plain, scope)).bom) boms.add(bom);
  return [...boms];
}
