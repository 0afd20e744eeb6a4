import type { AdvisoryBase } from './base.ts';
import type { AdvisoryHead } from './mirror/codec.ts';
import { keysOfClaim, keysOfTarget } from './mirror/keys.ts';
import { type FoundClaim, sourced } from './mirror/mirror.ts';
import type { Target } from './select.ts';
import { type Severity, worstSeverity } from './severity.ts';
import { judge, type ProductContext, type SourcedClaim, type Verdict } from './verdict.ts';

/** One component's finding: the vulnerability with all its names and advisories, and the verdict on it. */
export interface Match {
  /** Best name first. */
  readonly ids: readonly string[];
  readonly kind: 'vulnerability' | 'malicious';
  readonly verdict: Verdict;
  readonly advisories: readonly AdvisoryHead[];
  readonly severity: Severity;
  readonly kev: boolean;
  readonly epss: number | null;
  /** Record time of the first advisory that the verdict rests on. */
  readonly knownSince: number;
}

export interface MatchOptions {
  /** Record time: what was known then. Absent: all that is recorded, also when the clock was set back since. */
  readonly asOf?: number;
  /** The day by which a statement that its author set an end to counts or not. */
  readonly now: number;
  /** What checking the document gave, by its SHA-256. Who signed a `verified` one may speak, by the trust policy, for all that it is about. */
  readonly trustOf?: (document: string | null) => string;
}

/** So many claims are kept at once: what was looked up first is not held until a large audit ends. */
const MOST_KEPT = 2000;

/**
 * The one matcher: scan, audit, where and why all ask it, so that both directions agree by construction. What it looked up is kept for a while, so that a package in
 * a hundred BOMs is looked up once.
 */
export class Matcher {
  readonly #base: AdvisoryBase;
  readonly #options: MatchOptions;
  readonly #asOf: number;
  readonly #claims = new Map<string, readonly FoundClaim[]>();
  #kept = 0;

  constructor(base: AdvisoryBase, options: MatchOptions) {
    this.#base = base;
    this.#options = options;
    this.#asOf = options.asOf ?? Number.MAX_SAFE_INTEGER;
  }

  /** The findings of one component in a product, ordered by vulnerability. */
  match(target: Target, product: ProductContext): Match[] {
    // Never amid one: a claim that is found by two keys is one and the same.
    if (this.#kept > MOST_KEPT) {
      this.#claims.clear();
      this.#kept = 0;
    }
    const own = this.#byVulnerability([target]);
    if (own.size === 0) return [];
    const whole = this.#byVulnerability(product.subjects);
    const matches: Match[] = [];
    for (const [name, claims] of own) {
      const all = new Set([...claims, ...(whole.get(name) ?? [])]);
      const match = this.#matchOne(target, product, [...all]);
      if (match !== null) matches.push(match);
    }
    return matches;
  }

  /** Keys of the products inside which a statement on this component would hold; null when there is no such statement. */
  withinKeys(target: Target): readonly string[] | null {
    const keys = new Set<string>();
    let any = false;
    for (const key of keysOfTarget(target)) {
      for (const { claim } of this.#found(key)) {
        if (claim.within === null) continue;
        any = true;
        for (const one of keysOfClaim({ product: claim.within })) keys.add(one);
      }
    }
    return any ? [...keys].sort() : null;
  }

  /** Whether anything states a status of this very thing: as a product, that would be heard for all it holds. */
  isSpokenOf(target: Target): boolean {
    return keysOfTarget(target).some(key =>
      this.#found(key).some(({ claim }) => claim.kind === 'statement' && claim.within === null),
    );
  }

  #matchOne(target: Target, product: ProductContext, found: readonly FoundClaim[]): Match | null {
    const verdict = judge(
      target,
      product,
      found.map(one => this.#withTrust(one)),
      this.#options.now,
    );
    if (verdict === null) return null;
    const ids = found[0]?.names ?? [];
    const cited = new Set(verdict.reasons.map(reason => reason.source));
    const heard = found.filter(one => cited.has(one.head.id));
    const heads = [...new Map(heard.map(one => [one.head.id, one.head])).values()];
    return {
      ids,
      kind: heads.some(head => head.kind === 'malicious') ? 'malicious' : 'vulnerability',
      verdict,
      advisories: heads,
      severity: severityIn(verdict, heard, heads),
      kev: this.#base.kev(ids, this.#asOf) !== null,
      epss: this.#base.epss(ids, this.#asOf),
      knownSince: Math.min(...heads.map(head => head.recordedFrom)),
    };
  }

  #withTrust(found: FoundClaim): SourcedClaim {
    return sourced(found, this.#options.trustOf?.(found.head.document) ?? 'unsigned');
  }

  #byVulnerability(targets: readonly Target[]): Map<string, Set<FoundClaim>> {
    const groups = new Map<string, Set<FoundClaim>>();
    for (const target of targets) {
      for (const key of keysOfTarget(target)) {
        for (const one of this.#found(key)) {
          const name = one.names[0] ?? one.head.vulnerability;
          const group = groups.get(name);
          if (group === undefined) groups.set(name, new Set([one]));
          else group.add(one);
        }
      }
    }
    return groups;
  }

  #found(key: string): readonly FoundClaim[] {
    let claims = this.#claims.get(key);
    if (claims === undefined) {
      claims = this.#base.claims(key, this.#asOf);
      this.#kept += claims.length;
      this.#claims.set(key, claims);
    }
    return claims;
  }
}

/** A product about which nothing is known: the component by itself. */
export const NO_PRODUCT: ProductContext = { subjects: [], holders: () => [] };

/** A claim's own severity is said of this product and stands before the advisory's, unless it is but a word; what a decision puts in place stands before all. */
function severityIn(
  verdict: Verdict,
  heard: readonly FoundClaim[],
  heads: readonly AdvisoryHead[],
): Severity {
  const decided = heard.find(one => one.claim.override && one.claim === verdict.claim);
  if (decided !== undefined) return decided.claim.severity;
  const own = worstSeverity(heard.filter(one => !one.claim.override).map(one => one.claim.severity));
  return own.score === null ? worstSeverity([own, ...heads.map(head => head.severity)]) : own;
}
