import { LarderError } from '../model/errors.ts';
import type { IncompleteReason } from './extractor.ts';

export type ScanErrorCode = IncompleteReason | 'not-found' | 'not-a-file' | 'invalid-config' | 'no-match';

/**
 * Why a file of a tree, or the tree itself, could not be scanned. An extractor throws it when nothing of its file can be understood; the runner
 * turns it into a `failed` project. `at` is the place in the file.
 */
export class ScanError extends LarderError<ScanErrorCode> {
  readonly at: string | null;

  constructor(code: ScanErrorCode, message: string, at: string | null = null, cause?: unknown) {
    super(code, message, cause);
    this.at = at;
  }
}

/** A lockfile whose version no reader of ours knows: loud, because half-read lockfiles look clean. */
export function unsupportedVersion(file: string, stated: unknown, known: string): ScanError {
  const shown = stated === undefined || stated === null ? 'none' : JSON.stringify(stated);
  return new ScanError(
    'unsupported-lock-version',
    `${file} states the lockfile version ${shown}; Larder reads ${known}. Its packages are not listed.`,
  );
}
