import type { Diagnostics } from '../../model/diagnostic.ts';
import type { DocumentInput, Validation } from '../format.ts';
import { type Entry, isEntry, kindOf } from '../spdx/values.ts';
import { judgeJson } from '../strict.ts';
import { Judge3 } from './judge.ts';
import { compactEntry, typeOf } from './terms.ts';

/**
 * Judges an SPDX 3 JSON-LD document strictly by the classes and vocabularies of SPDX 3.0.1: the context, mandatory properties,
 * properties that are none of the class, types, formats, ids that are unique and references that lead somewhere.
 */
export async function validate(input: DocumentInput): Promise<Validation> {
  return judgeJson(input, judge);
}

function judge(root: unknown, diagnostics: Diagnostics): string | null {
  if (!isEntry(root)) {
    diagnostics.error('wrong-type', `The document must be an object but is ${kindOf(root)}.`, '');
    return null;
  }
  judgeContext(root, diagnostics);
  const judge = new Judge3(diagnostics);
  const graph = root['@graph'];
  if (Array.isArray(graph)) {
    for (const name of Object.keys(root)) {
      if (name !== '@graph' && name !== '@context') {
        diagnostics.error('unknown-field', `"${name}" must not stand beside "@graph".`, `/${name}`);
      }
    }
    for (const [index, item] of graph.entries()) judge.collect(compacted(item), `/@graph/${index}`);
  } else if (graph !== undefined) {
    diagnostics.error('wrong-type', `"@graph" must be a list but is ${kindOf(graph)}.`, '/@graph');
  } else {
    const { '@context': _context, ...element } = root;
    judge.collect(compacted(element), '');
  }
  return judge.finish();
}

function compacted(item: unknown): unknown {
  return isEntry(item) && typeOf(item) !== null ? compactEntry(item) : item;
}

/** The specification has one context for each version, by its address. */
function judgeContext(root: Entry, diagnostics: Diagnostics): void {
  const context = root['@context'];
  const contexts: readonly unknown[] = Array.isArray(context) ? context : [context];
  if (contexts.some(stated => typeof stated === 'string' && CONTEXT.test(stated))) return;
  const message = '"@context" must be https://spdx.org/rdf/3.0.1/spdx-context.jsonld.';
  diagnostics.error(
    context === undefined ? 'missing-field' : 'invalid-value',
    message,
    context === undefined ? '' : '/@context',
  );
}

const CONTEXT = /^https:\/\/spdx\.org\/rdf\/3\.0\.\d\/spdx-context\.jsonld$/;
