import type { BomFacts, Component } from '../model/facts.ts';
import { type Purl, purlName, tryPurl } from '../model/purl.ts';
import { versionOf } from '../model/purl-version.ts';
import { RELATIONS } from '../model/relation.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import { readAgain } from './details.ts';
import { type DiffItem, type DiffSide, SUBJECT_KEY } from './diff.ts';
import { packageName } from './naming.ts';

/** The side of a comparison that some BOMs make together, read again from their documents. */
export async function sideOf(store: Store, boms: readonly BomRecord[]): Promise<DiffSide> {
  const sides: DiffSide[] = [];
  for (const bom of boms) {
    const facts = (await readAgain(store, bom.document))?.bom;
    if (facts) sides.push(sideOfFacts(facts));
  }
  return { items: sides.flatMap(side => side.items), edges: sides.flatMap(side => side.edges) };
}

/** Components as content; the subject changes its version with every release and is what the two sides are called. */
function sideOfFacts(facts: BomFacts): DiffSide {
  const subjects = new Set(facts.subjects);
  const keys = facts.components.map(component => itemOf(component));
  const items = keys.filter((_, ordinal) => {
    const role = facts.components[ordinal]?.role;
    return !subjects.has(ordinal) && role !== 'file' && role !== 'pedigree';
  });
  const edges: (readonly [string, string])[] = [];
  const edge = (holder: number, held: number): void => {
    const from = subjects.has(holder) ? SUBJECT_KEY : keys[holder]?.key;
    const to = subjects.has(held) ? SUBJECT_KEY : keys[held]?.key;
    if (from !== undefined && to !== undefined && from !== to) edges.push([from, to]);
  };
  for (const relation of facts.relations) {
    const walk = RELATIONS[relation.type]?.walk;
    if (walk === 'down') edge(relation.from, relation.to);
    else if (walk === 'up') edge(relation.to, relation.from);
  }
  for (const [ordinal, component] of facts.components.entries()) {
    if (component.parent !== null) edge(component.parent, ordinal);
  }
  return { items, edges };
}

function itemOf(component: Component): DiffItem {
  const licences =
    component.licences.declared.length > 0 ? component.licences.declared : component.licences.concluded;
  const purl = component.purls[0] === undefined ? null : tryPurl(component.purls[0]);
  if (purl !== null) {
    return {
      key: purlKey(purl),
      name: packageName(purl),
      type: purl.type,
      version: versionOf(purl) ?? component.version,
      licences,
    };
  }
  const name = component.group === null ? component.name : `${component.group}/${component.name}`;
  return { key: `${component.type}:${name}`, name, type: null, version: component.version, licences };
}

/** What stays when the version goes, folded as the registry looks names up. Qualifiers stay out: they say from where and for what a package is, and change with its version. */
function purlKey(purl: Purl): string {
  const { type, namespace, name } = purlName(purl);
  const path = [type, namespace, name].filter(part => part !== null).join('/');
  return purl.subpath === null ? `pkg:${path}` : `pkg:${path}#${purl.subpath}`;
}
