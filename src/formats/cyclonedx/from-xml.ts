import { type XmlElement, xmlAttribute } from '../xml.ts';
import { isShape, PLACE, type Shape } from './shape.ts';

/** Every CycloneDX namespace begins so; the rest is the version. */
export const NAMESPACE = 'http://cyclonedx.org/schema/bom/';
/** Extensions that CycloneDX itself published for 1.0 and 1.1: bom-descriptor, dependency-graph, vulnerability. */
const EXTENSIONS = 'http://cyclonedx.org/schema/ext/';
const VULNERABILITY_EXTENSION = `${EXTENSIONS}vulnerability/`;

/** Elements that only hold a list: their children are its items, each an object. */
const LISTS = new Set([
  'affects',
  'ancestors',
  'authors',
  'components',
  'compositions',
  'descendants',
  'externalReferences',
  'hashes',
  'lifecycles',
  'occurrences',
  'patches',
  'properties',
  'ratings',
  'references',
  'resolves',
  'services',
  'variants',
  'versions',
]);

/** Elements that repeat without an element around them, where JSON has a list. Of an organisation's `url`s the first is read. */
const REPEATED = new Set(['contact', 'data', 'identity', 'omniborId', 'swhid']);

/**
 * Converts the XML of a BOM to the shape of CycloneDX JSON, so far as facts are read from it. Every object remembers where its element stood.
 * Elements of other namespaces, which the schema allows nearly everywhere, are left out, but for the extensions that 1.2 and 1.4 took in.
 */
export function bomFromXml(root: XmlElement): Shape {
  const bom = objectOf(root, '/bom');
  bom['bomFormat'] = 'CycloneDX';
  if (root.namespace.startsWith(NAMESPACE)) bom['specVersion'] = root.namespace.slice(NAMESPACE.length);
  const ofComponents = vulnerabilitiesInside(bom);
  if (ofComponents.length > 0) bom['vulnerabilities'] = [...itemsIn(bom, 'vulnerabilities'), ...ofComponents];
  return bom;
}

type Mutable = Record<string, unknown>;

function objectOf(element: XmlElement, path: string): Mutable {
  const object = withoutChildren(element, path);
  for (const [child, at] of itemsOf(element, path)) addChild(object, child, at);
  return object;
}

function withoutChildren(element: XmlElement, path: string): Mutable {
  const object: Mutable = Object.create(null) as Mutable;
  (object as { [PLACE]?: string })[PLACE] = `line ${element.line}, column ${element.column}: ${path}`;
  for (const { name, namespace, value } of element.attributes) if (namespace === '') object[name] = value;
  return object;
}

/** The children that are CycloneDX. Without a namespace some writers leave what they nest. */
function childrenOf({ children }: XmlElement): readonly XmlElement[] {
  return children.every(isCycloneDx) ? children : children.filter(isCycloneDx);
}

function isCycloneDx({ namespace }: XmlElement): boolean {
  return namespace === '' || namespace.startsWith(NAMESPACE) || namespace.startsWith(EXTENSIONS);
}

function addChild(object: Mutable, child: XmlElement, path: string): void {
  const { name } = child;
  if (name === 'dependencies')
    object[name] = itemsOf(child, path).map(([item, at]) => dependencyOrRef(item, at));
  else if (name === 'assemblies')
    object[name] = childrenOf(child).map(item => xmlAttribute(item, 'ref') ?? '');
  else if (name === 'licenses') object[name] = itemsOf(child, path).map(([item, at]) => licenceOf(item, at));
  else if (name === 'responses') object['response'] = childrenOf(child).map(textOf);
  else if (name === 'tools') object[name] = toolsOf(child, path);
  else if (name === 'hashes')
    object[name] = itemsOf(child, path).map(([item, at]) => ({
      ...objectOf(item, at),
      content: textOf(item),
    }));
  else if (name === 'properties')
    object[name] = itemsOf(child, path).map(([item, at]) => ({ ...objectOf(item, at), value: textOf(item) }));
  else if (name === 'datasets') object[name] = itemsOf(child, path).map(([item, at]) => datasetOf(item, at));
  else if (name === 'vulnerabilities')
    object[name] = itemsOf(child, path).map(([item, at]) => vulnerabilityOf(item, at));
  else if (name === 'endpoints') object[name] = childrenOf(child).map(textOf);
  else if (LISTS.has(name)) object[name] = itemsOf(child, path).map(([item, at]) => objectOf(item, at));
  else if (REPEATED.has(name)) append(object, name, valueOf(child, path));
  else object[name] ??= valueOf(child, path);
}

/** A leaf is its text; anything with attributes or children is an object, its own text under `content`. */
function valueOf(element: XmlElement, path: string): unknown {
  const isLeaf =
    childrenOf(element).length === 0 && !element.attributes.some(({ namespace }) => namespace === '');
  if (isLeaf) return textOf(element);
  const object = objectOf(element, path);
  const text = textOf(element);
  if (text !== '') object['content'] = text;
  return object;
}

