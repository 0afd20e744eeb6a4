import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../store/ports.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { type AddOptions, addPaths } from './add.ts';
import type { AddResult, AddSummary } from './result.ts';

/** A small CycloneDX text: `names` depend on each other in a chain, the first on the app. For tests. */
export function cyclonedx(
  app: string,
  version: string,
  names: readonly string[],
  extra: object = {},
): string {
  const purl = (name: string): string => `pkg:npm/${name}@1.0.0`;
  const chain = [app, ...names];
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: {
      component: {
        type: 'application',
        'bom-ref': app,
        name: app,
        version,
        purl: `pkg:generic/${app}@${version}`,
      },
    },
    components: names.map(name => ({
      type: 'library',
      'bom-ref': name,
      name,
      version: '1.0.0',
      purl: purl(name),
    })),
    dependencies: chain.map((ref, at) => ({ ref, dependsOn: chain.slice(at + 1, at + 2) })),
    ...extra,
  });
}

/** A folder for files, beside a larder; both go with `dispose`. */
export async function larderForTest(): Promise<{
  readonly folder: string;
  readonly larder: string;
  readonly store: Store;
  dispose(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-ingest-'));
  const larder = join(folder, '.larder');
  const store = openSqliteStore(larder, { mode: 'create' });
  return {
    folder,
    larder,
    store,
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Runs an add to its end. */
export async function addAll(
  options: Omit<AddOptions, 'who'> & { readonly who?: string },
): Promise<{ readonly results: readonly AddResult[]; readonly summary: AddSummary }> {
  const results: AddResult[] = [];
  let summary: AddSummary | null = null;
  for await (const event of addPaths({ who: 'tester', ...options })) {
    if (event.type === 'document') results.push(event.result);
    if (event.type === 'summary') summary = event.summary;
  }
  if (summary === null) throw new Error('there was no summary');
  return { results, summary };
}
