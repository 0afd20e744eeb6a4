import type { ExtractorEntry } from '../extractor.ts';
import { gemPlace, npmPlace, pythonPlace } from '../places.ts';
import { isExecutable, mayBeExecutable } from '../support/binary.ts';
import { folderOf } from '../tree.ts';

/** The members of the family that read what is installed or built, where EXTRACTORS has the others. */
export const INSTALLED_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'dpkg',
    ecosystem: 'deb',
    files: ['status', '*'],
    matches: path =>
      /(?:^|\/)var\/lib\/dpkg\/(?:status|status\.d\/[^/]+)$/.test(path) && !path.endsWith('.md5sums'),
    place: path => path.slice(0, path.lastIndexOf('var/lib/dpkg/')),
    kind: 'installed',
    load: () => import('../dpkg/extract.ts'),
  },
  {
    id: 'apk',
    ecosystem: 'apk',
    files: ['installed'],
    matches: path => /(?:^|\/)lib\/apk\/db\/installed$/.test(path),
    kind: 'installed',
    load: () => import('../apk/extract.ts'),
  },
  {
    id: 'rpm',
    ecosystem: 'rpm',
    files: ['rpmdb.sqlite', 'Packages.db', 'Packages'],
    matches: path => /(?:^|\/)(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm)\/[^/]+$/.test(path),
    kind: 'installed',
    load: () => import('../rpm/extract.ts'),
  },
  {
    id: 'os-release',
    ecosystem: 'os',
    files: ['os-release'],
    matches: path => /(?:^|\/)(?:etc|usr\/lib)\/os-release$/.test(path),
    place: path => path.replace(/(?:etc|usr\/lib)\/os-release$/, ''),
    kind: 'installed',
    load: () => import('../os-release/extract.ts'),
  },
  {
    id: 'site-packages',
    ecosystem: 'PyPI',
    files: ['METADATA', 'PKG-INFO', '*.egg-info'],
    matches: path =>
      /(?:\.dist-info\/METADATA|(?:\.egg-info|(?:^|\/)EGG-INFO)\/PKG-INFO|\.egg-info)$/i.test(path),
    place: pythonPlace,
    kind: 'installed',
    load: () => import('../site-packages/extract.ts'),
  },
  {
    id: 'node-modules',
    ecosystem: 'npm',
    files: ['package.json'],
    matches: path => /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path),
    place: npmPlace,
    kind: 'installed',
    load: () => import('../node-modules/extract.ts'),
  },
  {
    id: 'gems',
    ecosystem: 'RubyGems',
    files: ['*.gemspec'],
    matches: path => /(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/.test(path),
    place: gemPlace,
    kind: 'installed',
    load: () => import('../gems/extract.ts'),
  },
  {
    id: 'go-binary',
    ecosystem: 'Go',
    files: ['*'],
    matches: mayBeExecutable,
    magic: isExecutable,
    kind: 'installed',
    load: () => import('../go-binary/extract.ts'),
  },
  {
    id: 'rust-binary',
    ecosystem: 'crates.io',
    files: ['*'],
    matches: mayBeExecutable,
    magic: isExecutable,
    kind: 'installed',
    load: () => import('../rust-binary/extract.ts'),
  },
  {
    id: 'jar',
    ecosystem: 'Maven',
    files: ['*.jar', '*.war', '*.ear', '*.aar', '*.jpi', '*.hpi', '*.sar', '*.kar'],
    place: folderOf,
    kind: 'installed',
    load: () => import('../jar/extract.ts'),
  },
];
