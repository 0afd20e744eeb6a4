import { FormatError } from '../errors.ts';
import { isObject } from '../sigstore/fields.ts';
import type { StatementFacts } from './facts.ts';
import { readPredicate } from './predicates.ts';
import { MOST_RESOURCES, resourcesOf } from './resources.ts';
import { listOf, pick, textOf } from './values.ts';

const TYPES: ReadonlyMap<string, StatementFacts['version']> = new Map([
  ['https://in-toto.io/Statement/v0.1', '0.1'],
  ['https://in-toto.io/Statement/v1', '1'],
  // Written by some tools against the specification, which has no minor version here.
  ['https://in-toto.io/Statement/v1.0', '1'],
]);

export function looksLikeStatement(value: unknown): boolean {
  const type = isObject(value) ? textOf(value, '_type') : null;
  return type !== null && type.startsWith('https://in-toto.io/Statement/');
}

/** Whether a value says that it is a statement of a version that is known: what a later one means nobody can tell. */
export function isStatement(value: unknown): boolean {
  return isObject(value) && TYPES.has(textOf(value, '_type') ?? '');
}

/**
 * Reads an in-toto statement (in-toto/attestation, spec/v1/statement.md and v0.1.0) into facts. Throws FormatError `invalid-content` when it is none: no known type,
 * no predicate type, or no subjects. Unknown predicates and unknown fields are no fault.
 */
export function statementFromJson(value: unknown): StatementFacts {
  const type = textOf(value, '_type');
  const version = TYPES.get(type ?? '');
  if (version === undefined)
    throw new FormatError(
      'invalid-content',
      `/_type: ${JSON.stringify(type)} is no in-toto statement.`,
      '/_type',
    );
  const predicateType = textOf(value, 'predicateType');
  if (predicateType === null)
    throw new FormatError(
      'invalid-content',
      '/predicateType: the type of the predicate is missing.',
      '/predicateType',
    );
  const subjects = listOf(value, 'subject');
  if (subjects.length > MOST_RESOURCES)
    throw new FormatError(
      'too-large',
      `/subject: ${subjects.length} subjects are more than the ${MOST_RESOURCES} that are read.`,
      '/subject',
    );
  return {
    version,
    subjects: resourcesOf(subjects, '/subject'),
    predicateType,
    predicate: readPredicate(predicateType, pick(value, 'predicate')),
  };
}
