import { sha256 } from '../io/hash.ts';
import type { Assertion, Statement } from '../model/assertion.ts';
import { ASSERTION_SCHEMA } from '../model/assertion.ts';
import type { Intake } from '../store/intake.ts';
import type { BomRecord, Store, WriteResult } from '../store/ports.ts';
import { EVERYTHING, type Scope } from '../store/scope.ts';
import { assigned } from '../store/targets.ts';
import { assertionBytes } from './assertion.ts';
import { makeIntake } from './make-intake.ts';
import { type AddResult, addResult } from './result.ts';
import { type Mapping, type Said, saidOf, statementsOf } from './said.ts';
import type { KnownDocument } from './take-apart.ts';

const ALL: Scope = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/** Who adds, when, and what they say of all documents of the run. */
export interface Speaker {
  readonly who: string;
  /** RFC 3339. One moment for the whole run, so that repeating a run within it says nothing new. */
  readonly when: string;
  readonly because: string | null;
  readonly said: Said;
  readonly mapping: Mapping;
}

/** A document that waits to be written, or that a reader found to be known. */
export type Waiting =
  | { readonly intake: Intake; readonly known: null }
  | { readonly intake: null; readonly known: KnownDocument };

/**
 * Writes one batch in one transaction, with one assertion document for what the user said of its documents, and gives each document's result in order.
 * Documents that the larder has already change nothing, unless the user says something new of them.
 */
export async function writeBatch(
  store: Store,
  waiting: readonly Waiting[],
  speaker: Speaker,
): Promise<AddResult[]> {
  const had = await store.writer.known(waiting.map(one => (one.intake ?? one.known).sha256));
  const statements: Statement[] = [];
  const intakes: Intake[] = [];
  const duplicates = new Map<string, WriteResult>();
  const spoken = new Set<string>();
  for (const one of waiting) {
    const { sha256: digest, name } = one.intake ?? one.known;
    if (had.has(digest)) {
      // Of its paths in this batch, the first of which something new is said decides.
      if (spoken.has(digest)) continue;
      const before = statements.length;
      duplicates.set(digest, await duplicate(store, digest, name, speaker, statements));
      if (statements.length > before) spoken.add(digest);
    } else if (one.intake !== null) {
      intakes.push(withSaid(one.intake, speaker, statements));
    }
  }
  if (statements.length > 0)
    intakes.push(
      assertionIntake({
        schema: ASSERTION_SCHEMA,
        who: speaker.who,
        when: speaker.when,
        because: speaker.because,
        statements,
      }),
    );
  const written = intakes.length === 0 ? [] : await store.writer.write(intakes);
  const moved = await again(store, duplicates, statements);
  return results(waiting, written, moved);
}

/** The intake of an assertion that we write. */
export function assertionIntake(assertion: Assertion): Intake {
  const bytes = assertionBytes(assertion);
  const digest = sha256(bytes);
  const result = {
    kind: 'assertion',
    format: 'larder-assertion',
    encoding: 'json',
    specVersion: '1',
    status: 'accepted',
    diagnostics: [],
    bom: null,
    facts: assertion,
  } as const;
  return makeIntake(
    { bytes, sha256: digest, name: `assertion-${digest.slice(0, 12)}.json`, container: null },
    result,
  );
}

function withSaid(intake: Intake, speaker: Speaker, statements: Statement[]): Intake {
  if (intake.bom === null) return intake;
  const said = saidOf({ name: intake.name, subjects: intake.bom.subjects }, speaker.said, speaker.mapping);
  const mine = statementsOf(intake.sha256, said, null, []);
  if (mine.length === 0) return intake;
  statements.push(...mine);
  return { ...intake, bom: { ...intake.bom, line: assigned(intake.bom.line, said) } };
}

/** @param name as it is given now: a mapping goes by that, also where the document came by another path first */
async function duplicate(
  store: Store,
  digest: string,
  name: string,
  speaker: Speaker,
  statements: Statement[],
): Promise<WriteResult> {
  const document = await store.documents.find(digest, ALL);
  const bom = document === null || document.bom === null ? null : await bomOf(store, document.bom);
  if (bom !== null) {
    const said = saidOf({ name, subjects: bom.subjects }, speaker.said, speaker.mapping);
    const labels =
      said.labels.length === 0 ? [] : ((await store.apps.labels([bom.id], ALL)).get(bom.id) ?? []);
    statements.push(...statementsOf(digest, said, bom, labels));
  }
  return { sha256: digest, status: 'duplicate', document, bom };
}

/** Duplicates as they are after the batch: what was said may have moved them. */
async function again(
  store: Store,
  duplicates: ReadonlyMap<string, WriteResult>,
  statements: readonly Statement[],
): Promise<ReadonlyMap<string, WriteResult>> {
  if (statements.length === 0) return duplicates;
  const fresh = new Map<string, WriteResult>();
  for (const [digest, result] of duplicates) {
    fresh.set(digest, result.bom === null ? result : { ...result, bom: await bomOf(store, result.bom.id) });
  }
  return fresh;
}

async function bomOf(store: Store, id: number): Promise<BomRecord | null> {
  return (await store.documents.boms([id], ALL))[0] ?? null;
}

/** Puts the writer's results back into the order of what waited; the second of two alike in one batch is a duplicate of the first. */
function results(
  waiting: readonly Waiting[],
  written: readonly WriteResult[],
  duplicates: ReadonlyMap<string, WriteResult>,
): AddResult[] {
  let next = 0;
  return waiting.map(one => {
    const { sha256: digest, name, container } = one.intake ?? one.known;
    const result = duplicates.get(digest) ?? (one.intake === null ? undefined : written[next++]);
    const found = result ?? { sha256: digest, status: 'duplicate', document: null, bom: null };
    return addResult(found, name, container, one.intake?.diagnostics ?? []);
  });
}
