#!/usr/bin/env node
// Any Node that knows ES modules can run this file: it finds the right Node, or says how to get it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = [24, 15];
const root = new URL('../', import.meta.url);
const source = new URL('src/cli/main.ts', root);
// A checkout runs its sources, also when a build has left a bundle.
const entry = existsSync(source) ? source : new URL('dist/larder.js', root);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) {
  keepCompiledCode();
  await import(entry.href);
} else {
  runWithOwnNode();
}

// In the user's own folder: Node's default is a shared one, where another user of the machine could plant code.
function keepCompiledCode() {
  try {
    const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'larder', 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    nodeModule.enableCompileCache(folder);
  } catch {
    // Without the cache everything works, a little slower.
  }
}

function runWithOwnNode() {
  const own = new URL(`node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, root);
  if (!existsSync(own)) {
    console.error(
      `larder: needs Node ${NEEDED.join('.')} or newer and this is ${process.versions.node}; ` +
        'install it, or run: npx -p node@24 -p larder larder ...',
    );
    process.exitCode = 2;
    return;
  }
  // ^C is the child's to answer; this process waits for it.
  process.on('SIGINT', () => {});
  const child = spawnSync(fileURLToPath(own), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (child.signal) process.kill(process.pid, child.signal);
  else process.exitCode = child.status ?? 70;
}
