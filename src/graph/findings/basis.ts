import type { JoinedBase, MirrorMark } from '../../advisories/base.ts';
import type { Store } from '../../store/ports.ts';
import { EVERYTHING } from '../../store/scope.ts';
import { trustOfStatements } from './audit.ts';

/** What the kept findings stand for. */
export interface Basis {
  readonly marks: readonly MirrorMark[];
  /** What users said components are. */
  readonly said: readonly unknown[];
  /** Documents with statements whose author the trust policy allows to speak of them: they outrank others. */
  readonly verified: readonly string[];
  /** How many statements have come to the end that their author set: time alone changes a verdict then. */
  readonly ended: number;
}

const VERIFIED = { asOf: null, trust: ['verified'] } as const;

export async function basisOf(store: Store, base: JoinedBase, now: number): Promise<string> {
  const statements = await store.assertions.list(
    { types: ['identify'] },
    { ...EVERYTHING, includeRetired: true },
  );
  const basis: Basis = {
    marks: base.marks(),
    said: statements.map(one => one.statement),
    verified: [...(await trustOfStatements(store, VERIFIED)).keys()].sort(),
    ended: base.ended(now).length,
  };
  return JSON.stringify(basis);
}

/** Whether the kept findings are what judging everything now would give. */
export async function isCurrent(store: Store, base: JoinedBase, now: number): Promise<boolean> {
  const state = await store.findings.state();
  return state !== null && !state.pending && state.basis === (await basisOf(store, base, now));
}
