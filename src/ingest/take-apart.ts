import { isContainer, openContainer } from '../io/container.ts';
import { sha256 } from '../io/hash.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Intake } from '../store/intake.ts';
import { containerIntake, makeIntake } from './make-intake.ts';
import { readDocument } from './read-document.ts';

/** One file as it was given. */
export interface GivenFile {
  readonly bytes: Uint8Array;
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
 */
export async function* takeApart(
  file: GivenFile,
  isKnown: (sha256: string) => boolean,
): AsyncGenerator<Intake | KnownDocument> {
  const whole = sha256(file.bytes);
  if (isKnown(whole)) {
    yield { known: true, sha256: whole, name: file.path, container: null };
    return;
  }
  if (isContainer(file.bytes) && file.whole === true) {
    yield containerIntake({ bytes: file.bytes, sha256: whole, name: file.path, container: null }, []);
    return;
  }
  if (!isContainer(file.bytes)) {
    yield makeIntake(
      { bytes: file.bytes, sha256: whole, name: file.path, container: null },
      await readDocument(file.bytes, file.path),
    );
    return;
  }
  const problems: Diagnostic[] = [];
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
    const digest = sha256(content.bytes);
    const container = { sha256: whole, path: content.path };
    const name = `${file.path}!/${content.path}`;
    if (isKnown(digest)) {
      yield { known: true, sha256: digest, name, container };
      continue;
    }
    const source = { bytes: content.bytes, sha256: digest, name, container };
    yield makeIntake(source, await readDocument(content.bytes, name));
  }
  yield containerIntake({ bytes: file.bytes, sha256: whole, name: file.path, container: null }, problems);
}

/** A document that the larder has already. */
export interface KnownDocument {
  readonly known: true;
  readonly sha256: string;
  readonly name: string;
  readonly container: Intake['container'];
}
