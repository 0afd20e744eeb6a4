import { readFile } from 'node:fs/promises';
import type { Belief } from './judge.ts';
import { materialOf } from './material.ts';
import { loadPolicy } from './policy-file.ts';

/** Where a reader finds what its larder believes; can be sent to a worker. */
export interface BeliefSource {
  /** The trust policy; a file that is not there believes nobody. */
  readonly policyPath: string;
  /** Milliseconds since the epoch: the one clock of a run. */
  readonly now: number;
}

const loaded = new Map<string, Promise<Belief>>();

/** What the larder believes, read once per process: documents of one run are all judged alike. Throws TrustError when the policy cannot be read. */
export function beliefFrom(source: BeliefSource): Promise<Belief> {
  const key = `${source.policyPath}\n${source.now}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const made = load(source.policyPath);
  loaded.set(key, made);
  return made;
}

async function load(path: string): Promise<Belief> {
  const policy = await loadPolicy(path, true);
  return { policy, material: await materialOf(policy, [], file => readFile(file, 'utf8')) };
}
