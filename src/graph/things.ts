import type { AppRecord, BomRecord, DocumentRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { GraphError } from './errors.ts';

/** What a user may name as the one that holds something: an app, one release of it, or one document. */
export type Thing =
  | { readonly kind: 'app'; readonly app: AppRecord; readonly release: string | null }
  | { readonly kind: 'document'; readonly document: DocumentRecord };

const DOCUMENT = /^(?:sha256:)?([0-9a-f]{4,64})$/i;
const WHOLE_DIGEST = /^(?:sha256:)?([0-9a-f]{64})$/i;
const CANDIDATES = 5;

/**
 * The app, release (`APP@RELEASE`) or document (SHA-256 or its first digits) that the words name. An app goes before the first digits of a document.
 * @throws GraphError `unknown-thing` with what is near, `ambiguous-thing` with the candidates
 */
export async function thingOf(store: Store, words: string, scope: Scope): Promise<Thing> {
  const found = await findThing(store, words, scope);
  if (found !== null) return found;
  throw new GraphError(
    'unknown-thing',
    `No app and no document here is called '${words}'; ${await remedy(store, words, scope)}`,
  );
}

/** The same, or null when the words name neither. @throws GraphError `ambiguous-thing` */
export async function findThing(store: Store, words: string, scope: Scope): Promise<Thing | null> {
  const [thing, ...others] = await candidatesFor(store, words, scope);
  if (thing === undefined || others.length === 0) return thing ?? null;
  throw ambiguous(words, [thing, ...others]);
}

/** Everything that the words may name: apps of one name, else one document. */
export async function candidatesFor(store: Store, words: string, scope: Scope): Promise<readonly Thing[]> {
  // A whole digest means the document, also where it stands as an app of its own.
  const named = WHOLE_DIGEST.exec(words)?.[1];
  const evidence = named === undefined ? null : await store.documents.find(named.toLowerCase(), scope);
  if (evidence !== null) return [{ kind: 'document', document: evidence }];
  const whole = await store.apps.resolve(words, scope);
  if (whole.length > 0) return whole.map(app => ({ kind: 'app', app, release: null }));
  const at = words.lastIndexOf('@');
  if (at > 0 && at < words.length - 1) {
    const apps = await store.apps.resolve(words.slice(0, at), scope);
    if (apps.length > 0) return apps.map(app => ({ kind: 'app', app, release: words.slice(at + 1) }));
  }
  const digits = DOCUMENT.exec(words)?.[1];
  const document = digits === undefined ? null : await store.documents.find(digits.toLowerCase(), scope);
  return document === null ? [] : [{ kind: 'document', document }];
}

/** The error that names what the words fit. */
export function ambiguous(words: string, things: readonly Thing[]): GraphError {
  const keys = things.map(thing => (thing.kind === 'app' ? thing.app.key : thing.document.sha256));
  const more = keys.length > CANDIDATES ? ` and ${keys.length - CANDIDATES} more` : '';
  return new GraphError(
    'ambiguous-thing',
    `'${words}' fits ${keys.slice(0, CANDIDATES).join(', ')}${more}; name one of them.`,
  );
}

async function remedy(store: Store, words: string, scope: Scope): Promise<string> {
  const wanted = words.toLowerCase().split('@')[0] ?? '';
  const { items } = await store.apps.list({ limit: 10_000 }, scope);
  const near = items
    .filter(app => wanted.length >= 3 && app.name.toLowerCase().includes(wanted))
    .slice(0, CANDIDATES);
  return near.length > 0
    ? `did you mean ${near.map(app => app.name).join(', ')}?`
    : 'larder apps lists the apps.';
}

/** The BOMs of a thing within the scope, newest first. @throws GraphError `unknown-thing` for a release that the app has not got, or a document that is no BOM. */
export async function bomsOf(store: Store, thing: Thing, scope: Scope): Promise<readonly BomRecord[]> {
  if (thing.kind === 'app') {
    const boms = await store.apps.boms(thing.app.key, thing.release ?? undefined, scope);
    if (boms.length > 0 || thing.release === null) return boms;
    const known = (await store.apps.releases(thing.app.key, scope)).flatMap(release => release.release ?? []);
    const list =
      known.length === 0
        ? 'its documents state no release'
        : `it has ${known.slice(0, CANDIDATES).join(', ')}`;
    throw new GraphError(
      'unknown-thing',
      `${thing.app.name} has no release '${thing.release}' here; ${list}.`,
    );
  }
  const { document } = thing;
  if (document.bom === null) {
    throw new GraphError(
      'unknown-thing',
      `${document.name} (${document.sha256.slice(0, 12)}) is no BOM, so it holds no components.`,
    );
  }
  return store.documents.boms([document.bom], { ...scope, includeSuperseded: true });
}

/** `payments-api 4.2.0`, or a document's short digest and name. */
export function titleOf(thing: Thing): string {
  if (thing.kind === 'document') return `${thing.document.sha256.slice(0, 8)} ${thing.document.name}`;
  return thing.release === null ? thing.app.name : `${thing.app.name} ${thing.release}`;
}
