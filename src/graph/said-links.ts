import type { AssertionTarget } from '../model/assertion.ts';
import type { StatementRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { standing } from './standing.ts';

/** A statement that one thing is inside another, with its two ends. */
export interface SaidLink {
  readonly product: AssertionTarget;
  readonly component: AssertionTarget;
  readonly said: StatementRecord;
}

/** All that users said of what is inside what: `larder link PRODUCT COMPONENT`, and `larder identify COMPONENT --as APP`. Products are named by the apps that they are now. */
export async function saidLinks(store: Store, scope: Scope): Promise<SaidLink[]> {
  const links: SaidLink[] = [];
  for (const said of standing(await store.assertions.list({ types: ['link', 'identify'] }, scope))) {
    const { statement } = said;
    if (statement.type === 'link')
      links.push({
        product: await canonical(store, statement.product, scope),
        component: statement.component,
        said,
      });
    if (statement.type === 'identify' && statement.as.app !== undefined)
      links.push({ product: statement.target, component: { kind: 'app', app: statement.as.app }, said });
  }
  return links;
}

/** What was said of an app holds of the one that it was later said to be. */
async function canonical(store: Store, target: AssertionTarget, scope: Scope): Promise<AssertionTarget> {
  if (target.kind !== 'app') return target;
  const [app] = await store.apps.resolve(target.app, scope);
  return app === undefined ? target : { ...target, app: app.key };
}
