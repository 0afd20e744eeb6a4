import type { AssertionTarget } from '../model/assertion.ts';
import type { Component } from '../model/facts.ts';
import { formatPurl, type Purl, purlName, tryPurl } from '../model/purl.ts';
import type { AppRecord, StatementRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { targetText } from '../store/targets.ts';
import type { Identity } from './resolve.ts';
import { standing } from './standing.ts';

/** What users marked, found by all that a thing is known by. */
export class Marks {
  readonly #whose = new Map<string, 'own' | 'upstream'>();
  readonly #contacts = new Map<string, string>();

  constructor(said: readonly StatementRecord[]) {
    for (const { statement } of standing(said, markKey)) {
      if (statement.type !== 'mark') continue;
      const { mark, value } = statement;
      const key = markKey(statement.target);
      if (mark === 'own') this.#whose.set(key, 'own');
      if (mark === 'third-party') this.#whose.set(key, 'upstream');
      if (mark === 'contact' && value !== null) this.#contacts.set(key, value);
    }
  }

  /** By the first of the keys that anything is said of. */
  whose(keys: readonly string[]): 'own' | 'upstream' | null {
    return firstOf(this.#whose, keys);
  }

  contact(keys: readonly string[]): string | null {
    return firstOf(this.#contacts, keys);
  }

  get size(): number {
    return this.#whose.size + this.#contacts.size;
  }
}

function firstOf<T>(values: ReadonlyMap<string, T>, keys: readonly string[]): T | null {
  for (const key of keys) {
    const value = values.get(key);
    if (value !== undefined) return value;
  }
  return null;
}

/** All marks of a larder. */
export async function marksOf(store: Store, scope: Scope): Promise<Marks> {
  return new Marks(await store.assertions.list({ types: ['mark'] }, scope));
}

/** A target as one text, the same for every spelling of one thing. */
function markKey(target: AssertionTarget): string {
  switch (target.kind) {
    case 'package': {
      const purl = tryPurl(target.purl);
      return purl === null ? targetText(target) : (keysOfPurl(purl)[0] ?? '');
    }
    case 'identifier':
      return nameKey(target.identifier);
    case 'party':
      return partyKey(target.name);
    default:
      return targetText(target);
  }
}

/** The keys under which a component of a document may have been marked, the narrowest first. */
export function keysOfComponent(component: Component, sha256: string, ordinal: number): string[] {
  const party = component.supplier ?? component.originators[0] ?? null;
  const purls = component.purls.flatMap(text => tryPurl(text) ?? []);
  return [
    targetText({ kind: 'component', sha256, ordinal }),
    ...purls.flatMap(keysOfPurl),
    ...component.cpes.map(nameKey),
    ...(purls.length > 0 ? [] : keysOfName(component)),
    ...(party === null ? [] : [partyKey(party.name)]),
  ];
}

/** The same for what a question means. */
export function keysOfIdentity({ kind, id, document, label }: Identity): string[] {
  const own =
    kind === 'component' && document !== undefined
      ? [targetText({ kind, sha256: document, ordinal: id })]
      : [];
  const purl = label.kind === 'purl' ? tryPurl(label.text) : null;
  if (purl !== null) return [...own, ...keysOfPurl(purl)];
  if (label.kind === 'name') return [...own, ...keysOfName({ group: null, ...label })];
  return [...own, nameKey(label.text)];
}

/** As it is, then without what tells files of one version apart, then without a version; each also as the app of that purl. */
function keysOfPurl(purl: Purl): string[] {
  const { version } = purl;
  const name = purlName(purl);
  const app = formatPurl({ ...purl, version: null, qualifiers: [], subpath: null });
  const narrow = purl.qualifiers.length > 0 || purl.subpath !== null;
  return [
    ...(narrow ? [`package:${formatPurl(purl)}`] : []),
    ...(version === null
      ? []
      : [`package:${formatPurl({ ...name, version })}`, targetText({ kind: 'app', app, release: version })]),
    `package:${formatPurl(name)}`,
    targetText({ kind: 'app', app }),
  ];
}

function keysOfName({ group, name, version }: Pick<Component, 'group' | 'name' | 'version'>): string[] {
  const whole = group === null || group === '' ? name : `${group}/${name}`;
  return [...(version === null ? [] : [nameKey(`name:${whole}@${version}`)]), nameKey(`name:${whole}`)];
}

function nameKey(identifier: string): string {
  return `identifier:${identifier.toLowerCase()}`;
}

/** A party as one text, however its name is written. */
export function partyKey(name: string): string {
  return `party:${name.trim().toLowerCase()}`;
}

/** What stands of what was said of an app, or of one release of it too, under every key that the app has had. */
export async function saidOfApp(
  store: Store,
  app: AppRecord,
  release: string | null,
  scope: Scope,
): Promise<StatementRecord[]> {
  const keys = [app.key, ...app.aliases];
  const targets = keys.flatMap(key => [
    ...(release === null ? [] : [{ kind: 'app' as const, app: key, release }]),
    { kind: 'app' as const, app: key },
  ]);
  const found = new Map<string, StatementRecord>();
  for (const target of targets)
    for (const said of await store.assertions.list({ target }, scope))
      found.set(`${said.document} ${JSON.stringify(said.statement)}`, said);
  const known = new Set(keys.map(key => targetText({ kind: 'app', app: key })));
  const nameOf = (target: AssertionTarget): string =>
    target.kind === 'app' && known.has(targetText({ kind: 'app', app: target.app }))
      ? targetText({ ...target, app: app.key })
      : targetText(target);
  return standing(
    [...found.values()].sort((a, b) => a.when - b.when),
    nameOf,
  );
}

/** What stands of what was said of any of some things, named by their keys. */
export async function saidOf(
  store: Store,
  keys: () => Iterable<string>,
  scope: Scope,
): Promise<StatementRecord[]> {
  const said = standing(await store.assertions.list({ types: ['mark', 'identify'] }, scope), markKey);
  const wanted = said.length === 0 ? new Set() : new Set(keys());
  return said.filter(({ statement }) => 'target' in statement && wanted.has(markKey(statement.target)));
}
