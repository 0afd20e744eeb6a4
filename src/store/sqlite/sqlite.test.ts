import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Implementation, storeContract } from '../contract.ts';
import { openSqliteStore } from './open.ts';

for (const bodies of ['table', 'folder'] as const) storeContract(sqlite(bodies));

function sqlite(bodies: 'table' | 'folder'): Implementation {
  return {
    name: `sqlite, bytes in a ${bodies}`,
    async fresh(options) {
      const folder = join(await mkdtemp(join(tmpdir(), 'larder-store-')), '.larder');
      const store = openSqliteStore(folder, { mode: 'create', bodies, ...options });
      return {
        store,
        reopen: async () => openSqliteStore(folder, { mode: 'write', ...options }),
        dispose: () => rm(join(folder, '..'), { recursive: true }),
      };
    },
  };
}
