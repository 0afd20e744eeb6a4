import type { Party, Tool } from '../../model/facts.ts';
import { tool } from '../spdx/parties.ts';
import { type Entry, isEntry } from '../spdx/values.ts';
import { type Graph3, refOf, textOf, valuesOf } from './graph.ts';
import { typeOf } from './terms.ts';

/** The party an agent reference names (Core/Agent and its classes); one outside the document is known by its IRI alone. */
export function agentParty(graph: Graph3, value: unknown): Party | null {
  const entry = graph.resolve(value);
  if (entry === null) {
    const iri = refOf(value);
    return iri === null || iri === '' ? null : { kind: 'unknown', name: iri, email: null, url: null };
  }
  const type = typeOf(entry);
  return {
    kind: type === 'Organization' ? 'organization' : type === 'Person' ? 'person' : 'unknown',
    name: textOf(entry, 'name') ?? refOf(entry) ?? '',
    email: identifier(graph, entry, 'email'),
    url: identifier(graph, entry, 'urlScheme'),
  };
}

/** The tool a `createdUsing` reference names. */
export function creationTool(graph: Graph3, value: unknown): Tool | null {
  const entry = graph.resolve(value);
  const name = entry === null ? refOf(value) : textOf(entry, 'name');
  return name === null || name === '' ? null : tool(name);
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
