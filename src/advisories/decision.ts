import { hash } from 'node:crypto';
import type { ClaimStatus, Justification } from '../model/advisory.ts';
import { severityOf } from './cvss.ts';
import { isDay, statedSeverity, writeNotes } from './notes.ts';

export const STATUSES: readonly ClaimStatus[] = ['affected', 'not_affected', 'fixed', 'under_investigation'];

export const JUSTIFICATIONS: readonly Justification[] = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
];

/** What a user decides on a vulnerability in components of a product. */
export interface Decision {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly status: ClaimStatus;
  readonly justification: Justification | null;
  /** A CVSS vector, or `critical`, `high`, `medium`, `low`, `none`. */
  readonly severity: string | null;
  /** Last day on which it counts. */
  readonly until: string | null;
  readonly because: string | null;
  readonly who: string;
  /** RFC 3339. */
  readonly when: string;
  /** Names of the product, each an IRI or purl; any of them is the product. */
  readonly products: readonly string[];
  /** Purls (or CPEs, or refs) of the components inside it. */
  readonly components: readonly string[];
}

/** An OpenVEX statement as it is written; its fields are those of OpenVEX 0.2.0. */
export type DecisionStatement = Readonly<Record<string, unknown>>;

const CONTEXT = 'https://openvex.dev/ns/v0.2.0';

/**
 * What OpenVEX 0.2.0 demands of a statement ("Statements", status and justification), as the sentence of what is wrong; null when it is sound.
 */
export function faultOf(
  decision: Pick<Decision, 'status' | 'justification' | 'because' | 'severity' | 'until'>,
): string | null {
  const { status, justification, because, severity, until } = decision;
  if (justification !== null && status !== 'not_affected')
    return `--justification says why something is not affected, and --status is ${status}; leave it out, or say --status not_affected`;
  if (status === 'not_affected' && justification === null && because === null)
    return `not_affected needs --justification (${JUSTIFICATIONS.join(', ')}) or --because with the reason`;
  if (severity !== null && severityOf([statedSeverity(severity)]).level === 'unknown')
    return `--severity '${severity}' is neither a CVSS vector nor one of critical, high, medium, low, none`;
  if (until !== null && !isDay(until)) return `--until takes a day as in 2026-12-31, not '${until}'`;
  return null;
}

/** The statement of a decision. */
export function statementOf(decision: Decision): DecisionStatement {
  const { status, because } = decision;
  const aliases = [...decision.aliases].sort();
  const notes = writeNotes({
    until: decision.until,
    override: decision.severity === null ? null : statedSeverity(decision.severity),
    text: status === 'affected' ? '' : (because ?? ''),
  });
  const impact = status === 'not_affected';
  return {
    vulnerability: { name: decision.vulnerability, ...(aliases.length > 0 ? { aliases } : {}) },
    timestamp: decision.when,
    products: decision.products.map(product => ({
      ...named(product),
      subcomponents: decision.components.map(named),
    })),
    status,
    ...(notes === '' || impact ? {} : { status_notes: notes }),
    ...(decision.justification === null ? {} : { justification: decision.justification }),
    ...(notes !== '' && impact ? { impact_statement: notes } : {}),
    // OpenVEX demands an action of everything that is affected.
    ...(status === 'affected' ? { action_statement: because ?? 'No action is decided yet.' } : {}),
  };
}

/** A whole document of one decision, named by what it says. */
export function documentOf(decision: Decision): DecisionStatement {
  const statement = statementOf(decision);
  return {
    '@context': CONTEXT,
    '@id': idOf(decision.who, statement),
    author: decision.who,
    timestamp: decision.when,
    version: 1,
    statements: [statement],
  };
}

function named(text: string): DecisionStatement {
  if (text.startsWith('pkg:')) return { '@id': text, identifiers: { purl: text } };
  if (text.startsWith('cpe:2.3:')) return { '@id': text, identifiers: { cpe23: text } };
  if (text.startsWith('cpe:')) return { '@id': text, identifiers: { cpe22: text } };
  return { '@id': text };
}

/** A UUID of version 8 (RFC 9562 section 5.8) made of the content: the same decision has the same name everywhere. */
export function idOf(...content: readonly unknown[]): string {
  const digits = hash('sha256', JSON.stringify(content), 'hex');
  return `urn:uuid:${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
