import type { AssertionTarget } from '../model/assertion.ts';
import type { AppRecord, BomRecord, StatementRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import type { Rows } from './hits.ts';
import { standing } from './standing.ts';

/** A product that holds a row's app because a user linked the two. */
export interface LinkedRow {
  /** Index of the row whose document says so of the component. */
  readonly row: number;
  readonly app: AppRecord;
  readonly release: string | null;
  /** The app or document it holds, for people. */
  readonly via: string;
  readonly said: StatementRecord;
}

interface End {
  readonly app: AppRecord;
  readonly release: string | null;
  /** Set when the end is one document (or an entry of it). */
  readonly bom: number | null;
}

interface Link {
  readonly product: End;
  readonly component: End;
  readonly said: StatementRecord;
}

/** What holds what: an app as a whole (`release` null), one release of it, or one BOM. */
interface Held {
  readonly row: number;
  readonly app: number;
  readonly release: string | null;
  readonly bom: number;
}

/**
 * The products that hold the apps of some rows by `larder link` (and `identify --as APP`), also through further links. Costs nothing where nobody has
 * linked anything.
 */
export async function linkedRows(store: Store, rows: Rows, scope: Scope): Promise<LinkedRow[]> {
  const links = await linksOf(store, scope);
  if (links.length === 0 || rows.length === 0) return [];
  const found: LinkedRow[] = [];
  const seen = new Set<string>();
  let front = await heldOf(store, rows, links, scope);
  while (front.length > 0) {
    const next: Held[] = [];
    for (const held of front) {
      for (const link of links) {
        const key = `${held.row} ${link.product.app.number} ${link.product.release}`;
        if (!fits(link.component, held) || link.product.app.number === rows.app[held.row] || seen.has(key))
          continue;
        seen.add(key);
        const { product, component, said } = link;
        found.push({
          row: held.row,
          app: product.app,
          release: product.release,
          via: component.app.name,
          said,
        });
        next.push({
          row: held.row,
          app: product.app.number,
          release: product.release,
          bom: product.bom ?? 0,
        });
      }
    }
    front = next;
  }
  return found;
}

function fits(end: End, held: Held): boolean {
  if (end.bom !== null) return end.bom === held.bom;
  return (
    end.app.number === held.app &&
    (end.release === null || held.release === null || end.release === held.release)
  );
}

/** The rows that any link could start from, with their releases where a link asks for one. */
async function heldOf(store: Store, rows: Rows, links: readonly Link[], scope: Scope): Promise<Held[]> {
  const apps = new Set(links.map(link => link.component.app.number));
  const held: Held[] = [];
  for (let row = 0; row < rows.length; row++) {
    const app = rows.app[row] ?? 0;
    if (apps.has(app)) held.push({ row, app, release: null, bom: rows.bom[row] ?? 0 });
  }
  if (links.every(link => link.component.release === null)) return held;
  const boms = new Map<number, BomRecord>();
  for (const bom of await store.documents.boms([...new Set(held.map(one => one.bom))], {
    ...scope,
    includeSuperseded: true,
  })) {
    boms.set(bom.id, bom);
  }
  return held.map(one => ({ ...one, release: boms.get(one.bom)?.release ?? null }));
}

async function linksOf(store: Store, scope: Scope): Promise<Link[]> {
  const links: Link[] = [];
  for (const { said, ...ends } of await saidLinks(store, scope)) {
    const product = await endOf(store, ends.product, scope);
    const component = await endOf(store, ends.component, scope);
    if (product !== null && component !== null) links.push({ product, component, said });
  }
  return links;
}

/** A statement that one thing is inside another, with its two ends. */
export interface SaidLink {
  readonly product: AssertionTarget;
  readonly component: AssertionTarget;
  readonly said: StatementRecord;
}

/** All that users said of what is inside what: `larder link PRODUCT COMPONENT`, and `larder identify COMPONENT --as APP`. */
export async function saidLinks(store: Store, scope: Scope): Promise<SaidLink[]> {
  const links: SaidLink[] = [];
  for (const said of standing(await store.assertions.list({ types: ['link', 'identify'] }, scope))) {
    const { statement } = said;
    if (statement.type === 'link')
      links.push({ product: statement.product, component: statement.component, said });
    if (statement.type === 'identify' && statement.as.app !== undefined)
      links.push({ product: statement.target, component: { kind: 'app', app: statement.as.app }, said });
  }
  return links;
}

async function endOf(store: Store, target: AssertionTarget, scope: Scope): Promise<End | null> {
  if (target.kind === 'app') {
    const [app] = await store.apps.resolve(target.app, scope);
    return app === undefined ? null : { app, release: target.release ?? null, bom: null };
  }
  if (target.kind !== 'document' && target.kind !== 'component') return null;
  const record = await store.documents.find(target.sha256, scope);
  const [bom] = record?.bom ? await store.documents.boms([record.bom], scope) : [];
  const [app] = bom === undefined ? [] : await store.apps.resolve(bom.app, scope);
  return bom === undefined || app === undefined ? null : { app, release: bom.release, bom: bom.id };
}
