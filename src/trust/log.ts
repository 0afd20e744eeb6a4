import { createHash } from 'node:crypto';
import type { InclusionProof, LogEntry } from '../formats/sigstore/bundle.ts';
import { decodeBase64 } from '../io/base64.ts';
import { iso } from './chain.ts';
import { TrustError } from './errors.ts';
import { verifyBytes } from './keys.ts';
import { inWindow, type Log } from './root.ts';

/** Whether an entry is of Rekor version 2: those logs state no time, and their entries are of newer kinds. */
export function isSecondGeneration(entry: LogEntry): boolean {
  return entry.kindVersion === '0.0.2' && (entry.kind === 'hashedrekord' || entry.kind === 'dsse');
}

/** The logs an entry can be of, by its log id. Throws `log-unknown` (missing). */
export function logsOf(entry: LogEntry, logs: readonly Log[]): Log[] {
  const found = logs.filter(log => log.id.equals(entry.logId));
  if (found.length === 0)
    throw new TrustError(
      'log-unknown',
      `The log entry is of a log that is not among the trusted roots (id ${entry.logId.toString('hex').slice(0, 16)}).`,
      {
        missing: true,
      },
    );
  return found;
}

/**
 * Verifies the promise (signed entry timestamp) of an entry and returns the time it proves, in milliseconds. The signed text is canonical JSON (RFC 8785)
 * of body, time, index and log. Throws `inclusion-promise-invalid` or `log-expired`.
 */
export function verifyPromise(entry: LogEntry, promise: Buffer, logs: readonly Log[]): number {
  if (entry.integratedTime === null)
    throw new TrustError('inclusion-promise-invalid', 'The log entry has a promise but states no time.');
  const time = Number(entry.integratedTime) * 1000;
  const believed = logs.filter(log => inWindow(log.window, time));
  if (believed.length === 0)
    throw new TrustError(
      'log-expired',
      `The trusted root does not believe the log ${logs[0]?.url} at ${iso(time)}.`,
    );
  const text = `{"body":"${entry.body.toString('base64')}","integratedTime":${entry.integratedTime},"logID":"${entry.logId.toString('hex')}","logIndex":${entry.logIndex}}`;
  const signed = Buffer.from(text, 'latin1');
  if (!believed.some(log => verifyBytes(log.key, signed, promise)))
    throw new TrustError('inclusion-promise-invalid', 'The promise of the log for the entry is wrong.');
  return time;
}

/** Verifies that the entry is in the tree of a checkpoint one of the logs signed. `times` are what is proved otherwise: a log is only believed in its window. */
export function verifyInclusion(
  entry: LogEntry,
  proof: InclusionProof,
  logs: readonly Log[],
  times: readonly number[],
): void {
  const checkpoint = verifyCheckpoint(proof.checkpoint, logs, times);
  if (checkpoint.size !== proof.treeSize || !checkpoint.root.equals(proof.rootHash))
    throw new TrustError(
      'inclusion-proof-invalid',
      'The inclusion proof is for another tree than the checkpoint.',
    );
  if (isSecondGeneration(entry) && entry.logIndex !== proof.logIndex)
    throw new TrustError(
      'inclusion-proof-invalid',
      'The inclusion proof is for another index than the log entry.',
    );
  const root = rootFrom(createHash('sha256').update(LEAF).update(entry.body).digest(), proof);
  if (root === null || !root.equals(checkpoint.root))
    throw new TrustError(
      'inclusion-proof-invalid',
      'The inclusion proof does not lead from the log entry to the root of the tree.',
    );
}

interface Checkpoint {
  readonly size: bigint;
  readonly root: Buffer;
}

/**
 * Reads a checkpoint (a signed note, C2SP tlog-checkpoint) and verifies that one of its signatures is by one of `logs`. Signature lines of other names
 * or keys are cosignatures of witnesses: they are left alone.
 */
function verifyCheckpoint(
  envelope: string | null,
  logs: readonly Log[],
  times: readonly number[],
): Checkpoint {
  if (envelope === null) throw new TrustError('checkpoint-invalid', 'The inclusion proof has no checkpoint.');
  const split = envelope.indexOf('\n\n');
  if (split < 0) checkpointFault('it has no signature part');
  const note = envelope.slice(0, split + 1);
  const [origin, size, root] = note.split('\n');
  const hash = root === undefined ? null : decodeBase64(root);
  if (!origin || size === undefined || !/^(0|[1-9]\d{0,18})$/.test(size) || hash?.length !== 32)
    checkpointFault('origin, size or root hash is missing');
  const text = envelope.slice(split + 2);
  if (!text.endsWith('\n')) checkpointFault('its last line is cut off');
  const signed = Buffer.from(note, 'utf8');
  for (const line of text.slice(0, -1).split('\n', MOST_SIGNATURES)) {
    const found = /^\u2014 (\S+) (\S+)$/.exec(line);
    const bytes = found === null ? null : decodeBase64(found[2] as string);
    if (found === null || bytes === null || bytes.length < 5)
      checkpointFault('a signature line cannot be read');
    const log = logs.find(
      one =>
        one.checkpointId.subarray(0, 4).equals(bytes.subarray(0, 4)) &&
        one.names.includes(found[1] as string),
    );
    if (log === undefined || !isOriginOf(origin, found[1] as string)) continue;
    if (!verifyBytes(log.key, signed, bytes.subarray(4))) continue;
    if (times.length > 0 && !times.some(time => inWindow(log.window, time)))
      throw new TrustError(
        'log-expired',
        `The trusted root does not believe the log ${log.url} at ${iso(times[0] as number)}.`,
      );
    return { size: BigInt(size), root: hash };
  }
  throw new TrustError(
    'checkpoint-invalid',
    'The checkpoint carries no valid signature of the log that the entry is of.',
  );
}

const MOST_SIGNATURES = 64;

/** Rekor version 1 writes `host - tree id`, version 2 the bare name. */
function isOriginOf(origin: string, name: string): boolean {
  return origin === name || (origin.startsWith(`${name} - `) && /^\d+$/.test(origin.slice(name.length + 3)));
}

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** RFC 9162 §2.1.3.2: the root that a leaf and its proof lead to, null when the proof has the wrong number of hashes. */
function rootFrom(leaf: Buffer, proof: InclusionProof): Buffer | null {
  if (proof.logIndex >= proof.treeSize) return null;
  let [index, last] = [proof.logIndex, proof.treeSize - 1n];
  let hash = leaf;
  for (const sibling of proof.hashes) {
    if (last === 0n || sibling.length !== 32) return null;
    if ((index & 1n) === 1n || index === last) {
      hash = createHash('sha256').update(NODE).update(sibling).update(hash).digest();
      while ((index & 1n) === 0n && index !== 0n) {
        index >>= 1n;
        last >>= 1n;
      }
    } else hash = createHash('sha256').update(NODE).update(hash).update(sibling).digest();
    index >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? hash : null;
}

function checkpointFault(what: string): never {
  throw new TrustError('checkpoint-invalid', `The checkpoint cannot be read: ${what}.`);
}
