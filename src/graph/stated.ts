import type { EvidenceEntry, EvidenceFacts } from '../formats/dsse/evidence.ts';
import type { LayoutFacts } from '../formats/in-toto/classic.ts';
import type { PredicateFacts, Resource, ResourceRole } from '../formats/in-toto/facts.ts';
import type { ReadResult } from '../model/facts.ts';

/** One thing that an attestation says, in one shape for all predicates, or what a layout expects. Whether it is so is another question. */
export interface Stated {
  /** `''`, or `line N` in a file of several. */
  readonly at: string;
  readonly kind: PredicateFacts['kind'] | 'layout' | 'signature';
  readonly predicateType: string | null;
  readonly subjects: readonly Thing[];
  readonly producer: string | null;
  readonly about: string | null;
  readonly result: string | null;
  readonly claims: readonly string[];
  readonly resources: readonly (Thing & { readonly role: ResourceRole })[];
  readonly started: string | null;
  readonly finished: string | null;
  readonly source: string | null;
  readonly commit: string | null;
  readonly layout: LayoutFacts | null;
}

type Thing = Pick<Resource, 'name' | 'uri' | 'digests'>;

/** A statement may list files by the ten thousand. */
const MOST_THINGS = 1_000;

/** What the attestations in a document say; empty for every other document. */
export function statedIn(read: ReadResult | null): Stated[] {
  if (read === null || !['in-toto', 'dsse', 'sigstore'].includes(read.format)) return [];
  return ((read.facts as EvidenceFacts | null)?.entries ?? []).map(statedBy);
}

function statedBy({ at, statement, layout }: EvidenceEntry): Stated {
  const predicate = statement?.predicate ?? null;
  return {
    at,
    kind: predicate?.kind ?? (layout === null ? 'signature' : 'layout'),
    predicateType: statement?.predicateType ?? null,
    subjects: (statement?.subjects ?? []).slice(0, MOST_THINGS).map(thing),
    producer: predicate?.producer ?? null,
    about: predicate?.about ?? null,
    result: predicate?.result ?? null,
    claims: predicate?.claims ?? [],
    resources: (predicate?.resources ?? [])
      .slice(0, MOST_THINGS)
      .map(([role, one]) => ({ role, ...thing(one) })),
    started: predicate?.started ?? null,
    finished: predicate?.finished ?? null,
    source: predicate?.provenance?.source ?? null,
    commit: predicate?.provenance?.commit ?? null,
    layout,
  };
}

function thing({ name, uri, digests }: Resource): Thing {
  return { name, uri, digests };
}
