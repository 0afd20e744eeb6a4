import {
  type AdvisoryFacts,
  type Claim,
  EMPTY_SELECTOR,
  type ProductSelector,
} from '../../model/advisory.ts';
import { NO_SEVERITY, type Severity } from '../severity.ts';

/** An advisory as far as verdicts and lists need it: what a lookup gives. */
export type AdvisoryHead = Pick<
  AdvisoryFacts,
  | 'id'
  | 'vulnerability'
  | 'source'
  | 'publisher'
  | 'publisherRole'
  | 'kind'
  | 'state'
  | 'published'
  | 'modified'
  | 'summary'
> & {
  readonly severity: Severity;
  readonly document: string | null;
  readonly recordedFrom: number;
};

/** All of an advisory but its claims. */
export type AdvisoryRecord = AdvisoryHead & Omit<AdvisoryFacts, 'claims'>;

/** A claim as it is kept: what it says of severity is worked out when it is written. */
export type KeptClaim = Omit<Claim, 'severities'> & {
  /** Of `override` where there is one, else of what the claim itself states. */
  readonly severity: Severity;
};

type HeadFacts = Omit<AdvisoryHead, 'document' | 'recordedFrom'>;
type DetailFacts = Omit<AdvisoryFacts, 'claims' | keyof HeadFacts>;

/** What most claims of a database say, which is left out of their text: a lookup costs by the length of what it parses. */
const CLAIM: KeptClaim = {
  kind: 'range',
  product: EMPTY_SELECTOR,
  within: null,
  status: 'affected',
  justification: null,
  statedJustification: null,
  statement: null,
  fixed: [],
  severity: NO_SEVERITY,
  remediations: [],
  time: null,
  until: null,
  override: null,
  at: '',
};

const HEAD: HeadFacts = {
  id: '',
  vulnerability: '',
  source: 'osv',
  publisher: null,
  publisherRole: 'database',
  kind: 'vulnerability',
  state: 'published',
  published: null,
  modified: null,
  summary: null,
  severity: NO_SEVERITY,
};

/** @param severity of `override` where there is one, else of what the claim states */
export function encodeClaim(claim: Claim, severity: Severity): string {
  const { severities: _, ...rest } = claim;
  return JSON.stringify({
    ...lean({ ...rest, severity }, CLAIM),
    product: lean(claim.product, EMPTY_SELECTOR),
    within: claim.within === null ? undefined : lean(claim.within, EMPTY_SELECTOR),
  });
}

export function decodeClaim(text: string): KeptClaim {
  const kept = JSON.parse(text) as Partial<KeptClaim> & { product: Partial<ProductSelector> };
  // Written out, since objects that are made in one place alike are quick to read.
  return {
    kind: kept.kind ?? CLAIM.kind,
    product: wholeProduct(kept.product),
    within: kept.within ? wholeProduct(kept.within) : null,
    status: kept.status ?? CLAIM.status,
    justification: kept.justification ?? null,
    statedJustification: kept.statedJustification ?? null,
    statement: kept.statement ?? null,
    fixed: kept.fixed ?? CLAIM.fixed,
    severity: kept.severity ?? NO_SEVERITY,
    remediations: kept.remediations ?? CLAIM.remediations,
    time: kept.time ?? null,
    until: kept.until ?? null,
    override: kept.override ?? null,
    at: kept.at ?? CLAIM.at,
  };
}

function wholeProduct(kept: Partial<ProductSelector>): ProductSelector {
  const none = EMPTY_SELECTOR;
  return {
    package: kept.package ?? null,
    purl: kept.purl ?? null,
    cpe: kept.cpe ?? null,
    digests: kept.digests ?? none.digests,
    ref: kept.ref ?? null,
    name: kept.name ?? null,
    ranges: kept.ranges ?? none.ranges,
    versions: kept.versions ?? none.versions,
    allVersions: kept.allVersions ?? false,
  };
}

/** The texts of an advisory: `head` is parsed for every lookup that meets it, `detail` when the advisory itself is shown. */
export function encodeAdvisory(
  advisory: AdvisoryFacts,
  severity: Severity,
): { readonly head: string; readonly detail: string } {
  const { claims: _, ...facts } = advisory;
  const head: Record<string, unknown> = {};
  const detail: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(facts))
    (Object.hasOwn(HEAD, name) ? head : detail)[name] = value;
  return { head: JSON.stringify(lean({ ...head, severity }, HEAD)), detail: JSON.stringify(detail) };
}

export function decodeHead(text: string, document: string | null, recordedFrom: number): AdvisoryHead {
  return { ...HEAD, ...(JSON.parse(text) as Partial<HeadFacts>), document, recordedFrom };
}

export function decodeAdvisory(head: AdvisoryHead, detail: string): AdvisoryRecord {
  return { ...head, ...(JSON.parse(detail) as DetailFacts) };
}

/** Without what is as usual. */
function lean<T extends object>(value: T, usual: object): Partial<T> {
  const kept: Partial<T> = {};
  for (const [name, one] of Object.entries(value) as [keyof T & string, T[keyof T & string]][]) {
    const common = (usual as Record<string, unknown>)[name];
    if (one !== common && JSON.stringify(one) !== JSON.stringify(common)) kept[name] = one;
  }
  return kept;
}
