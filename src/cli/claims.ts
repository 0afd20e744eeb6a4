import type { Claim } from '../graph/claims.ts';
import type { Screen } from './output/screen.ts';
import { type Cell, renderTable } from './output/table.ts';

/** Claims for people: what, by whom, checked or not, in which document. */
export function claimLines(screen: Screen, claims: readonly Claim[]): string[] {
  const rows = claims.map((claim): Cell[] => {
    const state = claim.trust?.state ?? 'unsigned';
    return [
      { text: state, style: state === 'verified' ? 'green' : state === 'failed' ? 'red' : 'yellow' },
      claim.role,
      subjectText(claim),
      claim.trust?.identity ?? '',
      claim.predicateType,
      claim.document.sha256.slice(0, 12),
    ];
  });
  const columns = [
    { title: 'trust' },
    { title: 'as' },
    { title: 'subject' },
    { title: 'signed by' },
    { title: 'says', drop: 1 },
    { title: 'document', drop: 2 },
  ];
  return renderTable(screen, { columns, rows });
}

export function claimJson(claim: Claim): object {
  const { document, trust, ...said } = claim;
  return {
    document: document.sha256,
    trust: trust?.state ?? 'unsigned',
    identity: trust?.identity ?? null,
    reason: trust?.reason ?? null,
    ...said,
  };
}

function subjectText({ subjects }: Claim): string {
  const [first] = subjects;
  const name =
    first === undefined
      ? 'no subject'
      : (first.name ?? `${first.digests[0]?.algorithm}:${first.digests[0]?.value.slice(0, 12)}`);
  return subjects.length > 1 ? `${name} and ${subjects.length - 1} more` : name;
}
