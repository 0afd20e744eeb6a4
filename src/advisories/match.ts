import type { StatedSeverity } from '../model/advisory.ts';
import { keysOfTarget } from './mirror/keys.ts';
import { type AdvisoryHead, type FoundClaim, type Mirror, sourced } from './mirror/mirror.ts';
import type { Target } from './select.ts';
import { type Severity, severityOf } from './severity.ts';
import { judge, type ProductContext, type SourcedClaim, type Verdict } from './verdict.ts';

/** One component's finding: the vulnerability with all its names and advisories, and the verdict on it. */
export interface Match {
  /** Index into the components asked about. */
  readonly component: number;
  /** Best name first. */
  readonly ids: readonly string[];
  readonly kind: 'vulnerability' | 'malicious';
  readonly verdict: Verdict;
  readonly advisories: readonly AdvisoryHead[];
  readonly severity: Severity;
  readonly kev: boolean;
  readonly epss: number | null;
}

export interface MatchOptions {
  /** Record time: what was known then. */
  readonly asOf: number;
  /** Whether a document's author is one the user trusts for this product; decisions of the user always are. */
  readonly trusts?: (head: AdvisoryHead) => boolean;
  /** What checking the document gave, by its SHA-256. */
  readonly trustOf?: (document: string | null) => string;
}

/**
 * The findings of components in one product. The one matcher: `scan`, `audit` and the larder's findings all ask it, so that both directions agree by construction.
 *
 * @param holders for each component, what holds it in the product; empty where the BOM states no nesting or path
 */
export function matchComponents(
  mirror: Mirror,
  components: readonly Target[],
  product: {
    readonly subjects: readonly Target[];
    readonly holders: (component: number) => readonly Target[];
  },
  options: MatchOptions,
): Match[] {
  const lookup = new Lookup(mirror, options.asOf);
  const onProduct = groupByVulnerability(
    lookup,
    product.subjects.flatMap(subject => lookup.found(subject)),
  );
  const matches: Match[] = [];
  for (const [index, target] of components.entries()) {
    const own = groupByVulnerability(lookup, lookup.found(target));
    for (const [name, claims] of own) {
      const all = [...claims, ...(onProduct.get(name) ?? []).filter(found => !claims.includes(found))];
      const match = matchOne(
        lookup,
        index,
        target,
        { subjects: product.subjects, holders: product.holders(index) },
        name,
        all,
        options,
      );
      if (match !== null) matches.push(match);
    }
  }
  return matches;
}

function matchOne(
  lookup: Lookup,
  component: number,
  target: Target,
  context: ProductContext,
  name: string,
  found: readonly FoundClaim[],
  options: MatchOptions,
): Match | null {
  const verdict = judge(
    target,
    context,
    found.map(one => withTrust(one, options)),
  );
  if (verdict === null) return null;
  const ids = lookup.ids(name);
  const cited = new Set(verdict.reasons.map(reason => reason.source));
  const heads = [
    ...new Map(found.filter(one => cited.has(one.head.id)).map(one => [one.head.id, one.head])).values(),
  ];
  return {
    component,
    ids,
    kind: heads.some(head => head.kind === 'malicious') ? 'malicious' : 'vulnerability',
    verdict,
    advisories: heads,
    severity: severityOf(severitiesOf(found, heads)),
    kev: lookup.mirror.kev(ids, options.asOf) !== null,
    epss: lookup.mirror.epss(ids, options.asOf)?.score ?? null,
  };
}

function withTrust(found: FoundClaim, options: MatchOptions): SourcedClaim {
  const trusted = found.head.source === 'decision' || (options.trusts?.(found.head) ?? false);
  return sourced(found, options.trustOf?.(found.head.document) ?? 'unsigned', trusted);
}

/** A claim's own severity is said of this product and stands before the advisory's. */
function severitiesOf(
  found: readonly FoundClaim[],
  heads: readonly AdvisoryHead[],
): readonly StatedSeverity[] {
  const own = found.filter(one => heads.includes(one.head)).flatMap(one => one.claim.severities);
  return own.some(one => one.type !== 'label') ? own : [...own, ...heads.flatMap(head => head.severities)];
}

function groupByVulnerability(lookup: Lookup, found: readonly FoundClaim[]): Map<string, FoundClaim[]> {
  const groups = new Map<string, FoundClaim[]>();
  for (const one of found) {
    const name = lookup.name(one.head);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}

/** What one run asked the mirror, so that a package in a hundred BOMs is looked up once. */
class Lookup {
  readonly mirror: Mirror;
  readonly #asOf: number;
  readonly #claims = new Map<string, readonly FoundClaim[]>();
  readonly #ids = new Map<string, readonly string[]>();

  constructor(mirror: Mirror, asOf: number) {
    this.mirror = mirror;
    this.#asOf = asOf;
  }

  found(target: Target): FoundClaim[] {
    const all: FoundClaim[] = [];
    for (const key of keysOfTarget(target)) {
      let claims = this.#claims.get(key);
      if (!claims) {
        claims = this.mirror.claims(key, this.#asOf);
        this.#claims.set(key, claims);
      }
      all.push(...claims);
    }
    return all;
  }

  name(head: AdvisoryHead): string {
    return this.ids(head.vulnerability)[0] ?? head.vulnerability;
  }

  ids(id: string): readonly string[] {
    let ids = this.#ids.get(id);
    if (!ids) {
      ids = this.mirror.vulnerability(id, this.#asOf);
      for (const one of ids) this.#ids.set(one, ids);
    }
    return ids;
  }
}
