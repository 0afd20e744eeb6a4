import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a folder hold exactly these files (dot files apart). With `check` nothing is written: the run fails and names what is out of date.
 */
export async function writeGenerated(
  folder: string,
  files: ReadonlyMap<string, string>,
  check: boolean,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const present = (await readdir(folder)).filter(name => !name.startsWith('.'));
  const stale = present.filter(name => !files.has(name)).map(name => join(folder, name));
  for (const [name, text] of files) {
    if (!present.includes(name) || (await readFile(join(folder, name), 'utf8')) !== text)
      stale.push(join(folder, name));
  }
  if (check) return report(stale);
  for (const path of stale) {
    const text = files.get(path.slice(folder.length + 1));
    await (text === undefined ? rm(path) : writeFile(path, text));
    console.log(`${text === undefined ? 'removed' : 'wrote'} ${path}`);
  }
}

/** The same for a single file in a folder of others. */
export async function writeGeneratedFile(path: string, text: string, check: boolean): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => null);
  if (before === text) return;
  if (check) return report([path]);
  await writeFile(path, text);
  console.log(`wrote ${path}`);
}

function report(stale: readonly string[]): void {
  if (stale.length === 0) return;
  console.error(`out of date: ${stale.join(', ')}; run npm run generate and commit the result`);
  process.exitCode = 1;
}
