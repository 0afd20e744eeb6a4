import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DocumentInput, Validation } from '../format.ts';
import { parseXml, type XmlElement, xmlAttribute, xmlPlace } from '../xml.ts';
import { NAMESPACE } from './from-xml.ts';
import { SPEC_VERSIONS } from './read.ts';
import { schemaText } from './schemas.ts';
import { quoted } from './shape.ts';
import {
  compileXsd,
  type ElementDeclaration,
  type Particle,
  type XsdSchema,
  type XsdType,
} from './xsd-schema.ts';
import { simpleFault } from './xsd-simple.ts';

const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const MAX_FAULTS = 1_000;

/** Judges an XML document against the official schema of the version that its namespace states. */
export function validateXml(input: DocumentInput): Validation {
  const root = parseXml(input.text());
  const version = root.namespace.startsWith(NAMESPACE) ? root.namespace.slice(NAMESPACE.length) : null;
  if (root.name !== 'bom' || version === null || !SPEC_VERSIONS.includes(version)) {
    const message = `The root element is <${root.name}> of ${quoted(root.namespace)}, not <bom> of ${NAMESPACE}1.0 to 1.7.`;
    return {
      valid: false,
      specVersion: version,
      faults: [{ severity: 'error', code: 'unknown-spec-version', message, at: xmlPlace(root) }],
    };
  }
  const faults = new XmlJudge(schemaOf(version)).judge(root);
  return { valid: faults.length === 0, specVersion: version, faults };
}

const schemas = new Map<string, XsdSchema>();

function schemaOf(version: string): XsdSchema {
  let schema = schemas.get(version);
  if (schema === undefined) {
    schema = compileXsd([schemaText(`bom-${version}.SNAPSHOT.xsd`), schemaText('spdx.SNAPSHOT.xsd')]);
    schemas.set(version, schema);
  }
  return schema;
}

class XmlJudge {
  readonly #schema: XsdSchema;
  readonly #faults: Diagnostic[] = [];

  constructor(schema: XsdSchema) {
    this.#schema = schema;
  }

  judge(root: XmlElement): readonly Diagnostic[] {
    const declaration = this.#schema.elements.get(root.name);
    if (declaration !== undefined) this.#element(root, declaration);
    for (const attribute of this.#schema.unique) this.#unique(root, attribute, new Map());
    return this.#faults;
  }

  #fault(code: string, message: string, element: XmlElement): void {
    if (this.#faults.length < MAX_FAULTS)
      this.#faults.push({ severity: 'error', code, message, at: xmlPlace(element) });
  }

  #element(element: XmlElement, declaration: ElementDeclaration): void {
    const type = declaration.type();
    if (type.any) return;
    this.#attributes(element, type);
    this.#assertions(element);
    if (type.text !== null) {
      const [child] = element.children;
      if (child !== undefined)
        this.#fault('unknown-element', `<${element.name}> holds text only, not <${child.name}>.`, child);
      const reason = simpleFault(type.text, element.text);
      if (reason !== null) this.#fault('malformed', reason, element);
      return;
    }
    if (!type.mixed && element.text.trim() !== '') {
      this.#fault(
        'wrong-type',
        `<${element.name}> holds elements only, not the text ${quoted(element.text.trim())}.`,
        element,
      );
    }
    this.#content(element, type);
  }

  /** 1.7: what the schema states as XML Schema 1.1 assertions, which 1.0 knows nothing of. */
  #assertions(element: XmlElement): void {
    const { name, parent } = element;
    if (name === 'versionRange' && parent?.name === 'component') {
      const external = xmlAttribute(parent, 'isExternal');
      if (external !== 'true' && external !== '1')
        this.#fault('not-allowed', 'A versionRange is only for a component with isExternal="true".', element);
    }
    if (
      name === 'citation' &&
      !element.children.some(child => ['attributedTo', 'process'].includes(child.name))
    )
      this.#fault('missing-element', 'A <citation> needs <attributedTo> or <process>.', element);
  }

  #attributes(element: XmlElement, type: XsdType): void {
    for (const { name, namespace, value } of element.attributes) {
      if (namespace === INSTANCE) continue;
      const declaration = namespace === '' ? type.attributes?.get(name) : undefined;
      if (declaration !== undefined) {
        const reason = simpleFault(declaration.type(), value);
        if (reason !== null) this.#fault('malformed', `Attribute "${name}": ${reason}`, element);
      } else if (type.otherAttributes === 'none' || (type.otherAttributes === 'other' && namespace === '')) {
        this.#fault('unknown-attribute', `"${name}" is not an attribute of <${element.name}>.`, element);
      }
    }
    for (const [name, declaration] of type.attributes ?? []) {
      if (declaration.required && xmlAttribute(element, name) === null) {
        this.#fault('missing-attribute', `The attribute "${name}" is missing.`, element);
      }
    }
  }

  #content(element: XmlElement, type: XsdType): void {
    const matcher = new Matcher(element.children, this.#schema.namespace);
    const end = type.content === null ? 0 : matcher.repeat(type.content, 0);
    if (end < element.children.length || end === -1) {
      const at = type.content === null ? 0 : matcher.furthest;
      const stray = element.children[at];
      const expected = [...matcher.expected].map(name => `<${name}>`).join(', ');
      if (stray === undefined)
        this.#fault('missing-element', `<${element.name}> ends where ${expected} is needed.`, element);
      else {
        const hint = expected === '' ? 'nothing more may stand there' : `${expected} may stand there`;
        this.#fault(
          'unexpected-element',
          `<${stray.name}> may not stand here in <${element.name}>: ${hint}.`,
          stray,
        );
      }
    }
    for (const child of element.children) {
      const declaration =
        child.namespace === this.#schema.namespace ? type.children.get(child.name) : undefined;
      if (declaration !== undefined) this.#element(child, declaration);
    }
  }

  #unique(element: XmlElement, attribute: string, seen: Map<string, XmlElement>): void {
    for (const child of element.children) {
      const value = xmlAttribute(child, attribute);
      if (value !== null) {
        const first = seen.get(value);
        if (first === undefined) seen.set(value, child);
        else if (this.#faults.length < MAX_FAULTS)
          this.#fault(
            'duplicate-ref',
            `The ${attribute} ${quoted(value)} is also that of ${xmlPlace(first)}.`,
            child,
          );
      }
      this.#unique(child, attribute, seen);
    }
  }
}

