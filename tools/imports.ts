import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Which files of the repository each file imports, statically or not. Paths are relative to the root, `/`-separated. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)['"](\.[^'"\n]+)['"]/g;

/** Reads the imports of every source file by pattern, which is exact enough for choosing tests and finding dead files. */
export function importGraph(): ImportGraph {
  const files = globSync(['src/**/*.ts', 'tools/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts']).map(file =>
    file.replaceAll('\\', '/'),
  );
  return new Map(files.map(file => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(SPECIFIER)].map(match => posix.join(posix.dirname(file), match[1] ?? ''));
}

/** Everything reachable from `roots`, the roots included. */
export function reachable(graph: ImportGraph, roots: Iterable<string>): Set<string> {
  const seen = new Set<string>();
  const queue = [...roots];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    queue.push(...(graph.get(file) ?? []));
  }
  return seen;
}

/** The test files that reach one of the changed files, and the changed test files themselves. */
export function affectedTests(graph: ImportGraph, changed: Iterable<string>): string[] {
  const touched = new Set(changed);
  const tests = [...graph.keys()].filter(file => file.endsWith('.test.ts'));
  return tests.filter(test => [...reachable(graph, [test])].some(file => touched.has(file))).sort();
}
