import type { Selection } from './select.ts';
import type { JudgedClaim, Reason, ReasonRule, SourcedClaim } from './verdict.ts';

/** A claim that speaks of the target here, with how. */
export interface Heard {
  readonly from: SourcedClaim;
  readonly selection: Selection;
  /** `component`: it names the component; `subcomponent`: the component inside a product; `product`: the product as a whole. */
  readonly scope: 'component' | 'subcomponent' | 'product';
}

/** What it says, by whom, as a sentence without its end. */
export function shown(heard: Heard): string {
  const { advisory, claim } = heard.from;
  const who = advisory.publisher ?? advisory.id;
  const why = claim.justification ?? claim.statedJustification;
  const unexplained = claim.status === 'not_affected' ? ' without a justification' : '';
  const said = `${who}${heard.from.trust === 'verified' ? ' (verified)' : ''} says ${claim.status}${why === null ? unexplained : ` (${why})`}`;
  return advisory.source === 'decision' ? `${said}${decided(claim)}` : said;
}

/** What a decision adds to its status: another severity, its last day, and why. */
function decided(claim: JudgedClaim): string {
  const severity = claim.override;
  const because = claim.statement ?? claim.remediations[0]?.text ?? '';
  return [
    severity ? `, severity ${severity.value}` : '',
    claim.until ? `, until ${claim.until}` : '',
    because === '' ? '' : `: ${because}`,
  ].join('');
}

export function reason(rule: ReasonRule, heard: Heard, text: string): Reason {
  return {
    rule,
    source: heard.from.advisory.id,
    document: heard.from.document,
    trust: heard.from.trust,
    text,
  };
}

/** A fixed order of claims, so that reasons and ties never depend on arrival. */
export function byOrder(a: Heard, b: Heard): number {
  return (
    compare(a.from.advisory.id, b.from.advisory.id) ||
    compare(a.from.document ?? '', b.from.document ?? '') ||
    compare(a.from.claim.at, b.from.claim.at)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isSameReason(a: Reason, b: Reason): boolean {
  return a.rule === b.rule && a.source === b.source && a.document === b.document && a.text === b.text;
}
