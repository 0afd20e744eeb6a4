import type { ProductSelector, VersionRange } from '../../model/advisory.ts';
import { readDigest } from '../../model/digest.ts';
import type { Digest } from '../../model/facts.ts';
import { tryPurl } from '../../model/purl.ts';
import { type Fields, type JsonObject, sentence } from '../fields.ts';

/** A product of the tree: by itself, or, with `within`, as a component of another (CSAF 2.0 section 3.2.2.4). */
export interface CsafProduct {
  readonly selector: ProductSelector;
  readonly within: ProductSelector | null;
  /** Names from the top of the tree, for people. */
  readonly path: readonly string[];
}

/** Branches deeper than this are hostile; the deepest real ones have six levels. */
const MAX_DEPTH = 64;

/** Package URLs of one product, at most: a component has each of its own within each of its platform's, and so on along relationships. */
const MOST_PURLS = 32;

/** The product tree as a map from product id, and groups of ids. Products are found in one pass, so that trees of tens of thousands cost what they weigh. */
export class ProductTree {
  /** Of each id the product by each of its package URLs, of which 2.0 has one and 2.1 may have several. */
  readonly products = new Map<string, readonly CsafProduct[]>();
  readonly #groups = new Map<string, readonly string[]>();
  readonly #fields: Fields;

  constructor(document: JsonObject, fields: Fields) {
    this.#fields = fields;
    const tree = fields.object(document, 'product_tree', '');
    if (tree === null) return;
    this.#branches(tree, '/product_tree', [], null, 0);
    for (const { value, at } of fields.objects(tree, 'full_product_names', '/product_tree'))
      this.#product(value, at, [], null);
    this.#relationships(fields.objects(tree, 'relationships', '/product_tree'));
    for (const { value, at } of fields.objects(tree, 'product_groups', '/product_tree')) {
      const id = fields.string(value, 'group_id', at);
      if (id !== null) this.#groups.set(id, fields.strings(value, 'product_ids', at));
    }
  }

  /** The product ids that `product_ids` and `group_ids` of an object name. */
  idsOf(object: JsonObject, at: string): string[] {
    const groups = this.#fields
      .strings(object, 'group_ids', at)
      .flatMap(group => this.#groups.get(group) ?? []);
    return [...this.#fields.strings(object, 'product_ids', at), ...groups];
  }

  #branches(
    owner: JsonObject,
    at: string,
    path: readonly string[],
    version: BranchVersion | null,
    depth: number,
  ): void {
    if (depth > MAX_DEPTH) {
      this.#fields.drop(
        'too-deep',
        `The product tree is nested more than ${MAX_DEPTH} deep; what lies below was left out.`,
        at,
      );
      return;
    }
    for (const { value, at: place } of this.#fields.objects(owner, 'branches', at)) {
      const name = this.#fields.string(value, 'name', place) ?? '';
      const category = this.#fields.string(value, 'category', place);
      const below: BranchVersion | null =
        category === 'product_version' || category === 'product_version_range'
          ? { category, text: name }
          : version;
      const names = [...path, name];
      const product = this.#fields.object(value, 'product', place);
      if (product !== null) this.#product(product, `${place}/product`, names, below);
      this.#branches(value, place, names, below, depth + 1);
    }
  }

