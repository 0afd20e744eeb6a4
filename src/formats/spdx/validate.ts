import { type Diagnostic, Diagnostics } from '../../model/diagnostic.ts';
import type { DocumentInput, Validation } from '../format.ts';
import { headOf } from '../input.ts';
import { duplicateKeys } from '../json.ts';
import { located, unparsed } from '../strict.ts';
import { encodingOf } from './detect.ts';
import { parseJsonDocument } from './json.ts';
import { Judge } from './judge.ts';
import { parseRdf } from './rdf.ts';
import type { Parsed } from './read.ts';
import { ReferenceJudge } from './references-judge.ts';
import { DOCUMENT } from './rules.ts';
import { parseTagValue } from './tag-value.ts';
import { type Context, isEntry } from './values.ts';
import { parseXmlDocument } from './xml.ts';
import { parseYaml } from './yaml.ts';

const PARSERS = {
  json: parseJsonDocument,
  yaml: parseYaml,
  xml: (input: DocumentInput) => parseXmlDocument(input, true),
  'rdf-xml': (input: DocumentInput) => parseRdf(input, true),
  'tag-value': (input: DocumentInput) => parseTagValue(input, true),
} as const satisfies Record<string, (input: DocumentInput) => Parsed>;

/**
 * Judges an SPDX 2 document strictly by the specification of the version it names (2.2 for older ones): mandatory fields,
 * cardinalities, types, formats, ids that are unique and references that lead somewhere. Unlike reading, nothing is forgiven.
 */
export async function validate(input: DocumentInput): Promise<Validation> {
  const encoding = encodingOf(headOf(input));
  try {
    const parsed = PARSERS[encoding](input);
    const repeated = encoding === 'json' ? duplicateKeys(input.text()) : [];
    return judge(parsed, repeated, input);
  } catch (thrown) {
    return unparsed(thrown);
  }
}

function judge(parsed: Parsed, repeated: readonly Diagnostic[], input: DocumentInput): Validation {
  const diagnostics = new Diagnostics();
  const context: Context = { diagnostics, place: parsed.place };
  const { root } = parsed;
  const stated = isEntry(root) ? root['spdxVersion'] : undefined;
  const version = stated === 'SPDX-2.3' || typeof stated !== 'string' ? 2.3 : 2.2;
  const judge = new Judge(context, { version }, parsed.encoding === 'json');
  judge.entry(root, DOCUMENT, '', null);
  if (isEntry(root)) new ReferenceJudge(judge, root).run();
  const own = parsed.encoding === 'json' ? located(diagnostics.list(), input.text()) : diagnostics.list();
  const faults = [...repeated, ...parsed.diagnostics.list().map(asFault), ...own];
  const specVersion =
    typeof stated === 'string' && stated.startsWith('SPDX-') ? stated.slice('SPDX-'.length) : null;
  return { valid: faults.length === 0, specVersion, faults };
}

/** What a tolerant parser repaired is a fault here. */
function asFault(found: Diagnostic): Diagnostic {
  return { ...found, severity: 'error' };
}
