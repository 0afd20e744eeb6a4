import type { JoinedBase } from '../../advisories/base.ts';
import type { Store } from '../../store/ports.ts';
import { saidNow } from './touched.ts';

/** What the kept findings stand for: these advisories, and what users said components are. */
export async function basisOf(store: Store, base: JoinedBase): Promise<string> {
  return JSON.stringify({ marks: base.marks(), said: await saidNow(store) });
}
