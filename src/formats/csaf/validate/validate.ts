import type { Diagnostics } from '../../../model/diagnostic.ts';
import { isObject } from '../../fields.ts';
import type { DocumentInput, Validation } from '../../format.ts';
import { checkShape } from '../../shape-rules.ts';
import { judgeJson } from '../../strict.ts';
import { CsafDocument } from './document.ts';
import { CSAF_TESTS } from './list.ts';
import { CSAF } from './schema.ts';
import { vocabulary } from './vocabulary.ts';

const SEVERITIES = { '6.1': 'error', '6.2': 'warning', '6.3': 'info' } as const;

/**
 * Judges a CSAF 2.0 document by the schema of the standard and by all tests of its section 6 that need no network and no dictionary. Faults of the schema
 * and of 6.1 make it invalid; 6.2 gives warnings, 6.3 hints; the code of a test's fault is its section: `csaf-6.1.7`.
 * A CSAF 2.1 document is judged in part, and is never called valid.
 */
export async function validate(input: DocumentInput): Promise<Validation> {
  const names = await vocabulary();
  const judged = judgeJson(input, (root, diagnostics) => {
    const document = new CsafDocument(root, names);
    const specVersion = document.text('/document/csaf_version');
    if (specVersion === '2.0' || !isObject(root)) {
      judge(document, diagnostics);
    } else if (specVersion === '2.1') {
      diagnostics.warning(
        'csaf-2.1-not-judged',
        `The document is CSAF 2.1, of which only the ${SHARED.size} mandatory tests that it shares with 2.0 are judged, and neither its schema, nor its own tests, nor the optional and informative ones; that none fails does not make it valid.`,
        '/document/csaf_version',
      );
      runTests(document, diagnostics, section => SHARED.has(section));
    } else judge(document, diagnostics);
    return specVersion;
  });
  return judged.valid && judged.specVersion === '2.1' ? { ...judged, valid: null } : judged;
}

/** Mandatory tests of 2.0 that 2.1 has under the same number with the same meaning; the others have moved or changed. */
export const SHARED: ReadonlySet<string> = new Set([
  '6.1.1',
  '6.1.2',
  '6.1.3',
  '6.1.4',
  '6.1.5',
  '6.1.6',
  '6.1.12',
  '6.1.13',
  '6.1.14',
  '6.1.15',
  '6.1.16',
  '6.1.17',
  '6.1.18',
  '6.1.19',
  '6.1.20',
  '6.1.21',
  '6.1.22',
  '6.1.23',
  '6.1.24',
  '6.1.25',
  '6.1.27.1',
  '6.1.27.2',
  '6.1.27.4',
  '6.1.27.6',
  '6.1.27.7',
  '6.1.27.9',
  '6.1.27.10',
  '6.1.28',
  '6.1.29',
  '6.1.30',
  '6.1.31',
  '6.1.32',
  '6.1.33',
]);

function judge(document: CsafDocument, diagnostics: Diagnostics): void {
  checkShape(document.root, CSAF, '', ({ code, message, at }) => {
    if (code !== 'unknown-field') diagnostics.error(code, message, at);
  });
  runTests(document, diagnostics, () => true);
}

function runTests(
  document: CsafDocument,
  diagnostics: Diagnostics,
  wanted: (section: string) => boolean,
): void {
  for (const test of CSAF_TESTS) {
    if (!wanted(test.section)) continue;
    const severity = SEVERITIES[test.section.slice(0, 3) as keyof typeof SEVERITIES];
    for (const { message, at } of test.check(document))
      diagnostics.add(severity, `csaf-${test.section}`, message, at);
  }
}
