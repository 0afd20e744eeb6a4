import { type FoundEvidence, readEvidence } from '../dsse/evidence.ts';
import { FormatError } from '../errors.ts';
import type { Format } from '../format.ts';
import { classicType, looksLikeClassic } from './classic.ts';
import { looksLikeStatement } from './statement.ts';
import { pick, textOf } from './values.ts';

/** in-toto statements that stand bare, and the older links and layouts with their own signatures. */
export const format: Format = {
  id: 'in-toto',
  title: 'in-toto statement',
  // A statement holds a whole document of another format as its predicate.
  owns: looksLikeStatement,
  detect: head => {
    if (head.looksLike !== 'json') return 0;
    if (/"_type"\s*:\s*"https:\/\/in-toto\.io\/Statement\//.test(head.text)) return 0.9;
    if (/"_type"\s*:\s*"(link|layout)"/.test(head.text)) return 0.9;
    const keys = head.topLevelKeys();
    return keys.includes('_type') && keys.includes('predicateType') ? 0.9 : 0;
  },
  read: input => readEvidence(input, 'in-toto', versionOf, find),
  validate: null,
};

function versionOf(value: unknown): string | null {
  return textOf(value, '_type')?.split('/v')[1] ?? null;
}

function find(value: unknown): FoundEvidence[] {
  if (looksLikeStatement(value)) return [{ kind: 'statement', envelope: null, statement: value }];
  const bare = looksLikeClassic(value) ? pick(value, 'signed') : value;
  const kind = classicType(bare);
  if (kind !== null) return [{ kind, envelope: null, statement: bare }];
  const type = textOf(value, '_type');
  throw new FormatError(
    'invalid-content',
    `/_type: ${JSON.stringify(type)} is no in-toto statement, link or layout.`,
    '/_type',
  );
}
