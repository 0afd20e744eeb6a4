import { type Attention, attentionOf, findingId, type Risk, riskOf } from '../../advisories/finding.ts';
import type { Match, Matcher } from '../../advisories/match.ts';
import type { Target } from '../../advisories/select.ts';
import type { Component } from '../../model/facts.ts';
import type { BomGraph } from '../../store/graph.ts';
import type { BomRecord } from '../../store/ports.ts';
import { namingOf } from '../naming.ts';
import { distances, type How, howOf, nearest, parentsOf } from '../walk.ts';
import type { Part, Parts } from './parts.ts';

/** One vulnerability in one package of one app, with all that `audit` shows. */
export interface Finding {
  /** Stable across runs. */
  readonly id: string;
  readonly match: Match;
  readonly vulnerability: string;
  /** Display name of the component. */
  readonly component: string;
  readonly version: string | null;
  readonly purl: string | null;
  /** All identities of the component. */
  readonly target: Target;
  /** Its entries in the document. */
  readonly ordinals: readonly number[];
  readonly bom: BomRecord;
  readonly scope: Component['scope'];
  readonly risk: Risk;
  readonly attention: Attention;
  /** Record time since which it is known of this app: the later of advisory and document. */
  readonly firstSeen: number;
  /** Direct dependencies through which the app comes to it; itself when it is one. Empty where the document states no path. */
  readonly direct: readonly DirectDependency[];
  readonly how: How;
  /** Purls of what states that it needs or holds it. */
  readonly parents: readonly string[];
}

export interface DirectDependency {
  readonly purl: string;
  /** Smallest version of it that clears the finding; null where only a registry could tell. */
  readonly to: string | null;
  /** Why `to` is not known, or what it leaves open, where a registry was asked. */
  readonly why?: string;
}

/** The findings of one BOM. The one place where a BOM and the advisories meet: `audit`, `where` and `why` all come here. */
export function findingsOf(
  parts: Parts,
  matcher: Matcher,
  only: (part: Part) => boolean = () => true,
): Finding[] {
  const subjects = new Set(parts.graph.subjects);
  const ways = new Ways(parts);
  return parts.parts.filter(only).flatMap(part => {
    let holders: Target[] | null = null;
    const product = { subjects: parts.subjects, holders: () => (holders ??= ways.holdersOf(part)) };
    return matcher.match(part.target, product).map(match => findingOf(parts, part, match, subjects, ways));
  });
}

function findingOf(
  parts: Parts,
  part: Part,
  match: Match,
  subjects: ReadonlySet<number>,
  ways: Ways,
): Finding {
  const { bom, graph } = parts;
  const naming = part.purl === null ? null : namingOf(part.purl);
  const label = graph.node(part.ordinals[0] ?? 0).label;
  const vulnerability = match.ids[0] ?? '';
  const component = naming?.name ?? label?.name ?? 'unnamed';
  const version = naming === null ? (label?.version ?? null) : naming.version;
  return {
    id: findingId(productOf(bom), part.purl ?? `${component}@${version ?? ''}`, vulnerability),
    match,
    vulnerability,
    component,
    version,
    purl: part.purl,
    target: part.target,
    ordinals: part.ordinals,
    bom,
    scope: part.ordinals.some(ordinal => subjects.has(ordinal))
      ? null
      : graph.node(part.ordinals[0] ?? 0).scope,
    risk: riskOf(match),
    attention: attentionOf(match, match.verdict.status),
    firstSeen: Math.max(match.knownSince, bom.document.recordedFrom),
    direct: ways.directOf(part, match.verdict.fixed),
    how: ways.howOf(part),
    parents: ways.parentsOf(part),
  };
}

/** Walks up from a component, made when first needed: most BOMs have few findings. */
class Ways {
  readonly #parts: Parts;
  readonly #byOrdinal = new Map<number, Part>();
  #fromSubjects: Int32Array | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const part of parts.parts) for (const ordinal of part.ordinals) this.#byOrdinal.set(ordinal, part);
  }

  /** What holds a component, over any number of hops. */
  holdersOf(part: Part): Target[] {
    const up = distances(this.#parts.graph, part.ordinals, 'up');
    const holders = new Set<Part>();
    for (const [ordinal, distance] of up.entries()) {
      const holder = distance > 0 ? this.#byOrdinal.get(ordinal) : undefined;
      if (holder) holders.add(holder);
    }
    return [...holders].map(holder => holder.target);
  }

  directOf(part: Part, fixed: readonly string[]): DirectDependency[] {
    const { graph } = this.#parts;
    const down = this.#downFromSubjects(graph);
    const up = distances(graph, part.ordinals, 'up');
    const found = new Map<string, DirectDependency>();
    for (const [ordinal, distance] of up.entries()) {
      if (distance < 0 || down[ordinal] !== 1) continue;
      const purl = this.#byOrdinal.get(ordinal)?.purl ?? null;
      if (purl !== null) found.set(purl, { purl, to: distance === 0 ? (fixed[0] ?? null) : null });
    }
    return [...found.values()];
  }

  howOf(part: Part): How {
    const down = this.#downFromSubjects(this.#parts.graph);
    return howOf(nearest(part.ordinals.map(ordinal => down[ordinal] ?? -1)));
  }

  parentsOf(part: Part): string[] {
    const parents = part.ordinals.flatMap(ordinal => parentsOf(this.#parts.graph, ordinal));
    return [...new Set(parents.flatMap(ordinal => this.#byOrdinal.get(ordinal)?.purl ?? []))];
  }

  #downFromSubjects(graph: BomGraph): Int32Array {
    this.#fromSubjects ??= distances(graph, graph.subjects, 'down');
    return this.#fromSubjects;
  }
}

/** What a finding is counted in once: a release, or a branch, which has no release. */
function productOf(bom: BomRecord): string {
  return `${bom.app}@${bom.release ?? ''}${bom.branch === null ? '' : `#${bom.branch}`}`;
}
