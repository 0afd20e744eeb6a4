import { statementValue } from '../formats/in-toto/classic.ts';
import { isStatement } from '../formats/in-toto/statement.ts';
import { isObject } from '../formats/sigstore/fields.ts';
import type { Artifact } from './artifact.ts';
import { TrustError } from './errors.ts';

/** The subject of a statement that an artifact is. */
export interface SubjectMatch {
  readonly name: string;
  readonly algorithm: string;
}

/** Digest algorithms that may tie an artifact to a statement; SHA-1, MD5 and the like may stand there but prove nothing (gitCommit is asked for by name only). */
export const ACCEPTED_DIGESTS: readonly string[] = [
  'sha256',
  'sha512',
  'sha384',
  'sha3_256',
  'sha3_384',
  'sha3_512',
  'gitCommit',
  'gitTree',
  'gitBlob',
  'gitTag',
  'dirHash',
  'gce_image_id',
];

const MOST_SUBJECTS = 100_000;

/** The subject of the in-toto statement in `payload` that the artifact is. Throws `statement-malformed` or `subject-mismatch`. */
export function matchSubject(payload: Uint8Array, artifact: Artifact): SubjectMatch {
  const subjects = subjectsOf(payload);
  for (const subject of subjects) {
    const match = compare(subject, artifact);
    if (match !== null) return match;
  }
  const known = artifact.digest('sha256') ?? artifact.digest('sha512');
  const own =
    known === null ? '' : ` (${known.length === 32 ? 'sha256' : 'sha512'}:${known.toString('hex')})`;
  throw new TrustError(
    'subject-mismatch',
    `${artifact.name}${own} is none of the ${subjects.length} subjects of the statement.`,
  );
}

function subjectsOf(payload: Uint8Array): readonly unknown[] {
  let statement: unknown;
  try {
    statement = statementValue(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch {
    throw new TrustError('statement-malformed', 'The signed statement is not JSON.');
  }
  if (!isStatement(statement))
    throw new TrustError(
      'statement-malformed',
      `The signed statement has the type ${JSON.stringify(isObject(statement) ? (statement['_type'] ?? null) : null)}, which is no known version of an in-toto statement.`,
    );
  const subjects =
    isObject(statement) && Object.hasOwn(statement, 'subject') ? statement['subject'] : undefined;
  if (!Array.isArray(subjects))
    throw new TrustError('statement-malformed', 'The signed statement has no list of subjects.');
  if (subjects.length > MOST_SUBJECTS)
    throw new TrustError(
      'statement-malformed',
      `The signed statement has ${subjects.length} subjects; ${MOST_SUBJECTS} are the most that are read.`,
    );
  return subjects;
}

/** One accepted digest must be equal and none that can be compared may differ: a subject cannot be two things. */
function compare(subject: unknown, artifact: Artifact): SubjectMatch | null {
  if (!isObject(subject) || !isObject(subject['digest'])) return null;
  let equal: string | null = null;
  for (const algorithm of ACCEPTED_DIGESTS) {
    const stated = Object.hasOwn(subject['digest'], algorithm) ? subject['digest'][algorithm] : undefined;
    const actual = stated === undefined ? null : artifact.digest(algorithm);
    if (actual === null) continue;
    if (typeof stated !== 'string' || stated.toLowerCase() !== actual.toString(encodingOf(algorithm)))
      return null;
    equal ??= algorithm;
  }
  const name = subject['name'];
  return equal === null ? null : { name: typeof name === 'string' ? name : '', algorithm: equal };
}

/** The id of an image of Compute Engine is a number that is kept as its text; all others are hexadecimal. */
function encodingOf(algorithm: string): 'utf8' | 'hex' {
  return algorithm === 'gce_image_id' ? 'utf8' : 'hex';
}
