import { isContainer, openContainer } from '../io/container.ts';
import { sha256 } from '../io/hash.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Intake } from '../store/intake.ts';
import { containedIn } from './enveloped.ts';
import {
  compressed,
  containerIntake,
  type IntakeSource,
  makeIntake,
  noBody,
  type ToBody,
} from './make-intake.ts';
import { readDocument } from './read-document.ts';
import { appsOf, type BeliefSource, trustInside, trustOf } from './trust.ts';

/** One file as it was given. */
export interface GivenFile {
  readonly bytes: Uint8Array;
  /** Of the bytes, where it is known already. */
  readonly sha256?: string;
  /** Path as given. */
  readonly path: string;
  /** Read as it is: a container's members are documents of their own already. */
  readonly whole?: boolean;
}

/**
 * Every document in one given file: itself, or, when it is compressed or an archive, each member and at last the container. The container comes last, so
 * that its presence in the larder says that all of it is there; after a crash in between, adding it again goes on.
 *
 * @param isKnown documents that need not be read again, by SHA-256; they are yielded as `known`
 * @param belief what the larder believes of signatures; null checks none
 * @param given what becomes of the bytes of each document
 */
export async function* takeApart(
  file: GivenFile,
  isKnown: (sha256: string) => boolean,
  belief: BeliefSource | null,
  given: ToBody = compressed,
): AsyncGenerator<Intake | KnownDocument> {
  const whole = file.sha256 ?? sha256(file.bytes);
  const toBody = file.whole === true ? noBody : given;
  if (isKnown(whole)) {
    yield { known: true, sha256: whole, name: file.path, container: null };
    return;
  }
  if (!isContainer(file.bytes)) {
    const source = { bytes: file.bytes, sha256: whole, name: file.path, container: null, toBody };
    yield* readSource(source, file.whole === true, isKnown, belief);
    return;
  }
  const problems: Diagnostic[] = [];
  let opened = 0;
  for await (const content of openContainer(file.bytes, file.path)) {
    if (content.problem !== null) {
      problems.push({
        severity: 'error',
        code: content.problem.code,
        message: content.problem.message,
        at: content.path,
      });
      continue;
    }
    opened++;
    if (file.whole === true) continue;
    const digest = sha256(content.bytes);
    const container = { sha256: whole, path: content.path };
    const name = `${file.path}!/${content.path}`;
    if (isKnown(digest)) {
      yield { known: true, sha256: digest, name, container };
      continue;
    }
    const source = { bytes: content.bytes, sha256: digest, name, container, toBody };
    yield* readSource(source, false, isKnown, belief);
  }
  yield containerIntake(
    { bytes: file.bytes, sha256: whole, name: file.path, container: null, toBody },
    problems,
    opened,
  );
}

/** One document with the documents that stand inside its envelope, which are as good as the envelope's signature; they come first, as a container's members do. */
async function* readSource(
  source: IntakeSource,
  whole: boolean,
  isKnown: (sha256: string) => boolean,
  belief: BeliefSource | null,
): AsyncGenerator<Intake | KnownDocument> {
  const result = await readDocument(source.bytes, source.name);
  const inside: Intake[] = [];
  for (const inner of whole ? [] : containedIn(result)) {
    const name = `${source.name}!${inner.path}`;
    const container = { sha256: source.sha256, path: inner.path };
    const { toBody } = source;
    const member = { bytes: inner.bytes, sha256: sha256(inner.bytes), name, container, toBody };
    inside.push(makeIntake(member, await readDocument(inner.bytes, name)));
  }
  const trust = await trustOf(source, result.format, belief, appsOf(inside, belief));
  for (const intake of inside) {
    const { sha256: digest, name, container } = intake;
    if (isKnown(digest)) yield { known: true, sha256: digest, name, container };
    else {
      const path = container?.path ?? '';
      const apps = appsOf([intake], belief);
      yield { ...intake, trust: await trustInside(source, result.format, path, belief, apps) };
    }
  }
  yield makeIntake(source, result, trust);
}

/** A document that the larder has already. */
export interface KnownDocument {
  readonly known: true;
  readonly sha256: string;
  readonly name: string;
  readonly container: Intake['container'];
}
