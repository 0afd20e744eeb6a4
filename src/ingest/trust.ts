import { formatOf } from '../formats/detect.ts';
import { documentInput, headOf } from '../formats/input.ts';
import type { TrustIntake } from '../store/intake.ts';
import type { Store } from '../store/ports.ts';
import { type BeliefSource, beliefFrom } from '../trust/belief.ts';
import { isSigned, judge, judgeMember, UNSIGNED } from '../trust/judge.ts';

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

/** The trust verdict of a document that stands in another one's signed statement, at this place. */
export async function trustInside(
  envelope: { readonly bytes: Uint8Array; readonly name: string },
  format: string,
  path: string,
  belief: BeliefSource | null,
): Promise<TrustIntake> {
  if (belief === null || !isSigned(format)) return UNSIGNED;
  const input = documentInput(envelope.bytes, envelope.name);
  return judgeMember(input, format, await beliefFrom(belief), belief.now, path);
}

/** The trust verdict of a stored document: its own, or that of the envelope it stands in. */
export async function trustOfStored(
  store: Store,
  document: {
    readonly sha256: string;
    readonly name: string;
    readonly container: { readonly sha256: string; readonly path: string } | null;
  },
  bytes: Uint8Array,
  belief: BeliefSource | null,
): Promise<TrustIntake> {
  if (belief === null) return UNSIGNED;
  const { name, container } = document;
  const own = await trustOf({ bytes, name }, await formatIdOf(bytes, name), belief);
  if (own.state !== 'unsigned' || container === null) return own;
  const outer = await store.bytes.read(container.sha256);
  if (outer === null) return own;
  return trustInside({ bytes: outer, name }, await formatIdOf(outer, name), container.path, belief);
}

async function formatIdOf(bytes: Uint8Array, name: string): Promise<string> {
  const input = documentInput(bytes, name);
  return (await formatOf(input, headOf(input)))?.id ?? '';
}
