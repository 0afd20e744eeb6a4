import type { ExtractorEntry } from '../extractor.ts';

/** The members of the family for Maven, Gradle and sbt. */
export const JVM_EXTRACTORS: readonly ExtractorEntry[] = [
  {
    id: 'maven-pom',
    ecosystem: 'Maven',
    files: ['pom.xml', '*.pom'],
    kind: 'manifest',
    load: () => import('../maven-pom/extract.ts'),
  },
  {
    id: 'gradle-lockfile',
    ecosystem: 'Maven',
    files: ['*.lockfile'],
    matches: path =>
      /(?:^|\/)(?:(?:buildscript-|settings-)?gradle|(?:gradle\/)?dependency-locks\/[^/]+)\.lockfile$/.test(
        path,
      ),
    kind: 'lockfile',
    load: () => import('../gradle-lockfile/extract.ts'),
  },
  {
    id: 'gradle-verification',
    ecosystem: 'Maven',
    files: ['verification-metadata.xml'],
    kind: 'lockfile',
    load: () => import('../gradle-verification/extract.ts'),
  },
  {
    id: 'gradle-catalog',
    ecosystem: 'Maven',
    files: ['*.versions.toml'],
    kind: 'manifest',
    load: () => import('../gradle-catalog/extract.ts'),
  },
  {
    id: 'sbt-lock',
    ecosystem: 'Maven',
    files: ['build.sbt.lock'],
    kind: 'lockfile',
    load: () => import('../sbt-lock/extract.ts'),
  },
];
