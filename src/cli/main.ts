import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Compiled code is kept in the user's own folder: Node's default is a shared one, where another user of the machine could plant code.
function cacheFolder(): string | null {
  try {
    const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
    const folder = join(base, 'larder', 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return null;
  }
}

const folder = cacheFolder();
if (folder !== null) enableCompileCache(folder);

const { main } = await import('./process.ts');
await main();
