import { parseXml, type XmlElement, xmlAttribute } from '../xml.ts';

/** The part of XML Schema 1.0 that the CycloneDX schemas use, compiled to a form that can be walked. */
export interface XsdSchema {
  readonly namespace: string;
  readonly elements: ReadonlyMap<string, ElementDeclaration>;
  /** Attributes that must be unique in the whole document (`xs:unique` over `.//*`). */
  readonly unique: readonly string[];
}

export interface ElementDeclaration {
  readonly name: string;
  readonly type: () => XsdType;
}

export interface XsdType {
  /** Null for a simple type: no attributes, no children. */
  readonly attributes: ReadonlyMap<string, AttributeDeclaration> | null;
  /** Attributes that are not declared: none, those of other namespaces, or any. */
  readonly otherAttributes: 'none' | 'other' | 'any';
  readonly mixed: boolean;
  /** What the text must be; null for element content. */
  readonly text: SimpleType | null;
  readonly content: Particle | null;
  /** Every element the content may hold, by name. */
  readonly children: ReadonlyMap<string, ElementDeclaration>;
  /** True where the schema says nothing of the content. */
  readonly any: boolean;
}

export interface AttributeDeclaration {
  readonly required: boolean;
  readonly type: () => SimpleType;
}

export type Particle =
  | {
      readonly kind: 'element';
      readonly min: number;
      readonly max: number;
      readonly element: ElementDeclaration;
    }
  | {
      readonly kind: 'sequence' | 'choice';
      readonly min: number;
      readonly max: number;
      readonly items: readonly Particle[];
    }
  | { readonly kind: 'any'; readonly min: number; readonly max: number; readonly other: boolean };

export interface SimpleType {
  /** One of the built-in types, without prefix. */
  readonly builtin: string;
  readonly enumeration: ReadonlySet<string> | null;
  readonly patterns: readonly RegExp[];
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly members: readonly SimpleType[];
}

const ANY: XsdType = {
  attributes: null,
  otherAttributes: 'any',
  mixed: true,
  text: null,
  content: null,
  children: new Map(),
  any: true,
};

/** Compiles schema texts; the first is the document's own, the others are what it imports. Definitions are resolved when first needed: types are recursive. */
export function compileXsd(texts: readonly string[]): XsdSchema {
  const roots = texts.map(text => parseXml(text));
  const compiler = new Compiler(roots);
  const own = roots[0] as XmlElement;
  const elements = new Map<string, ElementDeclaration>();
  for (const child of own.children)
    if (child.name === 'element') elements.set(nameOf(child), compiler.element(child));
  const unique = descendants(own, 'unique').flatMap(node =>
    descendants(node, 'field').map(field => (xmlAttribute(field, 'xpath') ?? '').slice(1)),
  );
  return { namespace: xmlAttribute(own, 'targetNamespace') ?? '', elements, unique };
}

class Compiler {
  readonly #definitions = new Map<string, XmlElement>();
  readonly #types = new Map<XmlElement, XsdType>();
  readonly #simple = new Map<XmlElement, SimpleType>();

  constructor(roots: readonly XmlElement[]) {
    for (const root of roots) {
      for (const child of root.children) {
        const name = xmlAttribute(child, 'name');
        if (name !== null) this.#definitions.set(`${kindKey(child.name)} ${name}`, child);
      }
    }
  }

  element(node: XmlElement): ElementDeclaration {
    const ref = xmlAttribute(node, 'ref');
    const target = ref === null ? node : (this.#definitions.get(`element ${local(ref)}`) ?? node);
    return { name: ref === null ? nameOf(node) : local(ref), type: () => this.#elementType(target) };
  }

  #elementType(node: XmlElement): XsdType {
    const type = xmlAttribute(node, 'type');
    if (type !== null) return this.#named(type);
    const inline = child(node, 'complexType') ?? child(node, 'simpleType');
    return inline === null ? ANY : this.#type(inline);
  }

  #named(name: string): XsdType {
    const node = this.#definitions.get(`type ${local(name)}`);
    if (name.startsWith('xs:') || node === undefined) return textOnly(builtin(local(name)));
    return this.#type(node);
  }

  #type(node: XmlElement): XsdType {
    let type = this.#types.get(node);
    if (type === undefined) {
      type = node.name === 'simpleType' ? textOnly(this.#simpleType(node)) : this.#complexType(node);
      this.#types.set(node, type);
    }
    return type;
  }

