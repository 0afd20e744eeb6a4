#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
// Any Node that knows ES modules can run this file: it finds the right Node, or says how to get it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED = [24, 15];
const root = new URL('../', import.meta.url);
const bundle = new URL('dist/larder.js', root);
const source = new URL('src/cli/main.ts', root);
// A checkout runs its sources, also when a build has left a bundle.
const entry = existsSync(source) ? source : bundle;

const version = process.versions.node.split('.').map(Number);
const fits = version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1]);

if (fits) {
  await import(entry.href);
} else {
  const own = new URL(
    process.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/node/bin/node',
    root,
  );
  if (existsSync(own)) {
    // ^C is the child's to answer; this process waits for it.
    process.on('SIGINT', () => {});
    const child = spawnSync(fileURLToPath(own), [fileURLToPath(entry), ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    if (child.signal) process.kill(process.pid, child.signal);
    process.exitCode = child.status === null ? 70 : child.status;
  } else {
    console.error(
      `larder: needs Node ${NEEDED.join('.')} or newer and this is ${process.versions.node}; ` +
        'install it, or run npx -p node@24 -p larder larder ...',
    );
    process.exitCode = 2;
  }
}
