import { type Envelope, envelopeFromJson, looksLikeEnvelope } from '../formats/dsse/envelope.ts';
import { classicEnvelope, looksLikeClassic } from '../formats/in-toto/classic.ts';
import { canonicalJson } from './canonical.ts';
import type { EnvelopeRule, NamedKey } from './envelope.ts';
import type { TrustMaterial } from './root.ts';

/** An envelope, and what its signatures are over where that is not DSSE's own encoding. */
export interface SignedEnvelope {
  readonly envelope: Envelope;
  readonly over: Pick<EnvelopeRule, 'encode'>;
}

/**
 * Reads a DSSE envelope, or in-toto's older wrapper, whose signatures are over its canonical JSON; null for anything else.
 * Throws FormatError `invalid-content`, and TrustError `evidence-malformed` for what has no canonical form.
 */
export function signedEnvelope(value: unknown): SignedEnvelope | null {
  if (looksLikeEnvelope(value)) return { envelope: envelopeFromJson(value), over: {} };
  if (!looksLikeClassic(value)) return null;
  const signed = canonicalJson(value['signed']);
  return { envelope: classicEnvelope(value), over: { encode: () => signed } };
}

/** The keys that are believed, each under every id it has. */
export function trustedKeys(material: Pick<TrustMaterial, 'keys'>): NamedKey[] {
  return [...material.keys].flatMap(([id, list]) => list.map(one => ({ id, key: one.key })));
}
