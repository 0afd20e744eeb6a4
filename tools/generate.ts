import { spawnSync } from 'node:child_process';

/** Writes every generated file of the repository; `--check` writes none and fails when one is out of date. */
const GENERATORS = ['tools/schemas.ts', 'tools/docs.ts'];
for (const generator of GENERATORS) {
  const { status } = spawnSync(process.execPath, [generator, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
