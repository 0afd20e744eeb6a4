import { formatOf } from '../formats/detect.ts';
import { documentInput, headOf } from '../formats/input.ts';
import type { TrustIntake } from '../store/intake.ts';
import type { Store } from '../store/ports.ts';
import { type BeliefSource, beliefFrom } from '../trust/belief.ts';
import { isSigned, judge, UNSIGNED } from '../trust/judge.ts';

export type { BeliefSource } from '../trust/belief.ts';

/** The trust verdict of a document's bytes. Formats without signatures cost nothing. */
export async function trustOf(
  document: { readonly bytes: Uint8Array; readonly name: string },
  format: string,
  belief: BeliefSource | null,
): Promise<TrustIntake> {
  if (belief === null || !isSigned(format)) return UNSIGNED;
  return judge(documentInput(document.bytes, document.name), format, await beliefFrom(belief), belief.now);
}

/** The trust verdict of a stored document: its own, or that of the envelope it stands in. */
export async function trustOfStored(
  store: Store,
  document: {
    readonly sha256: string;
    readonly name: string;
    readonly container: { readonly sha256: string } | null;
  },
  bytes: Uint8Array,
  belief: BeliefSource | null,
): Promise<TrustIntake> {
  if (belief === null) return UNSIGNED;
  const own = await trustByContent(bytes, document.name, belief);
  if (own.state !== 'unsigned' || document.container === null) return own;
  const outer = await store.bytes.read(document.container.sha256);
  return outer === null ? own : trustByContent(outer, document.name, belief);
}

async function trustByContent(bytes: Uint8Array, name: string, belief: BeliefSource): Promise<TrustIntake> {
  const input = documentInput(bytes, name);
  const format = await formatOf(input, headOf(input));
  return format === null ? UNSIGNED : trustOf({ bytes, name }, format.id, belief);
}
