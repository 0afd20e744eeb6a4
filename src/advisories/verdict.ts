import type {
  AdvisoryFacts,
  Claim,
  ClaimStatus,
  Justification,
  ProductSelector,
  VerdictStatus,
} from '../model/advisory.ts';
import { parseDate } from '../model/date.ts';
import { isDistroPackage, namesOf } from './ecosystems.ts';
import { type FixSource, fixedVersions } from './fixed.ts';
import { byOrder, type Heard, isSameReason, reason, shown } from './heard.ts';
import { platformFits } from './releases.ts';
import { type Selection, select, type Target } from './select.ts';

/**
 * The verdict on one component and one vulnerability: the status that follows from all claims, with the reasons in the order they were weighed. Pure: it
 * takes claims and identities, and the same claims give the same verdict in whatever order they arrived. The rules are DESIGN.md §7.
 */

/** An advisory as far as a verdict needs it, with where it is from. */
export interface Source {
  readonly advisory: Pick<
    AdvisoryFacts,
    | 'id'
    | 'vulnerability'
    | 'source'
    | 'publisher'
    | 'publisherRole'
    | 'state'
    | 'kind'
    | 'modified'
    | 'published'
  >;
  /** SHA-256 of the document that states it; null for a record that is only in the mirror. */
  readonly document: string | null;
  /** What checking that document gave: `verified`, `unsigned`, ... */
  readonly trust: string;
}

/** A claim as far as a verdict needs it: how bad it says the flaw is does not change whether it is there. */
export type JudgedClaim = Omit<Claim, 'severities'>;

export interface SourcedClaim extends Source {
  readonly claim: JudgedClaim;
}

/** The product in which a component is judged: what the BOM is about, and what holds the component in it. */
export interface ProductContext {
  readonly subjects: readonly Target[];
  /** Components on the paths from the subjects to this one; a VEX statement on one of them, with this one as subcomponent, holds here. */
  readonly holders: () => readonly Target[];
}

export type ReasonRule =
  | 'advisory-range'
  | 'not-in-range'
  | 'cannot-compare'
  | 'release-unknown'
  | 'distribution-decides'
  | 'not-counted'
  | 'vex-statement'
  | 'less-specific'
  | 'older'
  | 'not-trusted'
  | 'conflict'
  | 'decision'
  | 'expired';

export interface Reason {
  readonly rule: ReasonRule;
  readonly source: string;
  readonly document: string | null;
  readonly trust: string;
  readonly text: string;
}

export interface Verdict {
  readonly status: VerdictStatus;
  readonly justification: Justification | null;
  readonly statedJustification: string | null;
  /** True when trusted authors disagree: the worse status is shown, and the conflict with it. */
  readonly conflict: boolean;
  /** Versions that the advisories which select it say fix it. */
  readonly fixed: readonly string[];
  /** The statement that counts; null where the advisories alone decide. */
  readonly claim: JudgedClaim | null;
  readonly reasons: readonly Reason[];
}

/**
 * Judges one component against all claims on one vulnerability (all aliases).
 *
 * @param now a statement whose last day is over by then does not count; without it none expires
 * @returns null when no claim gives a finding: no assertion is no finding
 */
export function judge(
  target: Target,
  context: ProductContext,
  claims: readonly SourcedClaim[],
  now: number = Number.NEGATIVE_INFINITY,
): Verdict | null {
  const heard = claims.flatMap(claim => hear(claim, target, context)).sort(byOrder);
  if (heard.length === 0) return null;
  const reasons: Reason[] = [];
  const counting = heard.filter(one => {
    const refusal = notCounting(one, now);
    if (refusal !== null && !reasons.some(known => isSameReason(known, refusal))) reasons.push(refusal);
    return refusal === null;
  });
  const ranged = judgeAdvisories(counting.filter(isAdvisory), target, reasons);
  const statements = counting.filter(one => !isAdvisory(one) && speaks(one));
  return conclude(ranged, statements, fixedVersions(fixSources(counting), target), reasons);
}

/** What is said of the product as a whole names no versions of the component. */
function fixSources(counting: readonly Heard[]): FixSource[] {
  return counting
    .filter(one => one.scope !== 'product')
    .map(({ from, selection }) => ({ claim: from.claim, selection }));
}

/** Why a claim that is heard does not count: its source took it back, or its author set an end to it. */
function notCounting(one: Heard, now: number): Reason | null {
  const { advisory, claim } = one.from;
  if (advisory.state !== 'published')
    return reason('not-counted', one, `${advisory.id} is ${advisory.state} and does not count`);
  const end = claim.until ? Date.parse(`${claim.until}T23:59:59.999Z`) : Number.NaN;
  return end < now ? reason('expired', one, `${shown(one)}, and that is over`) : null;
}

