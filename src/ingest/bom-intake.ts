import { linkName, serialName } from '../model/bom-link.ts';
import { parseDate } from '../model/date.ts';
import { identifies } from '../model/digest.ts';
import type { BomFacts, Component, Party } from '../model/facts.ts';
import { canonicalPurl } from '../model/purl.ts';
import { saysNothing } from '../model/says-nothing.ts';
import { encodeGraph, type OtherIdentity } from '../store/graph-codec.ts';
import {
  type BomGaps,
  type BomIntake,
  type IdentifierKind,
  identifierKey,
  MEMBER,
  type PlainIdentity,
  type StatedCounts,
} from '../store/intake.ts';
import { encodeLicenceUses, type LocalLicenceUse } from '../store/licence-codec.ts';
import { nodeMeta } from '../store/node-meta.ts';
import { digestColumns, digestsOf } from './digest-columns.ts';
import { refinedPackage, systemOf } from './distro-package.ts';
import { isHistory } from './history.ts';
import { decideLine, fullName } from './line.ts';
import { distances, edgesOf, UNREACHED } from './reach.ts';

/** Distinct values with their index, and flags that every mention adds to. */
class Distinct<T> {
  readonly list: T[] = [];
  readonly #index = new Map<string, number>();
  readonly #flags: number[] = [];

  /** Index of the value that `key` names. */
  add(key: string, value: T, flags: number): number {
    let at = this.#index.get(key);
    if (at === undefined) {
      at = this.list.length;
      this.#index.set(key, at);
      this.list.push(value);
      this.#flags.push(flags);
    } else {
      this.#flags[at] = (this.#flags[at] ?? 0) | flags;
    }
    return at;
  }

  flags(): Uint16Array {
    return Uint16Array.from(this.#flags);
  }
}

/** Identities of all components, gathered into the columns that the graph and the memberships are made of. */
class Identities {
  readonly purls = new Distinct<string>();
  readonly identifiers = new Distinct<{ kind: IdentifierKind; value: string }>();
  readonly plain = new Distinct<PlainIdentity>();
  readonly others: OtherIdentity[] = [];
  readonly packages: Uint32Array;
  readonly labels: { ordinal: number; name: string; version: string | null }[] = [];

  readonly #system: string | null;

  /** @param system the distribution and its release that the document is about */
  constructor(size: number, system: string | null) {
    this.packages = new Uint32Array(size);
    this.#system = system;
  }

  take(component: Component, ordinal: number, flags: number): void {
    if (isHistory(component)) {
      this.labels.push({ ordinal, name: fullName(component), version: component.version });
      return;
    }
    const { purls, cpes, swids, gitoids } = component;
    for (let at = 0; at < purls.length; at++) this.#purl(purls[at] ?? '', ordinal, flags);
    if (purls.length > 0) this.#refined(component, ordinal, flags);
    for (let at = 0; at < cpes.length; at++) this.#identifier('cpe', cpes[at] ?? '', ordinal, flags);
    for (let at = 0; at < swids.length; at++) this.#identifier('other', `swid:${swids[at]}`, ordinal, flags);
    for (let at = 0; at < gitoids.length; at++) this.#identifier('other', gitoids[at] ?? '', ordinal, flags);
    if (this.packages[ordinal] === 0) this.#plain(component, ordinal, flags);
  }

  #refined(component: Component, ordinal: number, flags: number): void {
    const refined = refinedPackage(component, this.#system);
    if (refined !== null) this.#identifier('package', refined, ordinal, flags);
  }

  #plain(component: Component, ordinal: number, flags: number): void {
    this.labels.push({ ordinal, name: fullName(component), version: component.version });
    // Files are found by digest; their paths would fill the dictionary with names that nobody asks for.
    if (component.role === 'file') return;
    const identity = {
      name: component.name,
      version: component.version,
      supplier: component.supplier?.name ?? component.group,
    };
    const index = this.plain.add(
      JSON.stringify([identity.name, identity.version, identity.supplier]),
      identity,
      flags,
    );
    this.others.push({ ordinal, kind: 'plain', index });
  }

