import type { StatedSeverity } from '../model/advisory.ts';
import type { AdvisoryBase } from './base.ts';
import { keysOfClaim, keysOfTarget } from './mirror/keys.ts';
import { type AdvisoryHead, type FoundClaim, sourced } from './mirror/mirror.ts';
import type { Target } from './select.ts';
import { type Severity, severityOf } from './severity.ts';
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

/**
 * The one matcher: scan, audit, where and why all ask it, so that both directions agree by construction. What it looked up is kept for its life, so that a package in
 * a hundred BOMs is looked up once.
 */
export class Matcher {
  readonly #base: AdvisoryBase;
  readonly #options: MatchOptions;
  readonly #asOf: number;
  readonly #claims = new Map<string, readonly FoundClaim[]>();
  readonly #ids = new Map<string, readonly string[]>();

  constructor(base: AdvisoryBase, options: MatchOptions) {
    this.#base = base;
    this.#options = options;
    this.#asOf = options.asOf ?? Number.MAX_SAFE_INTEGER;
  }

  /** The findings of one component in a product, ordered by vulnerability. */
  match(target: Target, product: ProductContext): Match[] {
    const own = this.#byVulnerability([target]);
    if (own.size === 0) return [];
    const whole = this.#byVulnerability(product.subjects);
    const matches: Match[] = [];
    for (const [name, claims] of own) {
      const more = (whole.get(name) ?? []).filter(found => !claims.includes(found));
      const match = this.#matchOne(target, product, name, more.length === 0 ? claims : [...claims, ...more]);
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
        for (const one of keysOfClaim({ ...claim, product: claim.within })) keys.add(one);
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

  #matchOne(
    target: Target,
    product: ProductContext,
    name: string,
    found: readonly FoundClaim[],
  ): Match | null {
    const verdict = judge(
      target,
      product,
      found.map(one => this.#withTrust(one)),
      this.#options.now,
    );
    if (verdict === null) return null;
    const ids = this.#idsOf(name);
    const cited = new Set(verdict.reasons.map(reason => reason.source));
    const heads = [
      ...new Map(found.filter(one => cited.has(one.head.id)).map(one => [one.head.id, one.head])).values(),
    ];
    return {
      ids,
      kind: heads.some(head => head.kind === 'malicious') ? 'malicious' : 'vulnerability',
      verdict,
      advisories: heads,
      severity: severityOf(verdict.claim?.override ? [verdict.claim.override] : severitiesOf(found, heads)),
      kev: this.#base.kev(ids, this.#asOf) !== null,
      epss: this.#base.epss(ids, this.#asOf),
      knownSince: Math.min(...heads.map(head => head.recordedFrom)),
    };
  }

  #withTrust(found: FoundClaim): SourcedClaim {
    return sourced(found, this.#options.trustOf?.(found.head.document) ?? 'unsigned');
  }

  #byVulnerability(targets: readonly Target[]): Map<string, FoundClaim[]> {
    const groups = new Map<string, FoundClaim[]>();
    for (const target of targets) {
      for (const key of keysOfTarget(target)) {
        for (const one of this.#found(key)) {
          const name = this.#idsOf(one.head.vulnerability)[0] ?? one.head.vulnerability;
          const group = groups.get(name);
          if (group === undefined) groups.set(name, [one]);
          else if (!group.includes(one)) group.push(one);
        }
      }
    }
    return groups;
  }

  #found(key: string): readonly FoundClaim[] {
    let claims = this.#claims.get(key);
    if (claims === undefined) {
      claims = this.#base.claims(key, this.#asOf);
      this.#claims.set(key, claims);
    }
    return claims;
  }

  #idsOf(id: string): readonly string[] {
    let ids = this.#ids.get(id);
    if (ids === undefined) {
      ids = this.#base.vulnerability(id, this.#asOf);
      for (const one of ids) this.#ids.set(one, ids);
    }
    return ids;
  }
}

/** A product about which nothing is known: the component by itself. */
export const NO_PRODUCT: ProductContext = { subjects: [], holders: () => [] };

/** A claim's own severity is said of this product and stands before the advisory's. */
function severitiesOf(
  found: readonly FoundClaim[],
  heads: readonly AdvisoryHead[],
): readonly StatedSeverity[] {
  const own = found.filter(one => heads.includes(one.head)).flatMap(one => one.claim.severities);
  return own.some(one => one.type !== 'label') ? own : [...own, ...heads.flatMap(head => head.severities)];
}
