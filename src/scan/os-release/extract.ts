import type { ExtractContext, Extractor, Project, Tree, TreeFile } from '../extractor.ts';
import { osEcosystem, osSubject, parseOsRelease, prefixBefore, rootOf } from '../support/os.ts';

/** os-release(5) of a system without a package database (an image from scratch): its name alone. Where there is a database, that one's project has the name. */
export const extractor: Extractor = { extract };

const DATABASES = [
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'var/lib/rpm/rpmdb.sqlite',
  'var/lib/rpm/Packages',
  'var/lib/rpm/Packages.db',
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/lib/sysimage/rpm/Packages.db',
];

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const prefix = osPrefix(file.path);
  if (await hasDatabase(context.tree, prefix)) return [];
  const os = parseOsRelease(await file.text());
  if (os.id === null) return [];
  const path = rootOf(prefix);
  return [
    {
      path,
      file: file.path,
      ecosystem: osEcosystem(os, 'os'),
      subject: osSubject(os),
      completeness: 'complete',
      reasons: [],
      components: [],
      dependencies: [],
      links: [],
      covers: [path],
    },
  ];
}

export function osPrefix(path: string): string {
  return prefixBefore(path, path.endsWith('usr/lib/os-release') ? 'usr/lib/os-release' : 'etc/os-release');
}

async function hasDatabase(tree: Tree, prefix: string): Promise<boolean> {
  for (const path of DATABASES) if ((await tree.file(`${prefix}${path}`)) !== null) return true;
  return (await tree.list(`${prefix}var/lib/dpkg/status.d`).catch(() => [])).length > 0;
}