/**
 * In `dependencies` of the BOM an entry names, in place, what it depends on and provides; in those of a composition the item is a reference alone.
 * A dependency inside a dependency may state its own in turn.
 */
function dependencyOrRef(element: XmlElement, path: string): unknown {
  const ref = xmlAttribute(element, 'ref');
  if (element.parent?.parent?.name === 'composition') return ref ?? '';
  // Its children are read below, and those of all levels would be again at each level above.
  const object = withoutChildren(element, path);
  const of = (name: string) => itemsOf(element, path).filter(([item]) => item.name === name);
  object['dependsOn'] = of('dependency').map(([item, at]) =>
    childrenOf(item).length === 0 ? xmlAttribute(item, 'ref') : dependencyOrRef(item, at),
  );
  object['provides'] = of('provides').map(([item]) => xmlAttribute(item, 'ref'));
  return object;
}

function licenceOf(element: XmlElement, path: string): unknown {
  const object = objectOf(element, path);
  if (element.name === 'license') return { license: object, acknowledgement: object['acknowledgement'] };
  return { ...object, expression: object['expression'] ?? textOf(element) };
}

/** A dataset stated in place, or the text of a reference to one, which JSON has in an object. */
function datasetOf(element: XmlElement, path: string): Mutable {
  const object = objectOf(element, path);
  if (element.name === 'ref') object['ref'] = textOf(element);
  return object;
}

/** The extension names the one entry that is affected in an attribute, gives a score in three parts, and has capitals where 1.4 has none. */
function vulnerabilityOf(element: XmlElement, path: string): Mutable {
  const object = objectOf(element, path);
  if (!element.namespace.startsWith(VULNERABILITY_EXTENSION)) return object;
  affect(object, object['ref']);
  for (const rating of itemsIn(object, 'ratings')) {
    const { score, severity } = rating;
    if (isShape(score)) rating['score'] = score['base'];
    if (typeof severity === 'string') rating['severity'] = severity.toLowerCase();
  }
  return object;
}

function affect(vulnerability: Mutable, ref: unknown): void {
  if (typeof ref === 'string' && ref !== '') vulnerability['affects'] = [{ ref }];
}

/** Vulnerabilities that the extension states inside components, where neither JSON nor 1.4 has a place for them. One without `ref` is of the component it is in. */
function vulnerabilitiesInside(owner: Mutable): readonly Mutable[] {
  const subject = isShape(owner['metadata']) ? owner['metadata']['component'] : null;
  const components = [...(isShape(subject) ? [subject as Mutable] : []), ...itemsIn(owner, 'components')];
  return components.flatMap(component => {
    const own = itemsIn(component, 'vulnerabilities');
    for (const one of own)
      if (one['affects'] === undefined) affect(one, component['bom-ref'] ?? component['purl']);
    return [...own, ...vulnerabilitiesInside(component)];
  });
}

function itemsIn(object: Mutable, name: string): readonly Mutable[] {
  const list = object[name];
  return Array.isArray(list) ? (list as readonly Mutable[]) : [];
}

/** A list of `tool` up to 1.4; an element with `components` and `services` since 1.5. Inside an identity the items are references. */
function toolsOf(element: XmlElement, path: string): unknown {
  const isObject = childrenOf(element).some(
    child => child.name === 'components' || child.name === 'services',
  );
  return isObject ? objectOf(element, path) : itemsOf(element, path).map(([item, at]) => valueOf(item, at));
}

function itemsOf(element: XmlElement, path: string): readonly (readonly [XmlElement, string])[] {
  const children = childrenOf(element);
  const places = new Places(children, path);
  return children.map(child => [child, places.next(child)] as const);
}

function append(object: Mutable, name: string, value: unknown): void {
  const list = object[name];
  if (Array.isArray(list)) list.push(value);
  else object[name] = [value];
}

function textOf(element: XmlElement): string {
  return element.text.trim();
}

/** Paths of elements beside each other, in order; numbered among those of one name where there are several. */
class Places {
  readonly #path: string;
  readonly #totals = new Map<string, number>();
  readonly #seen = new Map<string, number>();

  constructor(children: readonly XmlElement[], path: string) {
    this.#path = path;
    for (const { name } of children) this.#totals.set(name, (this.#totals.get(name) ?? 0) + 1);
  }

  next(child: XmlElement): string {
    if (this.#totals.get(child.name) === 1) return `${this.#path}/${child.name}`;
    const index = (this.#seen.get(child.name) ?? 0) + 1;
    this.#seen.set(child.name, index);
    return `${this.#path}/${child.name}[${index}]`;
  }
}
