import { type CsafDocument, find, type IdPlace, objects, textAt, texts } from './document.ts';
import { type CsafTest, quote, repeated, type TestFault } from './test.ts';

/** CSAF 2.0, sections 6.1.1 to 6.1.6, 6.1.25 and 6.1.31: products, groups and what is said of them. */
export const PRODUCT_TESTS: readonly CsafTest[] = [
  { section: '6.1.1', title: 'Missing Definition of Product ID', check: missingProduct },
  { section: '6.1.2', title: 'Multiple Definition of Product ID', check: repeatedProduct },
  { section: '6.1.3', title: 'Circular Definition of Product ID', check: circularProduct },
  { section: '6.1.4', title: 'Missing Definition of Product Group ID', check: missingGroup },
  { section: '6.1.5', title: 'Multiple Definition of Product Group ID', check: repeatedGroup },
  { section: '6.1.6', title: 'Contradicting Product Status', check: contradictingStatus },
  { section: '6.1.25', title: 'Multiple Use of Same Hash Algorithm', check: repeatedAlgorithm },
  { section: '6.1.31', title: 'Version Range in Product Version', check: rangeInVersion },
];

function missingProduct(document: CsafDocument): TestFault[] {
  return undefinedOnes(document.definedIds(), document.usedIds(), 'product');
}

function repeatedProduct(document: CsafDocument): TestFault[] {
  return definedTwice(document.definedIds(), 'product');
}

const REFERENCES = [
  '/product_reference',
  '/relates_to_product_reference',
  '/beginning_product_reference',
  '/subpaths/*/next_product_reference',
];

/** A relationship's product must not be built from itself, over however many relationships. */
function* circularProduct(document: CsafDocument): Generator<TestFault> {
  const parts = new Map<string, string[]>();
  const composed = [
    ...objects(document.find('/product_tree/relationships/*')),
    ...objects(document.find('/product_tree/product_paths/*')),
  ].flatMap(place => {
    const id = textAt(place, '/full_product_name/product_id');
    if (id === null) return [];
    const used = REFERENCES.flatMap(path => texts(find(place, path)).map(one => one.value));
    parts.set(id, [...(parts.get(id) ?? []), ...used]);
    return [{ id, at: place.at }];
  });
  const circular = onCycles(parts);
  for (const { id, at } of composed) {
    if (circular.has(id))
      yield {
        at: `${at}/full_product_name/product_id`,
        message: `The product ${quote(id)} is defined by itself.`,
      };
  }
}

/** The nodes from which a walk along the parts comes back to themselves: those in a strongly connected component of more than one, or with an edge to themselves (Tarjan, without recursion). */
function onCycles(parts: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const start of parts.keys()) {
    if (index.has(start)) continue;
    const walk: { readonly id: string; next: number }[] = [{ id: start, next: 0 }];
    while (walk.length > 0) {
      const step = walk.at(-1) as { readonly id: string; next: number };
      if (!index.has(step.id)) {
        index.set(step.id, index.size);
        low.set(step.id, index.size - 1);
        open.push(step.id);
        isOpen.add(step.id);
      }
      const below = (parts.get(step.id) ?? [])[step.next++];
      if (below !== undefined) {
        if (below === step.id) found.add(below);
        if (!index.has(below)) walk.push({ id: below, next: 0 });
        else if (isOpen.has(below)) low.set(step.id, Math.min(low.get(step.id) ?? 0, index.get(below) ?? 0));
        continue;
      }
      walk.pop();
      const above = walk.at(-1);
      if (above) low.set(above.id, Math.min(low.get(above.id) ?? 0, low.get(step.id) ?? 0));
      if (low.get(step.id) !== index.get(step.id)) continue;
      const component = open.splice(open.lastIndexOf(step.id));
      for (const id of component) isOpen.delete(id);
      if (component.length > 1) for (const id of component) found.add(id);
    }
  }
  return found;
}

function missingGroup(document: CsafDocument): TestFault[] {
  return undefinedOnes(document.definedGroups(), document.usedGroups(), 'product group');
}

function repeatedGroup(document: CsafDocument): TestFault[] {
  return definedTwice(document.definedGroups(), 'product group');
}

/** `recommended` is no status of its own and contradicts nothing. */
const STATUS_GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['affected', ['first_affected', 'known_affected', 'last_affected']],
  ['not affected', ['known_not_affected']],
  ['fixed', ['first_fixed', 'fixed']],
  ['under investigation', ['under_investigation']],
  // Since 2.1.
  ['unknown', ['unknown']],
];

function* contradictingStatus(document: CsafDocument): Generator<TestFault> {
  for (const vulnerability of document.vulnerabilities) {
    const stated = new Map<string, string>();
    for (const [group, keys] of STATUS_GROUPS) {
      const ids = keys.flatMap(key => texts(find(vulnerability, `/product_status/${key}/*`)));
      for (const { value: id, at } of ids) {
        const other = stated.get(id);
        if (other !== undefined && other !== group)
          yield { at, message: `The product ${quote(id)} is both ${other} and ${group}.` };
        else stated.set(id, group);
      }
    }
  }
}

function* repeatedAlgorithm(document: CsafDocument): Generator<TestFault> {
  for (const product of document.fullProductNames()) {
    for (const file of find(product, '/product_identification_helper/hashes/*')) {
      const hashes = texts(find(file, '/file_hashes/*/algorithm'));
      for (const { item, key } of repeated(hashes, hash => hash.value))
        yield { at: item.at, message: `The file already has a hash of the algorithm ${quote(key)}.` };
    }
  }
}

const RANGE_WORDS: ReadonlySet<string> = new Set([
  'after',
  'all',
  'before',
  'earlier',
  'later',
  'prior',
  'versions',
]);

/** Words count as whole words between spaces: `after-eight` is a version's name. */
function* rangeInVersion(document: CsafDocument): Generator<TestFault> {
  for (const branch of document.branches()) {
    const { category, name } = branch.value;
    if (category !== 'product_version' || typeof name !== 'string') continue;
    const word =
      /[<>]=?/.exec(name)?.[0] ??
      name
        .toLowerCase()
        .split(/\s+/)
        .find(part => RANGE_WORDS.has(part));
    if (word !== undefined)
      yield {
        at: `${branch.at}/name`,
        message: `The version ${quote(name)} is a range (${quote(word)}); its category must be product_version_range.`,
      };
  }
}

function undefinedOnes(defined: readonly IdPlace[], used: readonly IdPlace[], what: string): TestFault[] {
  const known = new Set(defined.map(one => one.id));
  return used
    .filter(one => !known.has(one.id))
    .map(({ id, at }) => ({
      at,
      message: `The ${what} ${quote(id)} is defined nowhere in the product tree.`,
    }));
}

function definedTwice(defined: readonly IdPlace[], what: string): TestFault[] {
  return [...repeated(defined, one => one.id)].map(({ item, key }) => ({
    at: item.at,
    message: `The ${what} ${quote(key)} is defined more than once.`,
  }));
}
