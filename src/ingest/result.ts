import type { Diagnostic } from '../model/diagnostic.ts';
import type { DocumentKind, ReadStatus } from '../model/facts.ts';
import type { SubjectIntake } from '../store/intake.ts';
import type { WriteResult } from '../store/ports.ts';

/** What became of one document, in the shape that scripts rely on (issue 2, `larder.add/1`). */
export interface AddResult {
  readonly schema: 'larder.add/1';
  /** As given, or the container's path and the member's, joined by `!/`. */
  readonly path: string;
  /** Null only for what could not be read at all. */
  readonly sha256: string | null;
  readonly container: { readonly sha256: string; readonly path: string } | null;
  readonly status: WriteResult['status'];
  /** Of a duplicate: how reading it ended when it came first. */
  readonly known?: ReadStatus;
  readonly kind: DocumentKind;
  readonly format: string;
  readonly specVersion: string | null;
  readonly app: string | null;
  readonly release: string | null;
  readonly subjects: readonly Omit<SubjectIntake, 'ordinal'>[];
  /** Null for what lists no components. */
  readonly components: number | null;
  readonly distinctPackages: number | null;
  readonly files: number | null;
  readonly dependencies: number | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** How far a run is. Totals are null until the walk through the folders is done. */
export interface AddProgress {
  readonly files: number;
  readonly filesTotal: number | null;
  readonly bytes: number;
  readonly bytesTotal: number | null;
  readonly milliseconds: number;
  readonly filesPerSecond: number;
  readonly millisecondsLeft: number | null;
}

/** The end of a run. */
export interface AddSummary {
  readonly files: number;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly documents: number;
  readonly accepted: number;
  readonly partial: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly forgotten: number;
  readonly unreadable: number;
  readonly interrupted: boolean;
  /** Of what was accepted, containers left out. */
  readonly formats: readonly {
    readonly format: string;
    readonly specVersion: string | null;
    readonly documents: number;
  }[];
  /** What the larder holds now, newest documents. */
  readonly larder: {
    readonly apps: number;
    readonly boms: number;
    readonly packages: number;
    readonly components: number;
    readonly dependencies: number;
  };
}

export type AddEvent =
  | { readonly type: 'document'; readonly result: AddResult }
  | { readonly type: 'progress'; readonly progress: AddProgress }
  | { readonly type: 'summary'; readonly summary: AddSummary };

/** The result of what the writer wrote or had. */
export function addResult(
  written: WriteResult,
  path: string,
  container: AddResult['container'],
  diagnostics: readonly Diagnostic[],
): AddResult {
  const { document, bom } = written;
  const stated = bom ?? document?.stated ?? null;
  const known = written.status === 'duplicate' && document !== null ? { known: document.status } : {};
  return {
    schema: 'larder.add/1',
    path,
    sha256: written.sha256,
    container: container ?? document?.container ?? null,
    status: written.status,
    ...known,
    kind: document?.kind ?? 'unknown',
    format: document?.format ?? 'unknown',
    specVersion: document?.specVersion ?? null,
    app: bom?.appName ?? null,
    release: bom?.release ?? null,
    subjects: stated?.subjects.map(({ name, version, purl }) => ({ name, version, purl })) ?? [],
    components: stated?.counts.components ?? null,
    distinctPackages: stated?.distinctPackages ?? null,
    files: stated?.counts.files ?? null,
    dependencies: stated?.counts.dependencies ?? null,
    diagnostics,
  };
}

/** The result for a document that was erased while the run read it. */
export function forgottenResult(known: {
  readonly sha256: string;
  readonly name: string;
  readonly container: AddResult['container'];
}): AddResult {
  const written = { sha256: known.sha256, status: 'forgotten', document: null, bom: null } as const;
  return addResult(written, known.name, known.container, []);
}

/** The result for a path from which no bytes could be had. */
export function unreadableResult(path: string, code: string, message: string): AddResult {
  return {
    schema: 'larder.add/1',
    path,
    sha256: null,
    container: null,
    status: 'rejected',
    kind: 'unknown',
    format: 'unknown',
    specVersion: null,
    app: null,
    release: null,
    subjects: [],
    components: null,
    distinctPackages: null,
    files: null,
    dependencies: null,
    diagnostics: [{ severity: 'error', code, message, at: null }],
  };
}

/** Counts a run as its results come. */
export class Tally {
  readonly #formats = new Map<string, { format: string; specVersion: string | null; documents: number }>();
  readonly #statuses = new Map<string, number>();
  #documents = 0;
  #unreadable = 0;

  add(result: AddResult): void {
    if (result.sha256 === null) {
      this.#unreadable++;
      return;
    }
    this.#documents++;
    this.#statuses.set(result.status, (this.#statuses.get(result.status) ?? 0) + 1);
    // The formats stand beside the number of what was accepted, and must not say more than it.
    if (result.status !== 'accepted' || result.kind === 'container') return;
    const key = `${result.format} ${result.specVersion ?? ''}`;
    const entry = this.#formats.get(key);
    if (entry === undefined)
      this.#formats.set(key, { format: result.format, specVersion: result.specVersion, documents: 1 });
    else entry.documents++;
  }

  summary(rest: Pick<AddSummary, 'files' | 'bytes' | 'milliseconds' | 'interrupted' | 'larder'>): AddSummary {
    const count = (status: string): number => this.#statuses.get(status) ?? 0;
    return {
      ...rest,
      documents: this.#documents,
      accepted: count('accepted'),
      partial: count('partial'),
      rejected: count('rejected'),
      duplicates: count('duplicate'),
      forgotten: count('forgotten'),
      unreadable: this.#unreadable,
      formats: [...this.#formats.values()].sort(
        (a, b) => b.documents - a.documents || (a.format < b.format ? -1 : 1),
      ),
    };
  }
}
