import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JoinedBase } from '../advisories/base.ts';
import type { FailOn } from '../advisories/fail-on.ts';
import type { Store } from '../store/ports.ts';
import { ask } from './ask.ts';
import type { Context } from './context.ts';
import { usage } from './errors.ts';
import { EXIT } from './exit.ts';
import { locateMirror } from './mirror.ts';
import type { Screen } from './output/screen.ts';

/** Opens the larder and the advisories of this run, asks, and closes both. Without a mirror of feeds the larder's own evidence alone is asked, and `base.updated` is null. */
export async function judging<T>(
  context: Context,
  mirror: string | undefined,
  question: (store: Store, base: JoinedBase) => Promise<T>,
): Promise<T> {
  return ask(context, async store => {
    const base = await openBase(context, mirror, store);
    try {
      return await question(store, base);
    } finally {
      base.close();
    }
  });
}

/** The advisories of this run: the mirror of feeds where there is one, the evidence of the larder, and the decisions in the `vex.json` beside it. */
export async function openBase(
  context: Context,
  option: string | undefined,
  store: Store | null,
): Promise<JoinedBase> {
  const { JoinedBase } = await import('../advisories/base.ts');
  const { Mirror } = await import('../advisories/mirror/mirror.ts');
  const path = locateMirror(context, option);
  const feeds = existsSync(path) ? Mirror.open(path) : null;
  if (store === null) return new JoinedBase(feeds);
  const { openEvidence } = await import('../advisories/evidence.ts');
  const { openLocalVex } = await import('../advisories/local-vex.ts');
  const decisions = await openLocalVex(localVexOf(context), 'larder');
  return new JoinedBase(feeds, await openEvidence(store, context.store.path), decisions);
}

/** Where decisions from before there was a larder are kept, if any were made. */
export function localVexOf(context: Context): string {
  return join(context.store.path, 'vex.json');
}

/** What `--fail-on` demands; `new` needs something to be new against. @throws CliError `usage` */
export async function demandsOf(texts: readonly string[], base: string | undefined): Promise<FailOn[]> {
  const { FAIL_ON, parseFailOn } = await import('../advisories/fail-on.ts');
  if (texts.includes('new') && base === undefined)
    throw usage('--fail-on new needs --base, which says what is not new');
  return texts.map(text => {
    const demand = parseFailOn(text);
    if (demand === null) throw usage(`--fail-on cannot be '${text}'; it is one of ${FAIL_ON}`);
    return demand;
  });
}

/** Why the exit code is not 0, for the foot of an answer: a run that failed in a pipeline says what it failed on. */
export function failLine(screen: Screen, failed: boolean, failOn: readonly string[]): string[] {
  if (!failed) return [];
  return [screen.paint('red', `fails on ${failOn.join(', ')} (--fail-on): exit ${EXIT.findings}`)];
}

/** How old the advisories are, for the foot of an answer. */
export function mirrorLine(
  base: { readonly updated: number | null },
  now: number,
  format: (milliseconds: number) => string,
): string {
  if (base.updated === null) return 'mirror: none; larder mirror update fetches advisories';
  return `mirror: ${format(now - base.updated)} old`;
}