  #product(product: JsonObject, at: string, path: readonly string[], version: BranchVersion | null): void {
    const id = this.#fields.string(product, 'product_id', at);
    if (id === null) {
      this.#fields.drop('no-product-id', 'The product has no product_id; it was left out.', at);
      return;
    }
    if (this.products.has(id)) {
      this.#fields.diagnostics.warning(
        'duplicate-product-id',
        `The product_id ${JSON.stringify(id)} is given twice; the first counts.`,
        `${at}/product_id`,
      );
      return;
    }
    const selectors = this.#selectors(product, at, path, version);
    this.products.set(
      id,
      selectors.map(selector => ({ selector, within: null, path })),
    );
  }

  #selectors(
    product: JsonObject,
    at: string,
    path: readonly string[],
    version: BranchVersion | null,
  ): ProductSelector[] {
    const helper = this.#fields.object(product, 'product_identification_helper', at);
    const place = `${at}/product_identification_helper`;
    const purl = helper && this.#fields.string(helper, 'purl', place);
    const purls = [
      ...(purl === null ? [] : [purl]),
      ...(helper ? this.#fields.strings(helper, 'purls', place) : []),
    ];
    const ranges = version?.category === 'product_version_range' ? rangeOf(version.text) : [];
    const shared = {
      package: null,
      cpe: helper && this.#fields.string(helper, 'cpe', place),
      digests: helper ? this.#hashes(helper, place) : [],
      ref: null,
      name: this.#fields.string(product, 'name', at) ?? (path.join(' ') || null),
      ranges,
      versions: version?.category === 'product_version' ? spellings(version.text) : [],
      // A product that the tree gives no version at all is named as a whole.
      allVersions: version === null,
    };
    const kept = this.#bounded(purls, place);
    return (kept.length === 0 ? [null] : kept).map(one => ({ ...shared, purl: one }));
  }

  #hashes(helper: JsonObject, at: string): Digest[] {
    return this.#fields.objects(helper, 'hashes', at).flatMap(hash =>
      this.#fields.objects(hash.value, 'file_hashes', hash.at).flatMap(file => {
        const algorithm = this.#fields.string(file.value, 'algorithm', file.at);
        const value = this.#fields.string(file.value, 'value', file.at);
        if (algorithm === null || value === null) return [];
        const digest = readDigest(algorithm, value);
        if (typeof digest !== 'string') return [digest];
        this.#fields.drop('bad-digest', `${sentence(digest)}; it was left out.`, file.at);
        return [];
      }),
    );
  }

  /** In whatever order they stand: one may be built on another that comes later. Each waits for what it names, so that a long chain costs no more than a short one. */
  #relationships(all: readonly Place[]): void {
    const queue = [...all];
    const waiting = new Map<string, Place[]>();
    for (const one of queue) {
      const [id, missing] = this.#relationship(one);
      if (missing !== null) {
        const others = waiting.get(missing);
        if (others === undefined) waiting.set(missing, [one]);
        else others.push(one);
      }
      if (id === null) continue;
      for (const other of waiting.get(id) ?? []) queue.push(other);
      waiting.delete(id);
    }
    for (const { at } of [...waiting.values()].flat()) this.#dangling(at);
  }

  /** The product that it made, or the one that it names and the tree does not have yet. */
  #relationship({ value, at }: Place): [made: string | null, missing: string | null] {
    const full = this.#fields.object(value, 'full_product_name', at);
    const id = full && this.#fields.string(full, 'product_id', `${at}/full_product_name`);
    const component = this.#fields.string(value, 'product_reference', at);
    const product = this.#fields.string(value, 'relates_to_product_reference', at);
    if (!id || !component || !product) {
      this.#dangling(at);
      return [null, null];
    }
    const components = this.products.get(component);
    const products = this.products.get(product);
    if (!components || !products) return [null, components ? product : component];
    if (this.products.has(id)) return [null, null];
    const name = this.#fields.string(full, 'name', `${at}/full_product_name`);
    const pairs = products.flatMap(outer => {
      const path = [...outer.path.slice(0, MAX_DEPTH), name ?? id];
      return components.map(({ selector }) => ({ ...inside(selector, outer), path }));
    });
    this.products.set(id, this.#bounded(pairs, at));
    return [id, null];
  }

  #dangling(at: string): void {
    this.#fields.drop(
      'dangling-relationship',
      'The relationship names a product that the tree does not have; it was left out.',
      at,
    );
  }

  #bounded<Item>(items: readonly Item[], at: string): readonly Item[] {
    if (items.length > MOST_PURLS)
      this.#fields.drop(
        'too-many',
        `The product has ${items.length} package URLs or pairs of them; ${MOST_PURLS} are the most that are read.`,
        at,
      );
    return items.slice(0, MOST_PURLS);
  }
}

interface Place {
  readonly value: JsonObject;
  readonly at: string;
}

/**
 * A component of a product. Red Hat's trees have rpms of a module of a platform: what is in the platform then is the rpm as that module's stream has it, which its package URL says by
 * `rpmmod`.
 */
function inside(
  selector: ProductSelector,
  outer: CsafProduct,
): { readonly selector: ProductSelector; readonly within: ProductSelector } {
  const module = outer.selector.purl?.startsWith('pkg:rpmmod/') ? tryPurl(outer.selector.purl) : null;
  const { purl } = selector;
  if (module === null || outer.within === null || purl === null || purl.includes('#'))
    return { selector, within: outer.selector };
  const stream = encodeURIComponent(`${module.name}:${module.version ?? ''}`);
  const inModule = `${purl}${purl.includes('?') ? '&' : '?'}rpmmod=${stream}`;
  return {
    selector: { ...selector, purl: purl.includes('rpmmod=') ? purl : inModule },
    within: outer.within,
  };
}

interface BranchVersion {
  readonly category: 'product_version' | 'product_version_range';
  readonly text: string;
}

/** Trees write a version with a `v` in front that packages do not have. */
function spellings(version: string): string[] {
  return /^v\d/.test(version) ? [version, version.slice(1)] : [version];
}

/** `product_version_range` holds a vers range, or free text (CSAF 2.0 section 3.1.2.2), of which plain comparators are understood. */
function rangeOf(text: string): VersionRange[] {
  if (text.startsWith('vers:')) return [{ kind: 'vers', text }];
  const plain = /^\s*(<=|>=|<|>)\s*v?(\S+)\s*$/.exec(text);
  if (plain) return [boundsOf(plain[1] ?? '', plain[2] ?? '')];
  const between = /^\s*(>=|>)\s*v?([^\s,|]+)\s*[,|]?\s*(<=|<)\s*v?(\S+)\s*$/.exec(text);
  if (!between) return [{ kind: 'vers', text }];
  const [, lower = '', from = '', upper = '', to = ''] = between;
  return [
    {
      kind: 'bounds',
      versionType: null,
      from,
      fromInclusive: lower === '>=',
      to,
      toInclusive: upper === '<=',
    },
  ];
}

function boundsOf(operator: string, version: string): VersionRange {
  const up = operator.startsWith('>');
  const inclusive = operator.endsWith('=');
  return {
    kind: 'bounds',
    versionType: null,
    from: up ? version : null,
    fromInclusive: up && inclusive,
    to: up ? null : version,
    toInclusive: !up && inclusive,
  };
}
