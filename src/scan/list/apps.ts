import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for Dart, Swift and the rest of what applications for phones are made with. */
export const APPS_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'pubspec-lock',
    ecosystem: 'Pub',
    files: ['pubspec.lock'],
    kind: 'lockfile',
    load: () => import('../pubspec-lock/extract.ts'),
  },
  {
    id: 'pubspec',
    ecosystem: 'Pub',
    files: ['pubspec.yaml'],
    kind: 'manifest',
    load: () => import('../pubspec/extract.ts'),
  },
  {
    id: 'package-resolved',
    ecosystem: 'SwiftURL',
    files: ['Package.resolved'],
    kind: 'lockfile',
    load: () => import('../package-resolved/extract.ts'),
  },
  {
    id: 'podfile-lock',
    ecosystem: 'CocoaPods',
    files: ['Podfile.lock'],
    kind: 'lockfile',
    load: () => import('../podfile-lock/extract.ts'),
  },
  {
    id: 'cartfile-resolved',
    ecosystem: 'carthage',
    files: ['Cartfile.resolved'],
    kind: 'lockfile',
    load: () => import('../cartfile-resolved/extract.ts'),
  },
];
