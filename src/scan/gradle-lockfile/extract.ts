import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { mavenPurl } from '../support/purls.ts';
import { nameOf } from '../tree.ts';

/** gradle.lockfile, buildscript-gradle.lockfile, settings-gradle.lockfile, and the one file per configuration of Gradle 6 and older. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'Maven', context);
  const name = nameOf(file.path);
  const own =
    name.startsWith('buildscript') || name.startsWith('settings')
      ? 'buildscript'
      : name === 'gradle.lockfile'
        ? null
        : name.replace(/\.lockfile$/, '');
  let seen = 0;
  let odd = 0;
  for (const [index, raw] of (await file.text()).split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith('empty=')) continue;
    seen++;
    const [coordinates = '', stated = ''] = line.split('=');
    const [group, artifact, version, ...more] = coordinates.split(':');
    if (!group || !artifact || !version || more.length > 0) {
      odd++;
      graph.gap(
        'malformed-entry',
        `${JSON.stringify(line.slice(0, 100))} is no group:artifact:version and is left out.`,
        `line ${index + 1}`,
      );
      continue;
    }
    const configurations = own === null ? stated.split(',').filter(text => text !== '') : [own];
    graph.add({
      name: `${group}:${artifact}`,
      version,
      purl: mavenPurl(group, artifact, version),
      scopes: scopesOf(configurations),
      line: index + 1,
    });
  }
  if (seen > 0 && odd === seen)
    throw new ScanError('malformed-file', `${file.path} has no line of a Gradle lockfile.`, 'line 1');
  return graph.projects();
}

/** By the names that Gradle's own plugins give configurations. */
function scopesOf(configurations: readonly string[]): ScanScope[] {
  const scopes = new Set<ScanScope>();
  for (const name of configurations) {
    const lower = name.toLowerCase();
    if (lower.includes('test')) scopes.add('test');
    else if (
      lower === 'buildscript' ||
      lower === 'classpath' ||
      /annotationprocessor|kapt|ksp|checkstyle|pmd|spotbugs|jacoco|detekt|ktlint|lint|compiler/.test(lower)
    )
      scopes.add('build');
    else if (lower === 'compileonly' || lower === 'developmentonly')
      scopes.add(lower === 'compileonly' ? 'build' : 'dev');
    else scopes.add('prod');
  }
  return [...scopes];
}
