import type { BomFacts, Component, ExternalReference, Party } from '../model/facts.ts';
import { RELATIONS } from '../model/relation.ts';
import { keysOfComponent, type Marks, partyKey } from './marks.ts';

/** Whose the listed components are, as far as the document (or a mark) says. */
export interface Share {
  readonly own: number;
  readonly upstream: number;
  /** Nothing is said of whose they are. */
  readonly unknown: number;
}

/** Whom to turn to about components: one supplier, or one component where no supplier is stated. */
export interface Contact {
  /** Supplier, author or component. */
  readonly who: string;
  readonly components: number;
  /** The subject needs one of them itself. */
  readonly direct: boolean;
  /** Addresses as stated: security contact first, then mail, issue tracker, repository, website. Empty: unknown. */
  readonly ways: readonly string[];
}

/** A document's facts, with what users said of what it lists. */
export interface Marked {
  readonly facts: BomFacts;
  readonly sha256: string;
  readonly marks: Marks;
}

/**
 * Own or upstream, by these rules in this order: a user's mark; what the document says (CycloneDX `isExternal` and the like); the supplier is the subject's
 * supplier (own) or another one (upstream). Otherwise unknown: a name that looks alike proves nothing.
 */
export function shareOf(marked: Marked): Share {
  const share = { own: 0, upstream: 0, unknown: 0 };
  const suppliers = ownSuppliers(marked.facts);
  for (const [component, keys] of contentOf(marked))
    share[ownerOf(component, suppliers, marked.marks, keys)]++;
  return share;
}

/** Whoever the document names as making the app itself. */
function ownSuppliers(facts: BomFacts): Set<string> {
  return new Set(
    [
      facts.supplier,
      facts.manufacturer,
      ...facts.subjects.map(at => facts.components[at]?.supplier ?? null),
    ].flatMap(party => (party === null ? [] : [partyKey(party.name)])),
  );
}

function ownerOf(
  component: Component,
  suppliers: ReadonlySet<string>,
  marks: Marks,
  keys: readonly string[],
): keyof Share {
  const marked = marks.whose(keys);
  if (marked !== null) return marked;
  if (component.ownership !== null) return component.ownership === 'own' ? 'own' : 'upstream';
  if (component.supplier === null || suppliers.size === 0) return 'unknown';
  return suppliers.has(partyKey(component.supplier.name)) ? 'own' : 'upstream';
}

/** What a document lists, each with the keys of its marks; these are made only where anybody marked anything. */
function* contentOf({ facts, sha256, marks }: Marked): Generator<readonly [Component, readonly string[]]> {
  const subjects = new Set(facts.subjects);
  for (const [at, component] of facts.components.entries()) {
    if (component.role !== 'listed' || subjects.has(at)) continue;
    yield [component, marks.size === 0 ? [] : keysOfComponent(component, sha256, at)];
  }
}

// The order in which to try them when something is wrong upstream.
const WAYS = [
  'security-contact',
  'mail',
  'support',
  'issue-tracker',
  'vcs',
  'website',
  'chat',
  'mailing-list',
];
const MOST_WAYS = 3;

/** Whom to contact about what the app is made of and is not its own, direct dependencies first, then by number of components. */
export function contactsOf(marked: Marked, limit: number): Contact[] {
  const { facts, marks } = marked;
  const direct = directOf(facts);
  const found = new Map<
    string,
    { who: string; components: number; direct: boolean; ways: Map<string, number> }
  >();
  const suppliers = ownSuppliers(facts);
  for (const [component, keys] of contentOf(marked)) {
    if (ownerOf(component, suppliers, marks, keys) === 'own') continue;
    const party = component.supplier ?? component.originators[0] ?? null;
    const who = party === null ? component.name : party.name;
    const key = party === null ? `component ${component.name}` : partyKey(party.name);
    const entry = found.get(key) ?? { who, components: 0, direct: false, ways: new Map<string, number>() };
    found.set(key, entry);
    entry.components++;
    entry.direct ||= direct.has(component);
    for (const [way, rank] of waysOf(component, party, marks.contact(keys))) {
      entry.ways.set(way, Math.min(rank, entry.ways.get(way) ?? rank));
    }
  }
  return [...found.values()]
    .sort(
      (a, b) =>
        Number(b.direct) - Number(a.direct) || b.components - a.components || (a.who < b.who ? -1 : 1),
    )
    .slice(0, limit)
    .map(entry => ({
      ...entry,
      ways: [...entry.ways]
        .sort((a, b) => a[1] - b[1])
        .slice(0, MOST_WAYS)
        .map(([way]) => way),
    }));
}

function directOf(facts: BomFacts): Set<Component | undefined> {
  const subjects = new Set(facts.subjects);
  const direct = new Set<Component | undefined>();
  for (const relation of facts.relations) {
    const walk = RELATIONS[relation.type]?.walk;
    if (walk === 'down' && subjects.has(relation.from)) direct.add(facts.components[relation.to]);
    if (walk === 'up' && subjects.has(relation.to)) direct.add(facts.components[relation.from]);
  }
  for (const component of facts.components) {
    if (component.parent !== null && subjects.has(component.parent)) direct.add(component);
  }
  return direct;
}

/** Addresses with their rank; a contact that a user marked goes before all. */
function waysOf(
  component: Component,
  party: Party | null,
  marked: string | null,
): (readonly [string, number])[] {
  const mail = party?.email ?? null;
  return [
    ...(marked === null ? [] : [[marked, -1] as const]),
    ...(mail === null ? [] : [[mail, WAYS.indexOf('mail')] as const]),
    ...(party?.url ? [[party.url, WAYS.indexOf('website')] as const] : []),
    ...component.references.flatMap(reference => wayOf(reference)),
  ];
}

function wayOf(reference: ExternalReference): (readonly [string, number])[] {
  const rank = WAYS.indexOf(reference.type);
  return rank < 0 || reference.url === '' ? [] : [[reference.url, rank]];
}
