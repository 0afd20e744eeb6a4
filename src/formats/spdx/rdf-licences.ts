import { joinedExpression, MAX_EXPRESSION } from './expressions.ts';
import { localName, type RdfGraph, type RdfNode, type RdfValue } from './rdf-graph.ts';

/** How deep sets may hold sets: nodes named by id can be chained beyond the nesting of the XML. */
const MAX_DEPTH = 100;

/** Writes licence nodes as SPDX expressions: licence sets, operators, listed and extracted licences, NONE and NOASSERTION. */
export class RdfLicences {
  readonly #graph: RdfGraph;
  readonly #written = new Map<string, string | null>();
  #depth = 0;

  constructor(graph: RdfGraph) {
    this.#graph = graph;
  }

  /** The expression a value stands for; null for one that refers to itself or grows beyond bounds. */
  expression(value: RdfValue): string | null {
    return 'literal' in value ? value.literal.trim() : this.#ofNode(value.node);
  }

  #ofNode(key: string): string | null {
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    // Null while it is being written: a set that holds itself finds null here.
    this.#written.set(key, null);
    const node = this.#graph.nodes.get(key);
    this.#depth++;
    const text = node === undefined ? nameOf(key) : this.#depth > MAX_DEPTH ? null : this.#write(node);
    this.#depth--;
    const bounded = text !== null && text.length <= MAX_EXPRESSION ? text : null;
    this.#written.set(key, bounded);
    return bounded;
  }

  #write(node: RdfNode): string | null {
    switch (node.type) {
      case 'ConjunctiveLicenseSet':
        return this.#set(node, ' AND ');
      case 'DisjunctiveLicenseSet':
        return this.#set(node, ' OR ');
      case 'OrLaterOperator':
        return append(this.#member(node, 'member'), '+');
      case 'WithExceptionOperator':
        return this.#withException(node);
      default:
        return literal(node, 'licenseId') ?? literal(node, 'licenseExceptionId') ?? nameOf(node.key);
    }
  }

  /** The members are a set, so their order says nothing; they are kept as written. */
  #set(node: RdfNode, joiner: string): string | null {
    return joinedExpression(node.properties.get('member') ?? [], joiner, value => this.expression(value));
  }

  #withException(node: RdfNode): string | null {
    const licence = this.#member(node, 'member');
    const exception = this.#member(node, 'licenseException');
    return licence === null || exception === null ? null : `${licence} WITH ${exception}`;
  }

  #member(node: RdfNode, property: string): string | null {
    const value = node.properties.get(property)?.[0];
    return value === undefined ? null : this.expression(value);
  }
}

function append(text: string | null, suffix: string): string | null {
  return text === null ? null : text + suffix;
}

function literal(node: RdfNode, property: string): string | null {
  const value = node.properties.get(property)?.[0];
  return value !== undefined && 'literal' in value ? value.literal.trim() : null;
}

function nameOf(key: string): string {
  const name = localName(key);
  if (name === 'noassertion') return 'NOASSERTION';
  return name === 'none' ? 'NONE' : name;
}