  #complexType(node: XmlElement): XsdType {
    const simple = child(node, 'simpleContent');
    const extension = simple === null ? null : child(simple, 'extension');
    const holder = extension ?? node;
    const attributes = new Map<string, AttributeDeclaration>();
    const otherAttributes = this.#attributes(holder, attributes);
    const model = holder.children.find(item => item.name === 'sequence' || item.name === 'choice');
    const content = extension === null && model !== undefined ? this.#particle(model) : null;
    return {
      attributes,
      otherAttributes,
      mixed: xmlAttribute(node, 'mixed') === 'true',
      text: extension === null ? null : this.#simpleNamed(xmlAttribute(extension, 'base') ?? 'xs:string'),
      content,
      children: new Map(content === null ? [] : elementsOf(content)),
      any: false,
    };
  }

  /** Gathers attributes, those of groups too; says which others are allowed. */
  #attributes(holder: XmlElement, into: Map<string, AttributeDeclaration>): XsdType['otherAttributes'] {
    let others: XsdType['otherAttributes'] = 'none';
    for (const item of holder.children) {
      if (item.name === 'anyAttribute')
        others = xmlAttribute(item, 'namespace') === '##other' ? 'other' : 'any';
      else if (item.name === 'attributeGroup') {
        const group = this.#definitions.get(`attributeGroup ${local(xmlAttribute(item, 'ref') ?? '')}`);
        const inherited = group === undefined ? 'none' : this.#attributes(group, into);
        if (inherited !== 'none') others = inherited;
      } else if (item.name === 'attribute') {
        const required = xmlAttribute(item, 'use') === 'required';
        into.set(nameOf(item), { required, type: () => this.#attributeType(item) });
      }
    }
    return others;
  }

  #attributeType(node: XmlElement): SimpleType {
    const inline = child(node, 'simpleType');
    return inline === null
      ? this.#simpleNamed(xmlAttribute(node, 'type') ?? 'xs:string')
      : this.#simpleType(inline);
  }

  #particle(node: XmlElement): Particle {
    const min = Number(xmlAttribute(node, 'minOccurs') ?? '1');
    const stated = xmlAttribute(node, 'maxOccurs') ?? '1';
    const max = stated === 'unbounded' ? Number.POSITIVE_INFINITY : Number(stated);
    if (node.name === 'element') return { kind: 'element', min, max, element: this.element(node) };
    if (node.name === 'any')
      return { kind: 'any', min, max, other: xmlAttribute(node, 'namespace') === '##other' };
    const items = node.children.filter(item => ['element', 'any', 'sequence', 'choice'].includes(item.name));
    return {
      kind: node.name === 'choice' ? 'choice' : 'sequence',
      min,
      max,
      items: items.map(item => this.#particle(item)),
    };
  }

  #simpleNamed(name: string): SimpleType {
    const node = name.startsWith('xs:') ? undefined : this.#definitions.get(`type ${local(name)}`);
    if (node === undefined) return builtin(local(name));
    // A complex type with simple content may be extended too; its text is what counts.
    return node.name === 'simpleType' ? this.#simpleType(node) : (this.#type(node).text ?? builtin('string'));
  }

  #simpleType(node: XmlElement): SimpleType {
    let type = this.#simple.get(node);
    if (type === undefined) {
      type = this.#makeSimple(node);
      this.#simple.set(node, type);
    }
    return type;
  }

  #makeSimple(node: XmlElement): SimpleType {
    const union = child(node, 'union');
    if (union !== null) {
      const named = (xmlAttribute(union, 'memberTypes') ?? '').split(/\s+/).filter(name => name !== '');
      const inline = union.children.filter(item => item.name === 'simpleType');
      return {
        ...builtin('string'),
        members: [
          ...named.map(name => this.#simpleNamed(name)),
          ...inline.map(item => this.#simpleType(item)),
        ],
      };
    }
    const restriction = child(node, 'restriction');
    if (restriction === null) return builtin('string');
    const inline = child(restriction, 'simpleType');
    const base =
      inline === null
        ? this.#simpleNamed(xmlAttribute(restriction, 'base') ?? 'xs:string')
        : this.#simpleType(inline);
    return restrict(base, restriction);
  }
}

function restrict(base: SimpleType, restriction: XmlElement): SimpleType {
  const facets = (name: string) =>
    restriction.children.filter(item => item.name === name).map(item => xmlAttribute(item, 'value') ?? '');
  const number = (name: string, inherited: number | null) => {
    const [value] = facets(name);
    return value === undefined ? inherited : Number(value);
  };
  const values = facets('enumeration');
  const patterns = facets('pattern');
  return {
    ...base,
    enumeration: values.length === 0 ? base.enumeration : new Set(values),
    patterns:
      patterns.length === 0 ? base.patterns : [...base.patterns, new RegExp(`^(?:${patterns.join('|')})$`)],
    minLength: number('minLength', base.minLength),
    maxLength: number('maxLength', base.maxLength),
    minimum: number('minInclusive', base.minimum),
    maximum: number('maxInclusive', base.maximum),
  };
}

function builtin(name: string): SimpleType {
  return {
    builtin: name,
    enumeration: null,
    patterns: [],
    minLength: null,
    maxLength: null,
    minimum: null,
    maximum: null,
    members: [],
  };
}

function textOnly(text: SimpleType): XsdType {
  return { ...ANY, attributes: new Map(), otherAttributes: 'none', text, any: text.builtin === 'anyType' };
}

function* elementsOf(particle: Particle): Generator<[string, ElementDeclaration]> {
  if (particle.kind === 'element') yield [particle.element.name, particle.element];
  else if (particle.kind !== 'any') for (const item of particle.items) yield* elementsOf(item);
}

function descendants(node: XmlElement, name: string): XmlElement[] {
  return node.children.flatMap(item => [...(item.name === name ? [item] : []), ...descendants(item, name)]);
}

function child(node: XmlElement, name: string): XmlElement | null {
  return node.children.find(item => item.name === name) ?? null;
}

function kindKey(name: string): string {
  return name === 'complexType' || name === 'simpleType' ? 'type' : name;
}

function nameOf(node: XmlElement): string {
  return xmlAttribute(node, 'name') ?? '';
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
