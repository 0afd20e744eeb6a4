import { compareCpes, tryCpe } from '../model/cpe.ts';
import { type Purl, purlName, tryPurl } from '../model/purl.ts';
import { versionOf } from '../model/purl-version.ts';
import { pypiName } from '../model/pypi-name.ts';
import type { MatchRecord, NameRecord, PackageRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { GraphError } from './errors.ts';
import { identifiedAs } from './identified.ts';
import { cpeLabel } from './labels.ts';
import { namingOf, packageName } from './naming.ts';
import { cutVersion, parseQuery, type Query, readingsOf } from './query.ts';

/** One identity of the larder's dictionary that a question means. */
export interface Identity {
  readonly kind: 'package' | 'identifier' | 'plain' | 'digest' | 'component';
  /** Number in the dictionary of its kind; the ordinal of a component; 0 for a digest. */
  readonly id: number;
  /** SHA-256 of the document that has the component; for that kind only. */
  readonly document?: string;
  readonly label: IdentityLabel;
  /** The user who said that it is this, and the assertion document; absent where evidence itself says so. */
  readonly by?: { readonly who: string; readonly document: string };
}

/** What an answer calls an identity: exactly one of purl, CPE, name and digest. */
export interface IdentityLabel {
  readonly kind: 'purl' | 'cpe' | 'name' | 'digest';
  readonly text: string;
  /** For people. */
  readonly name: string;
  readonly version: string | null;
}

/** Whether a version is wanted; null when it cannot be compared. `type` is the purl type, null where the identity has none. */
export type VersionTest = (type: string | null, version: string | null) => boolean | null;

/** All that a question means. */
export interface Resolved {
  readonly query: Query;
  readonly identities: readonly Identity[];
  /** Identities of the right name whose version could not be compared with the range asked for; they are not in `identities`. */
  readonly notCompared: readonly Identity[];
  /** Names that are near, when nothing fits. */
  readonly suggestions: readonly string[];
}

/** Gives what one kind of query means. */
interface Resolver {
  readonly kind: Query['kind'];
  readonly resolve: (store: Store, query: Query, scope: Scope) => Promise<readonly Identity[]>;
}

/** The resolver family: one line per kind of thing that can be asked for. */
const RESOLVERS: readonly Resolver[] = [
  { kind: 'purl', resolve: (store, query) => byPurl(store, query) },
  { kind: 'name', resolve: (store, query) => byName(store, query.text) },
  { kind: 'cpe', resolve: (store, query) => byCpe(store, query.text) },
  { kind: 'digest', resolve: async (_store, query) => byDigest(query) },
];

/**
 * Finds what the words of a question mean in this larder. Nothing is stretched: a purl's version, qualifiers and subpath must be there when they
 * are asked for, a name is the whole name, and a version that cannot be compared is told apart, not guessed.
 * @throws GraphError `invalid-query`
 */
export async function resolve(
  store: Store,
  words: string,
  wants: VersionTest | null,
  scope: Scope,
): Promise<Resolved> {
  const query = parseQuery(words);
  const stated =
    (await RESOLVERS.find(resolver => resolver.kind === query.kind)?.resolve(store, query, scope)) ?? [];
  const said = await identifiedAs(store, query, scope);
  const found = said.length === 0 ? stated : [...stated, ...unknownOf(stated, said)];
  const identities: Identity[] = [];
  const notCompared: Identity[] = [];
  for (const identity of found) {
    const verdict = wants === null ? true : wants(typeOf(identity), identity.label.version);
    if (verdict === true) identities.push(identity);
    else if (verdict === null) notCompared.push(identity);
  }
  const suggestions = found.length > 0 ? [] : await near(store, query);
  return { query, identities, notCompared, suggestions };
}

/** Of what users said, what evidence does not say itself, each thing once. */
function unknownOf(stated: readonly Identity[], said: readonly Identity[]): Identity[] {
  const keyOf = ({ kind, id, document }: Identity): string => `${kind} ${id} ${document ?? ''}`;
  const known = new Set(stated.map(keyOf));
  return said.filter(identity => {
    const key = keyOf(identity);
    return !known.has(key) && known.add(key);
  });
}

/** The purl type of an identity, by which its versions are ordered; null where it has no purl. */
export function typeOf(identity: Identity): string | null {
  return identity.label.kind === 'purl' ? (/^pkg:([^/]+)\//.exec(identity.label.text)?.[1] ?? null) : null;
}

async function byPurl(store: Store, query: Query): Promise<Identity[]> {
  if (query.kind !== 'purl') return [];
  const { purl } = query;
  const wanted = purlName(purl);
  const names = await store.dictionary.names({ ...wanted, how: 'exact' });
  const same = names.filter(name => name.name === wanted.name && name.namespace === wanted.namespace);
  const packages = await packagesOf(
    store,
    same,
    record => purl.version === null || record.version === purl.version,
  );
  return packages.filter(record => fits(record, purl)).map(packageIdentity);
}

/** Every qualifier and the subpath that the query states must be stated by the package; what the query leaves open is open. */
function fits(record: PackageRecord, asked: Purl): boolean {
  if (asked.qualifiers.length === 0 && asked.subpath === null) return true;
  const [path = '', subpath = null] = record.purl.split('#', 2);
  const stated = new Set((path.split('?', 2)[1] ?? '').split('&').map(pair => safeDecode(pair)));
  return (
    asked.qualifiers.every(([key, value]) => stated.has(`${key}=${value}`)) &&
    (asked.subpath === null || (subpath !== null && safeDecode(subpath) === asked.subpath))
  );
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function packagesOf(
  store: Store,
  names: readonly NameRecord[],
  wants: (match: MatchRecord) => boolean,
): Promise<readonly PackageRecord[]> {
  if (names.length === 0) return [];
  const matches = (await store.dictionary.matches(names.map(name => name.id))).filter(wants);
  return matches.length === 0 ? [] : store.dictionary.packagesOfMatches(matches.map(match => match.id));
}

function packageIdentity({ id, purl, version }: PackageRecord): Identity {
  const naming = namingOf(purl);
  const label: IdentityLabel = {
    kind: 'purl',
    text: purl,
    version: comparedVersion({ purl, version }),
    get name() {
      return naming.name;
    },
  };
  return { kind: 'package', id, label };
}

/** The version of a package by which it is ordered. Only an rpm's purl has to be read for it: a popular name has thousands. */
export function comparedVersion({ purl, version }: Pick<PackageRecord, 'purl' | 'version'>): string | null {
  const read = /^pkg:rpm\/.*[?&]epoch=/.test(purl) ? tryPurl(purl) : null;
  return read === null ? version : versionOf(read);
}

/** Packages of this exact name in any ecosystem, and components without a purl that are called so. `lodash@4.17.21` asks for one version. */
async function byName(store: Store, text: string): Promise<Identity[]> {
  const whole = await byNameAndVersion(store, text, null);
  const cut = cutVersion(text);
  if (whole.length > 0 || cut === null) return whole;
  return byNameAndVersion(store, cut.name, cut.version);
}

async function byNameAndVersion(store: Store, text: string, version: string | null): Promise<Identity[]> {
  const names = new Map<number, NameRecord>();
  for (const reading of readingsOf(text)) {
    for (const name of [reading.name, pypiName(reading.name)]) {
      const exact = name === reading.name;
      for (const found of await store.dictionary.names({ ...reading, name, how: 'exact' })) {
        // Only PyPI takes runs of `-`, `_` and `.` as one.
        if (exact || found.type === 'pypi') names.set(found.id, found);
      }
    }
  }
  const wanted = (stated: string | null): boolean => version === null || stated === version;
  // An rpm is also named with its epoch, which its stated version leaves out.
  const bare = version?.replace(/^\d+:/, '');
  const packages = (
    await packagesOf(store, [...names.values()], match => wanted(match.version) || match.version === bare)
  ).filter(record => wanted(record.version) || wanted(comparedVersion(record)));
  const plain = (await store.dictionary.plainByName({ name: text, how: 'exact' })).filter(item =>
    wanted(item.version),
  );
  return [
    ...packages.map(packageIdentity),
    ...plain.map((item): Identity => {
      return {
        kind: 'plain',
        id: item.id,
        label: { kind: 'name', text: item.name, name: item.name, version: item.version },
      };
    }),
  ];
}

// Every CPE of the largest larder measured, twenty times over: a search by product alone may have to look at all.
const ENOUGH_IDENTIFIERS = 2_000_000;

/** CPEs that the asked one covers (NISTIR 7696). A stated CPE that is broader than the asked one is no match. */
async function byCpe(store: Store, text: string): Promise<Identity[]> {
  const asked = tryCpe(text);
  if (asked === null)
    throw new GraphError('invalid-query', `'${text}' is no CPE name, as in cpe:2.3:a:apache:log4j:2.14.1.`);
  const parts = [asked.part, asked.vendor, asked.product];
  const open = parts.findIndex(part => !/^[a-z0-9_.-]+$/.test(part));
  const known = parts.slice(0, open < 0 ? undefined : open).join(':');
  const found: Identity[] = [];
  for (const scheme of ['cpe:2.3:', 'cpe:/']) {
    for (const item of await store.dictionary.identifiersStarting(
      'cpe',
      scheme + known,
      ENOUGH_IDENTIFIERS,
    )) {
      const stated = tryCpe(item.value);
      if (stated === null || !/^(?:equal|superset)$/.test(compareCpes(asked, stated))) continue;
      found.push({ kind: 'identifier', id: item.id, label: cpeLabel(item.value, stated) });
    }
  }
  return found;
}

function byDigest(query: Query): Identity[] {
  if (query.kind !== 'digest') return [];
  return [
    { kind: 'digest', id: 0, label: { kind: 'digest', text: query.value, name: query.text, version: null } },
  ];
}

const SUGGESTIONS = 5;

async function near(store: Store, query: Query): Promise<string[]> {
  const text =
    query.kind === 'purl'
      ? query.purl.name
      : query.kind === 'name'
        ? (readingsOf(query.text).at(-1)?.name ?? '')
        : '';
  if (text.length < 3) return [];
  const found = new Set<string>();
  // Three letters are inside of too many names to be a hint.
  for (const how of text.length < 5
    ? (['exact', 'prefix'] as const)
    : (['exact', 'prefix', 'contains'] as const)) {
    for (const record of await store.dictionary.names({ name: text, how, limit: SUGGESTIONS }))
      found.add(packageName(record));
    if (found.size >= SUGGESTIONS) break;
  }
  return [...found].slice(0, SUGGESTIONS);
}
