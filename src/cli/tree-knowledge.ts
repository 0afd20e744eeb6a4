import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JoinedBase } from '../advisories/base.ts';
import type { Target } from '../advisories/select.ts';
import type { ScanResult } from '../scan/run.ts';
import type { Store } from '../store/ports.ts';
import { askIfKept } from './ask.ts';
import type { Context } from './context.ts';
import { locateMirror } from './mirror.ts';

/** All that is known for judging a tree of code. */
export interface TreeKnowledge {
  readonly base: JoinedBase;
  /** Whether there is any advisory at all; without one nothing can be checked. */
  readonly hasAdvisories: boolean;
  /** What the tree is called in the larder, so that what is said of the app is heard. */
  readonly product: (result: ScanResult, name: string) => Promise<readonly Target[]>;
  readonly trustOf: (document: string | null) => string;
  /** `.larder/vex.json` beside or above the tree. */
  readonly localVex: string | null;
}

/**
 * Judges a tree by the mirror of feeds, by the decisions in the nearest `.larder/vex.json` from the tree upwards, and by what the larder that the run stands in was told:
 * advisories, VEX and decisions.
 */
export async function judgingTree<T>(
  context: Context,
  mirror: string | undefined,
  tree: string,
  question: (known: TreeKnowledge) => Promise<T>,
): Promise<T> {
  const asked = await askIfKept(context, async store => ({
    answer: await withTree(context, mirror, tree, store, question),
  }));
  return asked === null ? withTree(context, mirror, tree, null, question) : asked.answer;
}

async function withTree<T>(
  context: Context,
  mirror: string | undefined,
  tree: string,
  store: Store | null,
  question: (known: TreeKnowledge) => Promise<T>,
): Promise<T> {
  const { Mirror } = await import('../advisories/mirror/mirror.ts');
  const { openLocalVex } = await import('../advisories/local-vex.ts');
  const path = locateMirror(context, mirror);
  const localVex = findLocalVex(tree);
  const decisions = localVex === null ? null : await openLocalVex(localVex, 'tree');
  const feeds = existsSync(path) ? Mirror.open(path) : null;
  const kept = store === null ? NOTHING_KEPT : await keptIn(context, store);
  const base = new JoinedBase(feeds, decisions, kept.evidence);
  try {
    return await question({ ...kept, base, localVex, hasAdvisories: feeds !== null || kept.advisories });
  } finally {
    base.close();
  }
}

const NOTHING_KEPT = {
  evidence: null,
  advisories: false,
  trustOf: (): string => 'unsigned',
  product: async (): Promise<readonly Target[]> => [],
};

async function keptIn(context: Context, store: Store) {
  const { openEvidence } = await import('../advisories/evidence.ts');
  const { trustOfStatements } = await import('../graph/findings/audit.ts');
  const trust = await trustOfStatements(store, { asOf: null, trust: null });
  return {
    evidence: await openEvidence(store, context.store.path),
    advisories: trust.size > 0,
    trustOf: (document: string | null): string => trust.get(document ?? '') ?? 'unsigned',
    product: (result: ScanResult, name: string) => productIn(store, result, name),
  };
}

/** The app and release that the tree's bill of materials would be of, by all names that the larder has for it. */
async function productIn(store: Store, result: ScanResult, name: string): Promise<readonly Target[]> {
  const { targetOf } = await import('../advisories/select.ts');
  const { appRef } = await import('../graph/findings/parts.ts');
  const { EVERYTHING } = await import('../store/scope.ts');
  const line = await lineOfTree(result, name);
  if (line === null) return [];
  const { app, release, purls } = line;
  const records = await store.apps.resolve(app, EVERYTHING);
  const own = records.filter(record => record.key === app || record.aliases.includes(app));
  const keys = [app, ...own.flatMap(record => [record.key, ...record.aliases])];
  const refs = keys.flatMap(key => [appRef(key, null), ...(release === null ? [] : [appRef(key, release)])]);
  return [targetOf({ purls, refs, version: release })];
}

/** Where a larder would put the tree's bill of materials, and the purls of what it is about. */
export async function lineOfTree(
  result: ScanResult,
  name: string,
): Promise<{
  readonly app: string;
  readonly release: string | null;
  readonly purls: readonly string[];
} | null> {
  const { writeCycloneDx } = await import('../formats/cyclonedx/write.ts');
  const { decideLine } = await import('../ingest/line.ts');
  const { readDocument } = await import('../ingest/read-document.ts');
  const { scanBom } = await import('../scan/bom.ts');
  const tool = { vendor: null, name: 'larder', version: '' };
  const whole = scanBom(result.projects, { name, created: null, tool });
  const head = writeCycloneDx({ ...whole, components: [], dependencies: [], completeness: [] });
  const { bom } = await readDocument(Buffer.from(head), name);
  if (bom === null) return null;
  const { app, release } = decideLine(bom, '', name);
  return { app, release, purls: bom.subjects.flatMap(ordinal => bom.components[ordinal]?.purls ?? []) };
}

function findLocalVex(tree: string): string | null {
  for (let folder = tree; ; folder = dirname(folder)) {
    const path = join(folder, '.larder', 'vex.json');
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return null;
  }
}
