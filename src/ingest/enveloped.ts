import type { EvidenceFacts } from '../formats/dsse/evidence.ts';
import type { ReadResult } from '../model/facts.ts';

/** The documents inside the statements of a document: SBOMs and VEX that were attested, with their place. */
export function containedIn(result: ReadResult): { readonly path: string; readonly bytes: Uint8Array }[] {
  if (result.kind !== 'attestation' || result.facts === null) return [];
  return (result.facts as EvidenceFacts).entries.flatMap(entry =>
    entry.contained === null
      ? []
      : [
          {
            path: entry.at === '' ? entry.contained.path : `${entry.at} ${entry.contained.path}`,
            bytes: entry.contained.bytes,
          },
        ],
  );
}
