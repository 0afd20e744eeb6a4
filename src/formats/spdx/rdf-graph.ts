import type { XmlElement } from '../xml.ts';
import { xmlAttribute } from '../xml.ts';

export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** What a property says: literal text, or the key of a node that may or may not be described in the document. */
export type RdfValue = { readonly literal: string } | { readonly node: string };

/** One node of the graph. */
export interface RdfNode {
  /** Its IRI, or `_:` and a name for a blank one. */
  readonly key: string;
  /** Local name of its class; null where the document does not say. */
  type: string | null;
  /** Properties by local name, in document order. The namespaces are left out: SPDX, RDFS and DOAP terms do not clash here. */
  readonly properties: Map<string, RdfValue[]>;
  line: number;
}

/**
 * The graph of an RDF/XML document, as far as SPDX 2 uses the syntax: typed node elements, nested or referred to by rdf:about,
 * rdf:ID, rdf:resource and rdf:nodeID, property attributes, and parseType="Resource". Nodes that are described in several places are one.
 */
export class RdfGraph {
  readonly nodes = new Map<string, RdfNode>();
  readonly #base: string;
  #blank = 0;

  constructor(root: XmlElement) {
    this.#base = withoutFragment(xmlAttribute(root, 'base', XML) ?? '');
    if (root.namespace === RDF && root.name === 'RDF') for (const child of root.children) this.#node(child);
    else this.#node(root);
  }

  /** The nodes of a class in document order. */
  ofType(type: string): RdfNode[] {
    return [...this.nodes.values()].filter(node => node.type === type);
  }

  #node(element: XmlElement): string {
    const node = this.#named(keyOf(element, this.#base) ?? `_:${this.#blank++}`, element.line);
    if (element.namespace !== RDF || element.name !== 'Description') node.type ??= element.name;
    for (const { name, namespace, value } of element.attributes) {
      if (namespace !== RDF && namespace !== XML) add(node, name, { literal: value });
    }
    this.#properties(node, element);
    return node.key;
  }

  #properties(node: RdfNode, element: XmlElement): void {
    for (const property of element.children) {
      if (property.namespace === RDF && property.name === 'type') {
        node.type ??= localName(xmlAttribute(property, 'resource', RDF) ?? '');
      } else for (const value of this.#values(property)) add(node, property.name, value);
    }
  }

  #values(property: XmlElement): RdfValue[] {
    const key = keyOf(property, this.#base);
    if (key !== null) return [{ node: key }];
    if (xmlAttribute(property, 'parseType', RDF) === 'Resource') {
      const node = this.#named(`_:${this.#blank++}`, property.line);
      this.#properties(node, property);
      return [{ node: node.key }];
    }
    if (property.children.length > 0) return property.children.map(child => ({ node: this.#node(child) }));
    return [{ literal: property.text }];
  }

  #named(key: string, line: number): RdfNode {
    let node = this.nodes.get(key);
    if (node === undefined) {
      node = { key, type: null, properties: new Map(), line };
      this.nodes.set(key, node);
    }
    return node;
  }
}

/** What follows the last `#` or `/` of an IRI. */
export function localName(iri: string): string {
  return iri.slice(Math.max(iri.lastIndexOf('#'), iri.lastIndexOf('/')) + 1);
}

const XML = 'http://www.w3.org/XML/1998/namespace';

/** Of what is relative, only a fragment is resolved against the document's base (RDF/XML, section 2.14): nothing else names elements. */
function keyOf(element: XmlElement, base: string): string | null {
  const iri = xmlAttribute(element, 'about', RDF) ?? xmlAttribute(element, 'resource', RDF);
  if (iri !== null) return iri.startsWith('#') ? base + iri : iri;
  const id = xmlAttribute(element, 'ID', RDF);
  if (id !== null) return `${base}#${id}`;
  const blank = xmlAttribute(element, 'nodeID', RDF);
  return blank === null ? null : `_:n:${blank}`;
}

function withoutFragment(iri: string): string {
  const hash = iri.indexOf('#');
  return hash === -1 ? iri : iri.slice(0, hash);
}

function add(node: RdfNode, name: string, value: RdfValue): void {
  const values = node.properties.get(name);
  if (values === undefined) node.properties.set(name, [value]);
  else values.push(value);
}