/** Matches children against a content model. XML Schema makes models deterministic (Unique Particle Attribution), so taking greedily is enough. */
class Matcher {
  readonly #children: readonly XmlElement[];
  readonly #namespace: string;
  /** The furthest child that did not fit, and what could have stood there. */
  furthest = 0;
  expected = new Set<string>();

  constructor(children: readonly XmlElement[], namespace: string) {
    this.#children = children;
    this.#namespace = namespace;
  }

  /** The index behind the particle's occurrences from `start`, or -1 when there are too few. */
  repeat(particle: Particle, start: number): number {
    let at = start;
    for (let count = 0; count < particle.max; count++) {
      const next = this.#once(particle, at);
      if (next === -1) return count < particle.min ? -1 : at;
      if (next === at) return at;
      at = next;
    }
    return at;
  }

  #once(particle: Particle, at: number): number {
    if (particle.kind === 'element') return this.#one(at, particle.element.name);
    if (particle.kind === 'any') return this.#foreign(at, particle.other);
    if (particle.kind === 'sequence') {
      let next = at;
      for (const item of particle.items) {
        next = this.repeat(item, next);
        if (next === -1) return -1;
      }
      return next;
    }
    let empty = false;
    for (const item of particle.items) {
      const next = this.repeat(item, at);
      if (next > at) return next;
      if (next === at) empty = true;
    }
    return empty || particle.items.length === 0 ? at : -1;
  }

  #one(at: number, name: string): number {
    const child = this.#children[at];
    if (child !== undefined && child.name === name && child.namespace === this.#namespace) return at + 1;
    if (at > this.furthest) {
      this.furthest = at;
      this.expected = new Set();
    }
    if (at === this.furthest) this.expected.add(name);
    return -1;
  }

  /** `xs:any`: with `##other` an element of another namespace, and of one. */
  #foreign(at: number, other: boolean): number {
    const child = this.#children[at];
    if (child === undefined) return -1;
    return !other || (child.namespace !== this.#namespace && child.namespace !== '') ? at + 1 : -1;
  }
}