  #purl(stated: string, ordinal: number, flags: number): void {
    const purl = canonicalPurl(stated);
    if (purl === null) {
      // Many strangers have this one.
      if (saysNothing(stated)) return;
      this.#identifier('other', `purl:${stated}`, ordinal, flags);
      return;
    }
    const index = this.purls.add(purl, purl, flags);
    if (this.packages[ordinal] === 0) this.packages[ordinal] = index + 1;
    else if (this.packages[ordinal] !== index + 1) this.others.push({ ordinal, kind: 'package', index });
  }

  #identifier(kind: IdentifierKind, value: string, ordinal: number, flags: number): void {
    const identifier = { kind, value };
    const index = this.identifiers.add(identifierKey(identifier), identifier, flags);
    this.others.push({ ordinal, kind: 'identifier', index });
  }
}

/**
 * Everything that the store keeps of a BOM, computed without the store: canonical identities, the encoded graph, how each identity hangs on the
 * subject, licences, digests, counts of what the producer left out.
 */
export function bomIntake(bom: BomFacts, sha256: string, name: string): BomIntake {
  const { components } = bom;
  const subjects = bom.subjects.filter(ordinal => ordinal >= 0 && ordinal < components.length);
  const edges = edgesOf(bom);
  const distance = distances(components.length, subjects, edges);
  const identities = new Identities(components.length, systemOf(components));
  const meta = takeAll(identities, components, distance);
  const { purls, identifiers, plain } = identities;
  const licences = licenceColumns(components);
  return {
    line: decideLine({ ...bom, subjects }, sha256, name),
    subjects: subjects.slice(0, 100).map(ordinal => subjectOf(components[ordinal], ordinal)),
    serialNumber: serialName(bom.serialNumber),
    revision: bom.revision,
    namespace: bom.namespace,
    name: bom.name,
    created: bom.created === null ? null : parseDate(bom.created),
    tools: [
      ...new Set(bom.tools.map(tool => (tool.version === null ? tool.name : `${tool.name} ${tool.version}`))),
    ],
    supplier: producer(bom),
    counts: bom.counts,
    distinctPackages: purls.list.length,
    gaps: gapsOf(bom, subjects, distance),
    graph: encodeGraph({
      meta,
      packages: identities.packages,
      counts: { package: purls.list.length, identifier: identifiers.list.length, plain: plain.list.length },
      others: identities.others,
      subjects,
      edges,
      labels: identities.labels,
    }),
    purls: purls.list,
    purlFlags: purls.flags(),
    identifiers: identifiers.list,
    identifierFlags: identifiers.flags(),
    plain: plain.list,
    plainFlags: plain.flags(),
    ...licences,
    digests: digestColumns(bom),
    links: bom.links.map(({ from, target, relation, inward, digests }) => ({
      from,
      target: linkName(target),
      relation,
      inward: inward === true,
      digests,
    })),
  };
}

/** Takes the identities of all components; gives the meta of each. Short loops like this one are apart so that the engine has little to compile again when it meets a new kind of list. */
function takeAll(
  identities: Identities,
  components: readonly Component[],
  distance: Uint16Array,
): Uint16Array {
  const meta = new Uint16Array(components.length);
  for (let ordinal = 0; ordinal < components.length; ordinal++) {
    const component = components[ordinal] as Component;
    meta[ordinal] = nodeMeta(component);
    identities.take(component, ordinal, memberFlags(component, distance[ordinal] ?? UNREACHED));
  }
  return meta;
}

function memberFlags(component: Component, distance: number): number {
  let flags =
    distance === UNREACHED
      ? MEMBER.NO_PATH
      : distance === 0
        ? MEMBER.SUBJECT
        : distance === 1
          ? MEMBER.DIRECT
          : MEMBER.TRANSITIVE;
  switch (component.scope) {
    case 'optional':
      flags |= MEMBER.OPTIONAL;
      break;
    case 'excluded':
      flags |= MEMBER.EXCLUDED;
      break;
    case 'dev':
    case 'test':
    case 'build':
      flags |= MEMBER.DEV;
      break;
    default:
  }
  if (component.ownership === 'own') flags |= MEMBER.OWN;
  if (component.ownership === 'third-party') flags |= MEMBER.THIRD_PARTY;
  return flags;
}

