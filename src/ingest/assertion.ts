import { FormatError } from '../formats/errors.ts';
import type { DocumentInput, Head } from '../formats/format.ts';
import { ASSERTION_SCHEMA, type Assertion, type Statement } from '../model/assertion.ts';
import type { ReadResult } from '../model/facts.ts';

const TYPES: ReadonlySet<string> = new Set<Statement['type']>([
  'assign',
  'alias-app',
  'identify',
  'link',
  'mark',
  'label',
  'retire',
  'decision',
]);
const TARGETS: ReadonlySet<string> = new Set([
  'document',
  'app',
  'component',
  'package',
  'identifier',
  'party',
]);

/** Whether a document begins as our own assertions do. */
export function isAssertionHead(head: Head): boolean {
  return head.looksLike === 'json' && /^\s*\{\s*"schema"\s*:\s*"larder\.assertion\/1"/.test(head.text);
}

/** Reads an assertion document. Statements of an unknown shape are left out, each with a diagnostic: a newer larder may have written them. */
export function readAssertion(input: DocumentInput): ReadResult {
  const base = {
    kind: 'assertion',
    format: 'larder-assertion',
    encoding: 'json',
    specVersion: '1',
    bom: null,
  } as const;
  const reject = (code: string, message: string, at: string | null): ReadResult => ({
    ...base,
    status: 'rejected',
    diagnostics: [{ severity: 'error', code, message, at }],
    facts: null,
  });
  let value: unknown;
  try {
    value = input.json();
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown;
    return reject(thrown.code, thrown.message, thrown.at);
  }
  const { who, when, because, statements } = value as { [key: string]: unknown };
  if (typeof who !== 'string' || typeof when !== 'string' || !Array.isArray(statements)) {
    return reject(
      'invalid-assertion',
      `${input.name} is no assertion: it needs who, when and statements.`,
      '',
    );
  }
  const known = statements.filter(isStatement);
  const odd = statements.flatMap((one, at) => (isStatement(one) ? [] : [at]));
  const assertion: Assertion = {
    schema: ASSERTION_SCHEMA,
    who,
    when,
    because: typeof because === 'string' ? because : null,
    statements: known,
  };
  return {
    ...base,
    status: odd.length === 0 ? 'accepted' : 'partial',
    diagnostics: odd.map(at => ({
      severity: 'error',
      code: 'unknown-statement',
      message: 'This statement is of no kind that this larder knows.',
      at: `/statements/${at}`,
    })),
    facts: assertion,
  };
}

/** The bytes of an assertion: the same for the same statements, so that saying them twice is a duplicate. */
export function assertionBytes(assertion: Assertion): Uint8Array {
  const { schema, who, when, because, statements } = assertion;
  return Buffer.from(`${JSON.stringify({ schema, who, when, because, statements }, null, 1)}\n`);
}

function isStatement(value: unknown): value is Statement {
  if (typeof value !== 'object' || value === null) return false;
  const one = value as { [key: string]: unknown };
  if (typeof one['type'] !== 'string' || !TYPES.has(one['type'])) return false;
  if (one['type'] === 'alias-app') return typeof one['app'] === 'string' && typeof one['of'] === 'string';
  if (one['type'] === 'link') return isTarget(one['product']) && isTarget(one['component']);
  return isTarget(one['target']);
}

/** The names by which each kind of target is found must be texts. */
function isTarget(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const one = value as { [key: string]: unknown };
  if (typeof one['kind'] !== 'string' || !TARGETS.has(one['kind'])) return false;
  const key = {
    document: 'sha256',
    component: 'sha256',
    app: 'app',
    package: 'purl',
    identifier: 'identifier',
    party: 'name',
  }[one['kind']];
  return key !== undefined && typeof one[key] === 'string';
}
