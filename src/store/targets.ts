import type { AssertionTarget, Statement } from '../model/assertion.ts';
import type { LineDecision } from './intake.ts';

/** A target as one text, by which statements about it are found. */
export function targetText(target: AssertionTarget): string {
  switch (target.kind) {
    case 'document':
      return `document:${target.sha256}`;
    case 'app':
      return target.release === undefined || target.release === null
        ? `app:${appKey(target.app)}`
        : `app:${appKey(target.app)}@${target.release}`;
    case 'component':
      return `component:${target.sha256}#${target.ordinal}`;
    case 'package':
      return `package:${target.purl}`;
    case 'identifier':
      return `identifier:${target.identifier}`;
    case 'party':
      return `party:${target.name}`;
  }
}

/** Everything a statement is about: both ends of a link and of an alias. */
export function targetsOf(statement: Statement): readonly string[] {
  switch (statement.type) {
    case 'alias-app':
      return [`app:${appKey(statement.app)}`, `app:${appKey(statement.of)}`];
    case 'link':
      return [targetText(statement.product), targetText(statement.component)];
    default:
      return [targetText(statement.target)];
  }
}

/** The key of an app that a user names: a key as it is, any other text as a name. */
export function appKey(text: string): string {
  return /^(?:pkg:[^/]+\/|name:|sha256:[0-9a-f]{64}$|document:[0-9a-f]{64}$)/.test(text)
    ? text
    : `name:${text}`;
}

/** A document's line after what a user said of it. */
export function assigned(
  line: LineDecision,
  said: { readonly app?: string | null; readonly release?: string | null; readonly branch?: string | null },
): LineDecision {
  const named =
    said.app === undefined || said.app === null
      ? null
      : { app: appKey(said.app), appName: appName(said.app), rule: 'asserted' as const };
  const known = (said.release ?? said.branch ?? null) !== null;
  return {
    ...line,
    ...named,
    release: said.release ?? line.release,
    branch: said.branch ?? line.branch,
    standsAlone: line.standsAlone && named === null && !known,
  };
}

/** What people call an app that a user named by `text`. */
export function appName(text: string): string {
  if (text.startsWith('name:')) return text.slice(5);
  return text.startsWith('pkg:') ? text.slice(text.lastIndexOf('/') + 1) : text;
}
