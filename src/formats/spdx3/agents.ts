import type { Party, Tool } from '../../model/facts.ts';
import { party, tool } from '../spdx/parties.ts';
import { type Entry, isEntry } from '../spdx/values.ts';
import { type Graph3, refOf, textOf, valuesOf } from './graph.ts';
import { typeOf } from './terms.ts';

/**
 * The party an agent reference names (Core/Agent and its classes); one outside the document is known by its IRI alone. Tools that come from SPDX 2 still name agents as
 * it writes them (`Organization: Example`, `NOASSERTION`), and by those no one is named.
 */
export function agentParty(graph: Graph3, value: unknown): Party | null {
  const entry = graph.resolve(value);
  const iri = refOf(entry ?? value) ?? '';
  if (entry === null)
    return iri === '' || isNobody(iri) ? null : { kind: 'unknown', name: iri, email: null, url: null };
  const named = party(textOf(entry, 'name') ?? iri);
  if (named === null) return null;
  return {
    kind: KINDS.get(typeOf(entry) ?? '') ?? named.kind,
    name: named.name,
    email: identifier(graph, entry, 'email') ?? named.email,
    url: identifier(graph, entry, 'urlScheme') ?? named.url,
  };
}

const KINDS = new Map<string, Party['kind']>([
  ['Organization', 'organization'],
  ['Person', 'person'],
]);

/** The individuals that stand for none and for no statement (Core/NoneElement, Core/NoAssertionElement). */
function isNobody(iri: string): boolean {
  return iri.endsWith('NoneElement') || iri.endsWith('NoAssertionElement');
}

/** The tool a `createdUsing` reference names. */
export function creationTool(graph: Graph3, value: unknown): Tool | null {
  const entry = graph.resolve(value);
  const name = entry === null ? refOf(value) : textOf(entry, 'name');
  return name === null ? null : tool(name);
}

/** The external identifiers of an element: in place, by id, and under the plural that some tools write. */
export function* identifiersOf(graph: Graph3, entry: Entry): Generator<Entry> {
  for (const name of ['externalIdentifier', 'externalIdentifiers']) {
    for (const value of valuesOf(entry, name)) {
      const found = graph.resolve(value);
      if (isEntry(found)) yield found;
    }
  }
}

function identifier(graph: Graph3, entry: Entry, type: string): string | null {
  for (const found of identifiersOf(graph, entry)) {
    if (textOf(found, 'externalIdentifierType') === type) return textOf(found, 'identifier');
  }
  return null;
}
