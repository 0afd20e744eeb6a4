import type { Format } from '../format.ts';
import { listOf, pick } from '../in-toto/values.ts';
import { envelopeFromJson } from './envelope.ts';
import { readEvidence } from './evidence.ts';

/** DSSE envelopes: one, one a line, or those in what Google Cloud Build's `gcloud artifacts docker images describe` prints. */
export const format: Format = {
  id: 'dsse',
  title: 'DSSE envelope',
  detect: head => {
    if (head.looksLike !== 'json') return 0;
    if (/"provenance_summary"\s*:/.test(head.text)) return 0.95;
    const keys = head.topLevelKeys();
    const all = ['payload', 'payloadType', 'signatures'].every(key => keys.includes(key));
    return all || /^\s*\{[^\n]*"payloadType"\s*:/.test(head.text) ? 0.9 : 0;
  },
  read: input =>
    readEvidence(
      input,
      'dsse',
      () => '1',
      value =>
        envelopesIn(value).map(one => ({
          kind: 'envelope',
          envelope: envelopeFromJson(one),
          statement: null,
        })),
    ),
  validate: null,
};

function envelopesIn(value: unknown): readonly unknown[] {
  if (pick(value, 'provenance_summary') === undefined) return [value];
  return listOf(value, 'provenance_summary', 'provenance').map(one => pick(one, 'envelope'));
}
