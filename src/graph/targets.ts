import type { AssertionTarget } from '../model/assertion.ts';
import { canonicalPurl } from '../model/purl.ts';
import type { DocumentRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { componentsOf } from './details.ts';
import { GraphError } from './errors.ts';
import { withVersion } from './naming.ts';
import { resolve } from './resolve.ts';
import { bomsOf, findThing, type Thing } from './things.ts';

/** What a user's words name as the target of a statement, and how to say it back to them. */
export interface NamedTarget {
  readonly target: AssertionTarget;
  readonly text: string;
}

const MOST_NAMED = 5;

/**
 * The target that words name: `DOCUMENT#COMPONENT`, `party:NAME`, a purl, a CPE, an app or `APP@RELEASE`, a document, or the name of a package or of
 * components without a purl; tried in this order.
 * @throws GraphError `unknown-thing`, `ambiguous-thing`
 */
export async function targetOf(store: Store, words: string, scope: Scope): Promise<NamedTarget> {
  const hash = words.indexOf('#');
  if (hash > 0 && /^(?:sha256:)?[0-9a-f]{4,64}$/i.test(words.slice(0, hash))) {
    return componentTarget(store, words.slice(0, hash), words.slice(hash + 1), scope);
  }
  if (words.startsWith('party:'))
    return { target: { kind: 'party', name: words.slice(6) }, text: words.slice(6) };
  const purl = /^pkg:/i.test(words) ? canonicalPurl(words) : null;
  if (purl !== null) {
    const app = await findThing(store, purl, scope);
    return app?.kind === 'app'
      ? appTarget(store, app, scope)
      : { target: { kind: 'package', purl }, text: purl };
  }
  if (/^cpe:/i.test(words)) return { target: { kind: 'identifier', identifier: words }, text: words };
  const thing = await findThing(store, words, scope);
  if (thing?.kind === 'app') return appTarget(store, thing, scope);
  if (thing?.kind === 'document') return documentTarget(thing.document);
  return namedTarget(store, words, scope);
}

/** @throws GraphError `unknown-thing` for a release that the app has not got: what is said of it would hold of nothing */
async function appTarget(
  store: Store,
  thing: Extract<Thing, { readonly kind: 'app' }>,
  scope: Scope,
): Promise<NamedTarget> {
  const { app, release } = thing;
  if (release !== null) await bomsOf(store, thing, scope);
  const target = { kind: 'app', app: app.key, ...(release === null ? {} : { release }) } as const;
  return { target, text: release === null ? app.name : `${app.name} ${release}` };
}

function documentTarget(document: DocumentRecord): NamedTarget {
  return {
    target: { kind: 'document', sha256: document.sha256 },
    text: `document ${document.sha256.slice(0, 8)}`,
  };
}

/** One entry of a document, by its ref, else by `NAME@VERSION` or `NAME`, where only one entry has it. */
async function componentTarget(
  store: Store,
  digits: string,
  words: string,
  scope: Scope,
): Promise<NamedTarget> {
  const thing = await findThing(store, digits, scope);
  if (thing?.kind !== 'document') {
    throw new GraphError(
      'unknown-thing',
      `There is no document '${digits}' here; larder documents lists them.`,
    );
  }
  const { document } = thing;
  const components = await componentsOf(store, document);
  const tests = [
    (at: number) => components[at]?.ref === words,
    (at: number) => components[at]?.purls.includes(words) === true,
    (at: number) => `${components[at]?.name}@${components[at]?.version}` === words,
    (at: number) => components[at]?.name === words,
  ];
  for (const test of tests) {
    const found = [...components.keys()].filter(test);
    const [ordinal] = found;
    if (ordinal === undefined) continue;
    if (found.length > 1) {
      const refs = found.slice(0, MOST_NAMED).map(at => components[at]?.ref ?? components[at]?.at);
      throw new GraphError(
        'ambiguous-thing',
        `'${words}' is ${found.length} entries of ${document.name}: ${refs.join(', ')}; name one of them.`,
      );
    }
    const component = components[ordinal];
    const target = {
      kind: 'component',
      sha256: document.sha256,
      ordinal,
      ref: component?.ref ?? null,
    } as const;
    return {
      target,
      text: `${component === undefined ? words : withVersion(component)} of ${document.sha256.slice(0, 8)}`,
    };
  }
  throw new GraphError('unknown-thing', `${document.name} lists no component '${words}', by ref or by name.`);
}

async function namedTarget(store: Store, words: string, scope: Scope): Promise<NamedTarget> {
  const { identities, suggestions } = await resolve(store, words, null, scope);
  const at = words.lastIndexOf('@');
  const version = at > 0 && identities.some(one => one.label.name === words.slice(0, at));
  const purls = new Set(
    identities
      .filter(one => one.kind === 'package')
      .map(one => (version ? one.label.text : one.label.text.replace(/(.)@[^/]*$/, '$1'))),
  );
  const [purl] = purls;
  if (purls.size > 1) {
    const some = [...purls].slice(0, MOST_NAMED).join(', ');
    throw new GraphError(
      'ambiguous-thing',
      `'${words}' fits ${purls.size} packages: ${some}; name one by its purl.`,
    );
  }
  if (purl !== undefined) return { target: { kind: 'package', purl }, text: purl };
  if (identities.some(one => one.kind === 'plain')) {
    return { target: { kind: 'identifier', identifier: `name:${words}` }, text: `components named ${words}` };
  }
  const hint =
    suggestions.length > 0
      ? `did you mean ${suggestions.join(', ')}?`
      : 'name an app, a document, DOCUMENT#COMPONENT or a purl.';
  throw new GraphError('unknown-thing', `Nothing here is called '${words}'; ${hint}`);
}
