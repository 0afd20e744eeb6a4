import { ASSERTION_SCHEMA, type Statement } from '../model/assertion.ts';
import type { Store, WriteResult } from '../store/ports.ts';
import { assertionIntake } from './batch.ts';
import { IngestError } from './errors.ts';

/** Who says something, when and why. */
export interface Voice {
  readonly who: string;
  readonly when: Date;
  readonly because: string | null;
}

/** Keeps what a user says as one assertion document and lets it take effect: `identify`, `link`, `mark`, `retire`, labels, aliases, decisions. */
export async function say(
  store: Store,
  voice: Voice,
  statements: readonly Statement[],
): Promise<WriteResult> {
  const { who, when, because } = voice;
  const intake = assertionIntake({
    schema: ASSERTION_SCHEMA,
    who,
    when: when.toISOString(),
    because,
    statements,
  });
  const [written] = await store.writer.write([intake]);
  if (written === undefined || written.document === null)
    throw new IngestError('not-found', 'This was said before and erased on purpose; say it in other words.');
  return written;
}

/** Hides an app, or one release of it, from default answers; or brings it back. Nothing is erased. */
export function retire(
  store: Store,
  voice: Voice,
  target: { readonly app: string; readonly release: string | null },
  retired = true,
): Promise<WriteResult> {
  return say(store, voice, [{ type: 'retire', target: { kind: 'app', ...target }, retired }]);
}
