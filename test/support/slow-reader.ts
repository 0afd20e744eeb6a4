/**
 * A second, literal reading of a BOM's bytes, for tests only: what does this JSON text itself say of two of its entries? It shares no code
 * with the readers, the store or the walk, and looks through the whole document for each question.
 */

interface Entry {
  /** bom-ref or SPDXID. */
  readonly ref: string | null;
  readonly at: string;
  readonly name: string;
  readonly version: string | null;
  readonly purls: readonly string[];
  readonly children: readonly string[];
}

type Json = Record<string, unknown>;

/** Relations that lead from what is said first to what is needed, and the other way, written down again from the specifications. */
const DOWN =
  'DEPENDS_ON CONTAINS GENERATED_FROM DYNAMIC_LINK STATIC_LINK HAS_PREREQUISITE HAS_OPTIONAL_DEPENDENCY HAS_PROVIDED_DEPENDENCY ' +
  'HAS_OPTIONAL_COMPONENT HAS_DYNAMIC_LINK HAS_STATIC_LINK USES_TOOL TRAINED_ON TESTED_ON DERIVED_FROM';
const UP =
  'DEPENDENCY_OF CONTAINED_BY BUILD_DEPENDENCY_OF DEV_DEPENDENCY_OF OPTIONAL_DEPENDENCY_OF PROVIDED_DEPENDENCY_OF ' +
  'TEST_DEPENDENCY_OF RUNTIME_DEPENDENCY_OF BUILD_TOOL_OF DEV_TOOL_OF TEST_TOOL_OF OPTIONAL_COMPONENT_OF PACKAGE_OF ' +
  'PREREQUISITE_FOR PACKAGED_BY';
const down = new Set(DOWN.split(' '));
const up = new Set(UP.split(' '));

export class SlowReader {
  readonly entries: readonly Entry[];
  readonly subjects: readonly string[];
  readonly #statements: readonly (readonly [from: string, relation: string, to: string])[];

  /** Throws where the text is no JSON; `null` from `slowReader` covers what is neither CycloneDX nor SPDX 2. */
  constructor(document: Json) {
    const cyclonedx = document['bomFormat'] === 'CycloneDX';
    this.entries = cyclonedx ? cyclonedxEntries(document) : spdxEntries(document);
    this.#statements = cyclonedx ? cyclonedxStatements(document) : spdxStatements(document);
    this.subjects = cyclonedx ? cyclonedxSubjects(document) : spdxSubjects(document);
  }

  /** The places of the subjects. */
  get subjectPlaces(): string[] {
    return this.subjects.flatMap(subject => this.#named(subject).map(entry => entry.at));
  }

  isSubject(component: string): boolean {
    const places = this.subjectPlaces;
    return this.#named(component).some(entry => places.includes(entry.at));
  }

  /** Whether the document itself says that `holder` needs or holds `held`, by relation or by nesting; both by ref or by pointer. */
  states(holder: string, held: string): boolean {
    const from = this.#named(holder);
    const to = this.#named(held);
    const nested = from.some(outer => to.some(inner => outer.children.includes(inner.at)));
    if (nested) return true;
    const fromRefs = new Set(from.map(entry => entry.ref));
    const toRefs = new Set(to.map(entry => entry.ref));
    return this.#statements.some(
      ([a, relation, b]) =>
        (down.has(relation) && fromRefs.has(a) && toRefs.has(b)) ||
        (up.has(relation) && fromRefs.has(b) && toRefs.has(a)),
    );
  }

  /** Whether an entry of this ref or pointer has this name and version. */
  lists(component: string, name: string, version: string | null): boolean {
    return this.#named(component).some(entry => entry.name === name && entry.version === version);
  }

  /** Hops of the shortest way between two entries, by literal breadth-first search; null when there is none. For small documents. */
  hops(roots: readonly string[], target: string): number | null {
    let front = roots;
    const seen = new Set<string>();
    for (let hops = 0; front.length > 0; hops++) {
      if (front.includes(target)) return hops;
      for (const at of front) seen.add(at);
      const next = this.entries.filter(
        entry => !seen.has(entry.at) && front.some(at => this.states(at, entry.at)),
      );
      front = next.map(entry => entry.at);
    }
    return null;
  }

