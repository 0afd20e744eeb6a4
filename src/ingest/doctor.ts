import type { Intake, LinkIntake, PlainIdentity } from '../store/intake.ts';
import type { Fault, IndexedDocument, Store } from '../store/ports.ts';
import { readAllAgain } from './read-again.ts';

export interface DoctorOptions {
  readonly store: Store;
  readonly workers?: number;
  readonly progress?: (done: number) => void;
}

/**
 * Examines a larder: the file itself, every reference between its tables, the digest of every document, and everything the index says of each against a fresh
 * reading of its bytes. Changes nothing. Yields faults as they are found.
 */
export async function* doctor({ store, workers, progress }: DoctorOptions): AsyncGenerator<Fault> {
  yield* store.maintenance.check();
  yield* checkCounts(store);
  let done = 0;
  for await (const { evidence, intake, damage } of readAllAgain(store, undefined, workers)) {
    progress?.(++done);
    if (damage !== null) {
      yield { code: damage, message: intake.diagnostics[0]?.message ?? '', document: evidence.sha256 };
      continue;
    }
    const indexed = await store.maintenance.indexed(evidence.sha256);
    if (indexed === null) {
      yield {
        code: 'not-indexed',
        message: `${evidence.name} is kept but not indexed; run larder reindex.`,
        document: evidence.sha256,
      };
      continue;
    }
    const wrong = differences(intake, indexed);
    if (wrong.length > 0) {
      const message = `The index has other ${wrong.join(', ')} of ${evidence.name} than its bytes say; run larder reindex.`;
      yield { code: 'stale-index', message, document: evidence.sha256 };
    }
  }
}

/** Kept counts of findings against counting their rows anew. */
async function* checkCounts(store: Store): AsyncGenerator<Fault> {
  const state = await store.findings.state();
  if (state === null || state.pending) return;
  const wrong = await store.findings.work.miscounted();
  if (wrong.length === 0) return;
  const message = `The kept counts of findings of ${wrong.length} releases are not what counting them gives; run larder reindex.`;
  yield { code: 'wrong-findings', message, document: null };
}

/** What the index says differently from a fresh reading, in words. */
function differences(intake: Intake, indexed: IndexedDocument): string[] {
  const { record } = indexed;
  const wrong: string[] = [];
  if (
    record.kind !== intake.kind ||
    record.format !== intake.format ||
    record.specVersion !== intake.specVersion
  )
    wrong.push('format');
  // A container's own diagnostics come from opening it, which is not done here.
  if (
    intake.kind !== 'container' &&
    (record.status !== intake.status || record.diagnosticCount !== intake.diagnostics.length)
  )
    wrong.push('diagnostics');
  const said = new Set(intake.assertion?.statements.map(asKept));
  if (asKept([...said]) !== asKept(indexed.statements.map(asKept))) wrong.push('statements');
  const { bom } = intake;
  if ((bom === null) !== (indexed.bom === null)) return [...wrong, 'kind of content'];
  if (bom === null || indexed.bom === null) return wrong;
  const same = (what: string, holds: boolean): void => {
    if (!holds) wrong.push(what);
  };
  const agree = (what: string, read: unknown, kept: unknown): void =>
    same(what, asKept(read) === asKept(kept));
  same('packages', Buffer.compare(asBytes(bom.purlFlags), asBytes(indexed.purlFlags)) === 0);
  agree('packages', bom.purls, indexed.purls);
  agree('identifiers', bom.identifiers.map(identifierOf), indexed.identifiers.map(identifierOf));
  agree('names', bom.plain.map(plainOf), indexed.plain.map(plainOf));
  same('dependencies', indexed.graph !== null && Buffer.compare(bom.graph, indexed.graph) === 0);
  same(
    'licences',
    indexed.licenceUses !== null && Buffer.compare(bom.licenceUses, indexed.licenceUses) === 0,
  );
  agree('licences', bom.licences, indexed.licences);
  same('digests', bom.digests.ordinals.length === indexed.digests);
  agree('links', bom.links.map(linkOf), indexed.links.map(linkOf));
  agree('counts', [bom.counts, bom.gaps], [indexed.bom.counts, indexed.bom.gaps]);
  agree('subjects', bom.subjects, indexed.bom.subjects);
  agree('tools', bom.tools, indexed.bom.tools);
  agree('dates', bom.created, indexed.bom.created);
  const { serialNumber, revision, namespace, supplier, title } = indexed.bom;
  agree(
    'description',
    [bom.serialNumber, bom.revision, bom.namespace, bom.supplier, bom.name],
    [serialNumber, revision, namespace, supplier, title],
  );
  return [...new Set(wrong)];
}

/** A value as text, with the characters that the store keeps: half a surrogate pair is none. */
function asKept(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part));
}

function identifierOf({ kind, value }: IndexedDocument['identifiers'][number]): unknown {
  return [kind, value];
}

/** An empty text says as little as none. */
function plainOf({ name, version, supplier }: PlainIdentity): unknown {
  return [name, version || null, supplier || null];
}

function linkOf({ from, target, relation, inward, digests }: LinkIntake): unknown {
  return [from, target, relation, inward, digests];
}

function asBytes(array: Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
