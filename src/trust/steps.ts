import { FormatError } from '../formats/errors.ts';
import { messageOf } from '../model/errors.ts';
import { TrustError } from './errors.ts';
import type { Step, Verdict, VerdictCode } from './verdict.ts';

/** Runs checks in order and keeps what each gave. The first that fails ends the verification. */
export class Steps {
  readonly #steps: Step[] = [];

  /** Runs one check; its detail is what `tell` makes of the result. */
  check<T>(step: string, run: () => T, tell: (result: T) => string): T {
    let result: T;
    try {
      result = run();
    } catch (error) {
      this.#steps.push({ step, result: 'failed', detail: messageOf(error) });
      throw error;
    }
    this.#steps.push({ step, result: 'passed', detail: tell(result) });
    return result;
  }

  /** Notes something that was not checked, and why. */
  skip(step: string, detail: string): void {
    this.#steps.push({ step, result: 'skipped', detail });
  }

  /** Takes over a step of a verification inside this one. */
  add(step: Step): void {
    this.#steps.push(step);
  }

  pass(step: string, detail: string): void {
    this.#steps.push({ step, result: 'passed', detail });
  }

  list(): readonly Step[] {
    return this.#steps;
  }
}

/** The end of a verification, from what it threw. Anything unforeseen counts as a failure, never as a pass. */
export function refusalOf(error: unknown): {
  readonly verdict: Verdict;
  readonly code: VerdictCode;
  readonly message: string;
} {
  if (error instanceof TrustError)
    return { verdict: error.missing ? 'unverifiable' : 'failed', code: error.code, message: error.message };
  if (error instanceof FormatError)
    return { verdict: 'failed', code: 'evidence-malformed', message: error.message };
  return {
    verdict: 'failed',
    code: 'evidence-malformed',
    message: `The evidence cannot be used: ${messageOf(error)}`,
  };
}