  #named(component: string): Entry[] {
    return this.entries.filter(entry => entry.ref === component || entry.at === component);
  }
}

/** The slow reader of a document's bytes, or null when they are no CycloneDX or SPDX 2 JSON. */
export function slowReader(bytes: Uint8Array): SlowReader | null {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  if (!isObject(document)) return null;
  const known =
    document['bomFormat'] === 'CycloneDX' || String(document['spdxVersion'] ?? '').startsWith('SPDX-2');
  return known ? new SlowReader(document) : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objects(value: unknown): readonly (readonly [Json, number])[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((item, index) => [item, index] as const)
    .filter((pair): pair is [Json, number] => isObject(pair[0]));
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function cyclonedxEntries(document: Json): Entry[] {
  const found: Entry[] = [];
  const take = (value: Json, at: string, under: 'components' | 'services'): void => {
    const children = objects(value[under]).map(([, index]) => `${at}/${under}/${index}`);
    const purl = text(value['purl']);
    found.push({
      ref: text(value['bom-ref']),
      at,
      name: text(value['name']) ?? '',
      version: text(value['version']),
      purls: purl === null ? [] : [purl],
      children,
    });
    for (const [child, index] of objects(value[under])) take(child, `${at}/${under}/${index}`, under);
  };
  const metadata = document['metadata'];
  const subject = isObject(metadata) ? metadata['component'] : null;
  if (isObject(subject)) take(subject, '/metadata/component', 'components');
  for (const [component, index] of objects(document['components']))
    take(component, `/components/${index}`, 'components');
  for (const [service, index] of objects(document['services']))
    take(service, `/services/${index}`, 'services');
  return found;
}

function cyclonedxStatements(document: Json): [string, string, string][] {
  return objects(document['dependencies']).flatMap(([dependency]) => {
    const on = Array.isArray(dependency['dependsOn']) ? dependency['dependsOn'] : [];
    return on.map((to): [string, string, string] => [String(dependency['ref']), 'DEPENDS_ON', String(to)]);
  });
}

function cyclonedxSubjects(document: Json): string[] {
  const metadata = document['metadata'];
  return isObject(metadata) && isObject(metadata['component']) ? ['/metadata/component'] : [];
}

function spdxEntries(document: Json): Entry[] {
  return ['packages', 'files'].flatMap(list =>
    objects(document[list]).map(([item, index]) => ({
      ref: text(item['SPDXID']),
      at: `/${list}/${index}`,
      name: text(item['name']) ?? text(item['fileName']) ?? '',
      version: text(item['versionInfo']),
      purls: objects(item['externalRefs'])
        .filter(([reference]) => reference['referenceType'] === 'purl')
        .map(([reference]) => String(reference['referenceLocator'])),
      children: [],
    })),
  );
}

function spdxStatements(document: Json): [string, string, string][] {
  const said = objects(document['relationships']).map(([relationship]): [string, string, string] => [
    String(relationship['spdxElementId']),
    String(relationship['relationshipType']).toUpperCase(),
    String(relationship['relatedSpdxElement']),
  ]);
  const files = objects(document['packages']).flatMap(([item]) =>
    (Array.isArray(item['hasFiles']) ? item['hasFiles'] : []).map((file): [string, string, string] => [
      String(item['SPDXID']),
      'CONTAINS',
      String(file),
    ]),
  );
  return [...said, ...files];
}

function spdxSubjects(document: Json): string[] {
  const listed = Array.isArray(document['documentDescribes'])
    ? document['documentDescribes'].map(String)
    : [];
  const said = spdxStatements(document).flatMap(([from, relation, to]) => {
    // Trivy once wrote `DESCRIBE`.
    if (/^DESCRIBES?$/.test(relation) && from === 'SPDXRef-DOCUMENT') return [to];
    return relation === 'DESCRIBED_BY' && to === 'SPDXRef-DOCUMENT' ? [from] : [];
  });
  return [...new Set([...listed, ...said])];
}