/** What a document that is not indexed as a BOM states: a VEX with components, a BOM that was rejected. */
export function statedCounts(bom: BomFacts): StatedCounts {
  const purls = new Set(
    bom.components.flatMap(component => component.purls.flatMap(purl => canonicalPurl(purl) ?? [])),
  );
  const subjects = bom.subjects.slice(0, 100).map(ordinal => subjectOf(bom.components[ordinal], ordinal));
  return { counts: bom.counts, distinctPackages: purls.size, subjects };
}

function subjectOf(component: Component | undefined, ordinal: number): BomIntake['subjects'][number] {
  const purl = component?.purls.map(canonicalPurl).find(one => one !== null) ?? null;
  return {
    ordinal,
    name: component === undefined ? '' : fullName(component),
    version: component?.version || null,
    purl,
    ...(component === undefined ? {} : subjectDigests(component)),
  };
}

const MOST_SUBJECT_DIGESTS = 8;
const HEX = /^(?:[0-9a-f]{2}){8,64}$/;

function subjectDigests(component: Component): Pick<BomIntake['subjects'][number], 'digests'> {
  const digests = digestsOf(component)
    .filter(value => HEX.test(value) && identifies(value))
    .slice(0, MOST_SUBJECT_DIGESTS);
  return digests.length === 0 ? {} : { digests };
}

function licenceColumns(
  components: readonly Component[],
): Pick<BomIntake, 'licences' | 'licenceUses' | 'licenceCounts'> {
  const texts = new Distinct<string>();
  const counts: number[] = [];
  /** The last component that stated each licence, so that declared and concluded alike count once. */
  const lastIn: number[] = [];
  const uses: LocalLicenceUse[] = [];
  const take = (list: readonly string[], ordinal: number, concluded: boolean): void => {
    for (const text of list) {
      const licence = texts.add(text, text, 0);
      uses.push({ ordinal, licence, concluded });
      if (lastIn[licence] === ordinal) continue;
      counts[licence] = (counts[licence] ?? 0) + 1;
      lastIn[licence] = ordinal;
    }
  };
  for (let ordinal = 0; ordinal < components.length; ordinal++) {
    const licences = components[ordinal]?.licences;
    if (licences === undefined) continue;
    if (licences.declared.length > 0) take(licences.declared, ordinal, false);
    if (licences.concluded.length > 0) take(licences.concluded, ordinal, true);
  }
  return {
    licences: texts.list,
    licenceUses: encodeLicenceUses(uses),
    licenceCounts: Uint32Array.from(counts),
  };
}

function gapsOf(bom: BomFacts, subjects: readonly number[], distance: Uint16Array): BomGaps {
  const gaps = {
    withoutVersion: 0,
    withoutIdentity: 0,
    withoutSupplier: 0,
    withoutLicence: 0,
    withoutPath: 0,
  };
  for (let ordinal = 0; ordinal < bom.components.length; ordinal++) {
    const component = bom.components[ordinal] as Component;
    if (component.role !== 'listed') continue;
    if (component.version === null || saysNothing(component.version)) gaps.withoutVersion++;
    if (
      component.purls.every(saysNothing) &&
      component.cpes.length + component.swids.length + component.gitoids.length + component.digests.length ===
        0
    )
      gaps.withoutIdentity++;
    if (component.supplier === null) gaps.withoutSupplier++;
    if (component.licences.declared.every(saysNothing) && component.licences.concluded.every(saysNothing))
      gaps.withoutLicence++;
    if (distance[ordinal] === UNREACHED) gaps.withoutPath++;
  }
  return {
    ...gaps,
    withoutSubject: subjects.length === 0 ? 1 : 0,
    withoutEdges: bom.relations.length === 0 ? 1 : 0,
  };
}

/** Who answers for the document: its supplier, manufacturer or first author, an organisation before a person. */
function producer(bom: BomFacts): string | null {
  const authors = [...bom.authors].sort((a, b) => rank(a) - rank(b));
  return (
    [bom.supplier, bom.manufacturer, ...authors].find(party => party !== null && party.name !== '')?.name ??
    null
  );
}

function rank(party: Party): number {
  return party.kind === 'organization' ? 0 : 1;
}