/** A claim is heard when it names the component, the component inside this product, or this product. */
function hear(from: SourcedClaim, target: Target, context: ProductContext): Heard[] {
  const { claim } = from;
  if (claim.within !== null) {
    const within = claim.within;
    // First, since nearly all claims of a key end here, and what holds a component takes a walk to know.
    const selection = select(claim.product, target);
    if (selection === null) return [];
    const holding = (product: Target): boolean => isInside(select(within, product));
    const holds = context.subjects.some(holding) || context.holders().some(holding);
    const platform = holds ? 'yes' : platformOf(within, target);
    if (platform === null) return [];
    // What is only known of another release than perhaps this one states nothing here.
    if (platform === 'unknown' && claim.kind === 'statement') return [];
    return [{ from, selection: { ...selection, release: platform }, scope: 'subcomponent' }];
  }
  const own = select(claim.product, target);
  if (own !== null) return [{ from, selection: own, scope: 'component' }];
  if (claim.kind === 'range') return [];
  for (const subject of context.subjects) {
    const selection = select(claim.product, subject);
    // An `affected` product does not say that each of its components is.
    if (isInside(selection) && selection !== null && claim.status !== 'affected')
      return [{ from, selection, scope: 'product' }];
  }
  return [];
}

/** Whether a distribution's package says itself that it is from the platform that holds it; null when it does not. */
function platformOf({ cpe }: ProductSelector, target: Target): 'yes' | 'unknown' | null {
  const fits = cpe === null ? [] : target.purls.map(purl => platformFits(cpe, purl));
  return fits.includes('yes') ? 'yes' : fits.includes('unknown') ? 'unknown' : null;
}

function isAdvisory(heard: Heard): boolean {
  return heard.from.claim.kind === 'range';
}

function speaks(heard: Heard): boolean {
  return heard.selection.containment.inside !== false;
}

function isInside(selection: Selection | null): boolean {
  return selection !== null && selection.containment.inside === true;
}

/** What the range advisories say together; null when none holds the version. */
function judgeAdvisories(
  all: readonly Heard[],
  target: Target,
  reasons: Reason[],
): 'affected' | 'unknown' | null {
  const deciding = distributionFirst(all, target, reasons);
  const holding = new Set(deciding.filter(holdsVersion).map(one => one.from.advisory.id));
  // A package's own order that says "outside" is better knowledge than a CPE's bounds that cannot be compared.
  const spared = deciding.some(
    one => one.selection.by !== 'cpe' && one.selection.containment.inside === false,
  );
  let status: 'affected' | 'unknown' | null = null;
  for (const one of deciding) {
    const said = rangeReason(one);
    if (said.rule === 'not-in-range' && holding.has(one.from.advisory.id)) continue;
    reasons.push(reason(said.rule, one, `${one.from.advisory.id}${said.text}`));
    if (said.rule === 'advisory-range') status = 'affected';
    else if (said.rule !== 'not-in-range' && !(spared && one.selection.by === 'cpe')) status ??= 'unknown';
  }
  return status;
}

function holdsVersion(heard: Heard): boolean {
  return rangeReason(heard).rule === 'advisory-range';
}

function rangeReason({ from, selection }: Heard): { readonly rule: ReasonRule; readonly text: string } {
  const { containment, release } = selection;
  if (containment.inside === false) return { rule: 'not-in-range', text: `: ${containment.text}` };
  if (release === 'unknown') {
    const ecosystem = from.claim.product.package?.ecosystem;
    return {
      rule: 'release-unknown',
      text: ` is for ${ecosystem}; the package does not say which release it is from`,
    };
  }
  if (containment.inside === null) return { rule: 'cannot-compare', text: `: ${containment.text}` };
  return { rule: 'advisory-range', text: `: ${containment.text}` };
}

/** A distribution's own advisory decides for its package over the upstream one (DESIGN.md §7): backports make upstream ranges wrong there. */
function distributionFirst(all: readonly Heard[], target: Target, reasons: Reason[]): readonly Heard[] {
  if (!target.purls.some(isDistroPackage)) return all;
  const own = all.filter(
    ({ selection, from }) =>
      (selection.by === 'purl' && from.advisory.publisherRole === 'vendor') ||
      namesOf(from.claim.product.package?.ecosystem ?? '') !== null,
  );
  if (own.length === 0) return all;
  for (const one of all) {
    if (!own.includes(one))
      reasons.push(
        reason(
          'distribution-decides',
          one,
          `${one.from.advisory.id} is left out: the distribution's own advisory decides for its package`,
        ),
      );
  }
  return own;
}

/** Statements over ranges, and among statements the precedence of DESIGN.md §7. */
function conclude(
  ranged: 'affected' | 'unknown' | null,
  statements: readonly Heard[],
  fixed: readonly string[],
  reasons: Reason[],
): Verdict | null {
  const winner = precedence(statements, reasons);
  if (winner === null) {
    if (ranged === null) return null;
    return {
      status: ranged,
      justification: null,
      statedJustification: null,
      conflict: false,
      fixed,
      claim: null,
      reasons,
    };
  }
  const { claim } = winner.heard.from;
  const comparable = winner.heard.selection.containment.inside === true;
  const status: VerdictStatus = winner.conflict
    ? worst(winner.statuses)
    : comparable
      ? claim.status
      : 'unknown';
  return {
    status,
    justification: claim.justification,
    statedJustification: claim.statedJustification,
    conflict: winner.conflict,
    fixed,
    claim,
    reasons,
  };
}

