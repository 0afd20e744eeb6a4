import type { BomGraph } from '../../store/graph.ts';
import type { BomRecord, Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import type { GraphNames } from './parts.ts';

/** What users said components are (`larder identify`), by what they said it of. */
export interface Said {
  readonly ofEntry: ReadonlyMap<string, readonly Identified[]>;
  readonly ofPackage: ReadonlyMap<string, readonly Identified[]>;
  readonly ofName: ReadonlyMap<string, readonly Identified[]>;
}

interface Identified {
  readonly purl?: string;
  readonly cpe?: string;
}

const NOTHING = { purls: [], cpes: [] } as const;

/** All identifications in force. */
export async function allSaid(store: Store, scope: Scope): Promise<Said> {
  const said = {
    ofEntry: new Map<string, Identified[]>(),
    ofPackage: new Map<string, Identified[]>(),
    ofName: new Map<string, Identified[]>(),
  };
  for (const { statement } of await store.assertions.list({ types: ['identify'] }, scope)) {
    if (statement.type !== 'identify') continue;
    const { target, as } = statement;
    if (target.kind === 'component') push(said.ofEntry, `${target.sha256}#${target.ordinal}`, as);
    else if (target.kind === 'package') push(said.ofPackage, target.purl, as);
    else if (target.kind === 'identifier') push(said.ofName, target.identifier.replace(/^name:/, ''), as);
  }
  return said;
}

/** What was said of one entry: of itself, of its package, or of its name. */
export function saidOf(
  said: Said,
  bom: BomRecord,
  ordinal: number,
  graph: BomGraph,
  named: GraphNames,
): { readonly purls: readonly string[]; readonly cpes: readonly string[] } {
  if (said.ofEntry.size + said.ofPackage.size + said.ofName.size === 0) return NOTHING;
  const purl = named.purls.get(graph.packages[ordinal] ?? 0);
  const { label } = graph.node(ordinal);
  const all = [
    ...(said.ofEntry.get(`${bom.document.sha256}#${ordinal}`) ?? []),
    ...(purl === undefined ? [] : (said.ofPackage.get(purl) ?? [])),
    ...(label === null
      ? []
      : [
          ...(said.ofName.get(label.name) ?? []),
          ...(said.ofName.get(`${label.name}@${label.version}`) ?? []),
        ]),
  ];
  return { purls: all.flatMap(as => as.purl ?? []), cpes: all.flatMap(as => as.cpe ?? []) };
}

function push(map: Map<string, Identified[]>, key: string, value: Identified): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
