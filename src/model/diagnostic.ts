/** `error`: the thing named was not kept as a fact. `warning`: kept, but something in it is wrong. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * One thing that was odd in a document or a tree. Never silence: what is skipped, repaired or unknown has one of these.
 * `code` is stable kebab-case and documented; `message` is one sentence with the values quoted; `at` is the place: a JSON
 * pointer (`/components/3/purl`), `line 388`, `line 388, column 12`, `byte 10412`, an XML path, a member path of an archive.
 */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly at: string | null;
}

/** How many diagnostics one document keeps; what comes after is counted in one closing diagnostic, so that a hostile file cannot fill memory. */
export const MAX_DIAGNOSTICS = 200;

/** Collects the diagnostics of one document, bounded. Repeats beyond the bound are counted, not kept. */
export class Diagnostics {
  readonly #kept: Diagnostic[] = [];
  #dropped = 0;
  #errors = 0;

  add(severity: Severity, code: string, message: string, at: string | null = null): void {
    if (severity === 'error') this.#errors++;
    if (this.#kept.length >= MAX_DIAGNOSTICS) this.#dropped++;
    else this.#kept.push({ severity, code, message, at });
  }

  error(code: string, message: string, at: string | null = null): void {
    this.add('error', code, message, at);
  }

  warning(code: string, message: string, at: string | null = null): void {
    this.add('warning', code, message, at);
  }

  info(code: string, message: string, at: string | null = null): void {
    this.add('info', code, message, at);
  }

  /** Whether something named was not kept, also when its diagnostic was beyond the bound. */
  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** What was collected, with a closing entry when some were dropped. */
  list(): Diagnostic[] {
    if (this.#dropped === 0) return [...this.#kept];
    const message = `${this.#dropped} further diagnostics of this document are not listed.`;
    return [...this.#kept, { severity: 'info', code: 'more-diagnostics', message, at: null }];
  }
}