interface Winner {
  readonly heard: Heard;
  readonly conflict: boolean;
  readonly statuses: readonly ClaimStatus[];
}

/**
 * One author speaks with the narrowest and then latest of their statements; of the authors only those are heard in whom the user trusts most, and if they disagree the
 * conflict is shown.
 */
function precedence(statements: readonly Heard[], reasons: Reason[]): Winner | null {
  const byAuthor = new Map<string, Heard[]>();
  for (const one of statements) {
    // Who only writes the name of somebody trusted is somebody else.
    const author = `${standing(one)}:${one.from.advisory.publisher ?? one.from.document ?? one.from.advisory.id}`;
    const own = byAuthor.get(author);
    if (own === undefined) byAuthor.set(author, [one]);
    else own.push(one);
  }
  const spoken = [...byAuthor.values()].map(own => lastWord(own, reasons));
  const highest = Math.max(...spoken.map(standing));
  const voices = spoken.filter(one => standing(one) === highest);
  for (const one of spoken)
    if (!voices.includes(one))
      reasons.push(reason('not-trusted', one, `${shown(one)}, but ${STANDING[highest]} speaks too`));
  const narrowest = Math.max(...voices.map(rank));
  const heard = voices.filter(one => rank(one) === narrowest);
  const first = heard[0];
  if (first === undefined) return null;
  for (const one of voices)
    if (!heard.includes(one))
      reasons.push(reason('less-specific', one, `${shown(one)}, but a narrower statement speaks too`));
  for (const one of heard) {
    const { inside, text } = one.selection.containment;
    // Versions that cannot be told apart make it unknown, whatever the statement says.
    const words = inside === null ? `${shown(one)} of some versions, but ${text}` : shown(one);
    reasons.push(reason(one.from.advisory.source === 'decision' ? 'decision' : 'vex-statement', one, words));
  }
  const statuses = [...new Set(heard.map(one => one.from.claim.status))];
  const conflict = statuses.length > 1;
  if (conflict)
    reasons.push(reason('conflict', first, `the authors disagree: ${statuses.sort().join(', ')}`));
  return { heard: heard.find(one => one.from.claim.status === worst(statuses)) ?? first, conflict, statuses };
}

/** What outranks the words of somebody of whom the user said nothing. */
const STANDING = ['', 'an author whom the trust policy allows to speak of this', 'a decision of your own'];

/** How far the user trusts an author in this: a user's own decision before a verified document, that before all others. */
function standing({ from }: Heard): 0 | 1 | 2 {
  if (from.advisory.source === 'decision') return 2;
  return from.trust === 'verified' ? 1 : 0;
}

/** Narrowest first; at equal width the later, and at equal time a specific `fixed` or `not_affected` beats `affected`. */
function lastWord(own: readonly Heard[], reasons: Reason[]): Heard {
  const sorted = [...own].sort(
    (a, b) => rank(b) - rank(a) || timeOf(b) - timeOf(a) || settles(b) - settles(a) || byOrder(a, b),
  );
  const [last, ...others] = sorted as [Heard, ...Heard[]];
  for (const one of others.filter(other => !isSameStatement(other, last)))
    reasons.push(
      reason(
        rank(one) < rank(last) ? 'less-specific' : 'older',
        one,
        `${shown(one)}, but the same author's ${rank(one) < rank(last) ? 'narrower' : 'later'} statement counts`,
      ),
    );
  return last;
}

/** One statement may name the same product in several ways; it is still said once. */
function isSameStatement(a: Heard, b: Heard): boolean {
  return (
    a.from.document === b.from.document &&
    a.from.advisory.id === b.from.advisory.id &&
    a.from.claim.at === b.from.claim.at
  );
}

/** How narrow a statement is: first by what it is said of, then by how it names it. */
function rank(heard: Heard): number {
  const scope = heard.scope === 'subcomponent' ? 200 : heard.scope === 'component' ? 100 : 0;
  return scope + heard.selection.specificity;
}

function timeOf(heard: Heard): number {
  const stated = heard.from.claim.time ?? heard.from.advisory.modified ?? heard.from.advisory.published;
  return stated === null ? 0 : (parseDate(stated) ?? 0);
}

function settles(heard: Heard): number {
  return heard.from.claim.status === 'fixed' || heard.from.claim.status === 'not_affected' ? 1 : 0;
}

const BADNESS: readonly ClaimStatus[] = ['fixed', 'not_affected', 'under_investigation', 'affected'];

function worst(statuses: readonly ClaimStatus[]): ClaimStatus {
  return statuses.reduce((bad, status) => (BADNESS.indexOf(status) > BADNESS.indexOf(bad) ? status : bad));
}
