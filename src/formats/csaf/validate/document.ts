import { isObject, type JsonObject } from '../../fields.ts';
import { pointerStep } from '../../shape-rules.ts';

/** A value and its JSON pointer. */
export interface Place {
  readonly value: unknown;
  readonly at: string;
}

export interface ObjectPlace extends Place {
  readonly value: JsonObject;
}

/** A branch of the tree with the branches above it, from the top. */
export interface BranchPlace extends ObjectPlace {
  readonly path: readonly JsonObject[];
}

/** A product id where it is defined, or where it is used. */
export interface IdPlace {
  readonly id: string;
  readonly at: string;
}

/** Names of the world that tests look up. */
export interface Vocabulary {
  /** All names a CWE has had, the present one first. */
  readonly cwe: ReadonlyMap<string, readonly string[]>;
  readonly languages: Subtags;
}

/** The IANA registry of language subtags (RFC 5646, section 3.1), in lower case. */
export interface Subtags {
  readonly language: ReadonlySet<string>;
  readonly extlang: ReadonlySet<string>;
  readonly script: ReadonlySet<string>;
  readonly region: ReadonlySet<string>;
  readonly variant: ReadonlySet<string>;
  readonly grandfathered: ReadonlySet<string>;
}

/** A CSAF document as its tests see it: every access tolerates any shape, and what several tests need is found once. */
export class CsafDocument {
  readonly root: unknown;
  readonly vocabulary: Vocabulary;
  #branches: readonly BranchPlace[] | null = null;
  #groups: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(root: unknown, vocabulary: Vocabulary) {
    this.root = root;
    this.vocabulary = vocabulary;
  }

  /** All values at a path of field names; `*` stands for every item or field. */
  find(path: string): Place[] {
    return find({ value: this.root, at: '' }, path);
  }

  /** The same for texts only. */
  texts(path: string): { readonly value: string; readonly at: string }[] {
    return texts(this.find(path));
  }

  /** The text at a path without `*`, or null. */
  text(path: string): string | null {
    return this.texts(path)[0]?.value ?? null;
  }

  has(path: string): boolean {
    return this.find(path).length > 0;
  }

  get category(): string {
    return this.text('/document/category') ?? '';
  }

  get vulnerabilities(): ObjectPlace[] {
    return objects(this.find('/vulnerabilities/*'));
  }

  branches(): readonly BranchPlace[] {
    this.#branches ??= branchesBelow({ value: this.#tree(), at: '/product_tree' }, []);
    return this.#branches;
  }

  /** Every full product name of the tree. */
  fullProductNames(): ObjectPlace[] {
    const ofBranches = this.branches().flatMap(branch => find(branch, '/product'));
    return objects([
      ...ofBranches,
      ...this.find('/product_tree/full_product_names/*'),
      ...this.find('/product_tree/relationships/*/full_product_name'),
      ...this.find('/product_tree/product_paths/*/full_product_name'),
    ]);
  }

  definedIds(): IdPlace[] {
    return this.fullProductNames().flatMap(product => idsAt(find(product, '/product_id')));
  }

  /** Every use of a product id outside its definition. */
  usedIds(): IdPlace[] {
    return PRODUCT_USES.flatMap(path => idsAt(this.find(path)));
  }

  definedGroups(): IdPlace[] {
    return idsAt(this.find('/product_tree/product_groups/*/group_id'));
  }

  usedGroups(): IdPlace[] {
    return [
      ...idsAt(this.find('/vulnerabilities/*/*/*/group_ids/*')),
      ...idsAt(this.find('/document/notes/*/group_ids/*')),
    ];
  }

  /** The products that items name, themselves or through groups. A group is opened once: many items that name a large one would cost their product. */
  productsOf(items: readonly Place[]): Set<string> {
    const products = new Set(items.flatMap(item => idsAt(find(item, '/product_ids/*'))).map(one => one.id));
    const groups = new Set(items.flatMap(item => idsAt(find(item, '/group_ids/*'))).map(one => one.id));
    for (const group of groups) for (const id of this.productsOfGroup(group)) products.add(id);
    return products;
  }

  productsOfGroup(group: string): readonly string[] {
    this.#groups ??= new Map(
      this.find('/product_tree/product_groups/*').flatMap(place =>
        idsAt(find(place, '/group_id')).map(({ id }): [string, string[]] => [
          id,
          idsAt(find(place, '/product_ids/*')).map(one => one.id),
        ]),
      ),
    );
    return this.#groups.get(group) ?? [];
  }

  #tree(): unknown {
    return this.find('/product_tree')[0]?.value;
  }
}

/** CSAF 2.1 has paths in place of relationships, metrics in place of scores, and product ids in more lists. */
const PRODUCT_USES = [
  '/document/notes/*/product_ids/*',
  '/product_tree/product_groups/*/product_ids/*',
  '/product_tree/relationships/*/product_reference',
  '/product_tree/relationships/*/relates_to_product_reference',
  '/product_tree/product_paths/*/beginning_product_reference',
  '/product_tree/product_paths/*/subpaths/*/next_product_reference',
  '/vulnerabilities/*/product_status/*/*',
  '/vulnerabilities/*/scores/*/products/*',
  '/vulnerabilities/*/metrics/*/products/*',
  '/vulnerabilities/*/*/*/product_ids/*',
];

/** All values at a path below a place. */
export function find(from: Place, path: string): Place[] {
  let places: Place[] = [from];
  for (const step of path.split('/').slice(1)) places = places.flatMap(place => children(place, step));
  return places;
}

export function texts(places: readonly Place[]): { readonly value: string; readonly at: string }[] {
  return places.flatMap(({ value, at }) => (typeof value === 'string' ? [{ value, at }] : []));
}

export function textAt(from: Place, path: string): string | null {
  return texts(find(from, path))[0]?.value ?? null;
}

export function objects(places: readonly Place[]): ObjectPlace[] {
  return places.flatMap(({ value, at }) => (isObject(value) ? [{ value, at }] : []));
}

export function idsAt(places: readonly Place[]): IdPlace[] {
  return texts(places).map(({ value, at }) => ({ id: value, at }));
}

function children(place: Place, step: string): Place[] {
  const { value, at } = place;
  if (Array.isArray(value))
    return step === '*' ? value.map((item, index) => ({ value: item as unknown, at: `${at}/${index}` })) : [];
  if (!isObject(value)) return [];
  if (step === '*')
    return Object.keys(value).map(key => ({ value: value[key], at: `${at}/${pointerStep(key)}` }));
  return Object.hasOwn(value, step) ? [{ value: value[step], at: `${at}/${step}` }] : [];
}

/** Nesting is bounded by the JSON parser. */
function branchesBelow(owner: Place, path: readonly JsonObject[]): BranchPlace[] {
  return objects(find(owner, '/branches/*')).flatMap(branch => {
    const here = [...path, branch.value];
    return [{ ...branch, path: here }, ...branchesBelow(branch, here)];
  });
}
