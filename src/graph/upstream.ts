import type { BomFacts, Component, ExternalReference, Party } from '../model/facts.ts';
import { RELATIONS } from '../model/relation.ts';

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

/** What marks say about components: by purl or by name. */
export interface Marks {
  readonly own: ReadonlySet<string>;
  readonly upstream: ReadonlySet<string>;
  readonly contacts: ReadonlyMap<string, string>;
}

export const NO_MARKS: Marks = { own: new Set(), upstream: new Set(), contacts: new Map() };

/**
 * Own or upstream, by these rules in this order: a user's mark; what the document says (CycloneDX `isExternal` and the like); the supplier is the subject's
 * supplier (own) or another one (upstream). Otherwise unknown: a name that looks alike proves nothing.
 */
export function shareOf(facts: BomFacts, marks: Marks): Share {
  const share = { own: 0, upstream: 0, unknown: 0 };
  const suppliers = ownSuppliers(facts);
  for (const component of contentOf(facts)) share[ownerOf(component, suppliers, marks)]++;
  return share;
}

/** Whoever the document names as making the app itself. */
function ownSuppliers(facts: BomFacts): Set<string> {
  return new Set(
    [
      facts.supplier,
      facts.manufacturer,
      ...facts.subjects.map(at => facts.components[at]?.supplier ?? null),
    ].flatMap(party => (party === null ? [] : [partyKey(party)])),
  );
}

function ownerOf(component: Component, suppliers: ReadonlySet<string>, marks: Marks): keyof Share {
  const names = [...component.purls, component.name];
  if (names.some(name => marks.own.has(name))) return 'own';
  if (names.some(name => marks.upstream.has(name))) return 'upstream';
  if (component.ownership !== null) return component.ownership === 'own' ? 'own' : 'upstream';
  if (component.supplier === null || suppliers.size === 0) return 'unknown';
  return suppliers.has(partyKey(component.supplier)) ? 'own' : 'upstream';
}

function partyKey(party: Party): string {
  return party.name.trim().toLowerCase();
}

function contentOf(facts: BomFacts): Component[] {
  const subjects = new Set(facts.subjects);
  return facts.components.filter((component, at) => component.role === 'listed' && !subjects.has(at));
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
export function contactsOf(facts: BomFacts, marks: Marks, limit: number): Contact[] {
  const direct = directOf(facts);
  const found = new Map<
    string,
    { who: string; components: number; direct: boolean; ways: Map<string, number> }
  >();
  const suppliers = ownSuppliers(facts);
  for (const component of contentOf(facts)) {
    if (ownerOf(component, suppliers, marks) === 'own') continue;
    const party = component.supplier ?? component.originators[0] ?? null;
    const who = party === null ? component.name : party.name;
    const key = party === null ? `component ${component.name}` : `party ${partyKey(party)}`;
    const entry = found.get(key) ?? { who, components: 0, direct: false, ways: new Map<string, number>() };
    found.set(key, entry);
    entry.components++;
    entry.direct ||= direct.has(component);
    for (const [way, rank] of waysOf(component, party, marks)) {
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
export function waysOf(
  component: Component,
  party: Party | null,
  marks: Marks,
): (readonly [string, number])[] {
  const marked = [...component.purls, component.name].flatMap(name => marks.contacts.get(name) ?? []);
  const mail = party?.email ?? null;
  return [
    ...marked.map(way => [way, -1] as const),
    ...(mail === null ? [] : [[mail, WAYS.indexOf('mail')] as const]),
    ...(party?.url ? [[party.url, WAYS.indexOf('website')] as const] : []),
    ...component.references.flatMap(reference => wayOf(reference)),
  ];
}

function wayOf(reference: ExternalReference): (readonly [string, number])[] {
  const rank = WAYS.indexOf(reference.type);
  return rank < 0 || reference.url === '' ? [] : [[reference.url, rank]];
}
