import type { AssertionTarget } from '../model/assertion.ts';
import { type Cpe, compareCpes, tryCpe } from '../model/cpe.ts';
import { type Purl, type PurlName, purlName, tryPurl } from '../model/purl.ts';
import { versionOf } from '../model/purl-version.ts';
import { pypiName } from '../model/pypi-name.ts';
import type { StatementRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { cpeLabel, purlLabel } from './labels.ts';
import { cutVersion, type Query, readingsOf } from './query.ts';
import type { Identity } from './resolve.ts';
import { standing } from './standing.ts';

/**
 * What users said is what the query asks for (`larder identify`): entries of documents, names and packages, each with who said it. The
 * label is the identity that was said, not the one that the document states.
 */
export async function identifiedAs(store: Store, query: Query, scope: Scope): Promise<Identity[]> {
  if (query.kind === 'digest') return [];
  const found: Identity[] = [];
  for (const said of standing(await store.assertions.list({ types: ['identify'] }, scope))) {
    if (said.statement.type !== 'identify') continue;
    const { as } = said.statement;
    const purl = as.purl === undefined ? null : tryPurl(as.purl);
    if (purl !== null && as.purl !== undefined && asksFor(query, purl)) {
      found.push(...(await targetsOf(store, said, purlLabel(as.purl, purl))));
    }
    const cpe = as.cpe === undefined ? null : tryCpe(as.cpe);
    if (cpe !== null && as.cpe !== undefined && query.kind === 'cpe' && covers(query.text, cpe))
      found.push(...(await targetsOf(store, said, cpeLabel(as.cpe, cpe))));
  }
  return found;
}

function covers(asked: string, said: Cpe): boolean {
  const wide = tryCpe(asked);
  return wide !== null && /^(?:equal|superset)$/.test(compareCpes(wide, said));
}

function asksFor(query: Query, purl: Purl): boolean {
  const name = purlName(purl);
  if (query.kind === 'purl') {
    const asked = purlName(query.purl);
    const same = asked.type === name.type && asked.namespace === name.namespace && asked.name === name.name;
    const version = query.purl.version === null || query.purl.version === purl.version;
    const stated = new Map(purl.qualifiers);
    const subpath = query.purl.subpath === null || query.purl.subpath === purl.subpath;
    return (
      same && version && subpath && query.purl.qualifiers.every(([key, value]) => stated.get(key) === value)
    );
  }
  if (isCalled(query.text, name)) return true;
  const cut = cutVersion(query.text);
  if (cut === null || !isCalled(cut.name, name)) return false;
  return cut.version === purl.version || cut.version === versionOf(purl);
}

/** As the dictionary compares names: without case, and of PyPI's with its runs of `-`, `_` and `.` as one. */
function isCalled(words: string, { type, namespace, name }: PurlName): boolean {
  return readingsOf(words).some(
    reading =>
      (reading.name.toLowerCase() === name.toLowerCase() ||
        (type === 'pypi' && pypiName(reading.name) === name)) &&
      (reading.namespace === undefined || reading.namespace.toLowerCase() === namespace?.toLowerCase()),
  );
}

/** What a statement is about, as identities of the dictionary or as one entry of one document. */
async function targetsOf(store: Store, said: StatementRecord, label: Identity['label']): Promise<Identity[]> {
  if (said.statement.type !== 'identify') return [];
  const by = { who: said.who, document: said.document };
  const things = await componentsNamed(store, said.statement.target);
  return things.map(thing => ({ ...thing, label, by }));
}

/** The components that a target means: those that a statement can give another identity. None for an app, a document or a name that nothing here has. */
export async function componentsNamed(
  store: Store,
  target: AssertionTarget,
): Promise<readonly Pick<Identity, 'kind' | 'id' | 'document'>[]> {
  switch (target.kind) {
    case 'component':
      return [{ kind: 'component', id: target.ordinal, document: target.sha256 }];
    case 'package': {
      const record = await store.dictionary.packageByPurl(target.purl);
      return record === null ? [] : [{ kind: 'package', id: record.id }];
    }
    case 'identifier': {
      const { name, version } = plainOf(target.identifier);
      const plain = await store.dictionary.plainByName({ name, how: 'exact' });
      const same = plain.filter(item => item.name === name && (version === null || item.version === version));
      return same.map(item => ({ kind: 'plain', id: item.id }));
    }
    default:
      return [];
  }
}

/** `name:NAME` or `name:NAME@VERSION`, as `identify` writes the target of a component without a purl. */
export function plainOf(identifier: string): { readonly name: string; readonly version: string | null } {
  const text = identifier.replace(/^name:/, '');
  const at = text.lastIndexOf('@');
  return at <= 0 ? { name: text, version: null } : { name: text.slice(0, at), version: text.slice(at + 1) };
}
