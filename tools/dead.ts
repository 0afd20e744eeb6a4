import { importGraph, reachable } from './imports.ts';

/** Names the source files that neither the program nor a tool, a benchmark or a suite in test/ reaches: only their own tests would miss them. */
const graph = importGraph();
const isRoot = (file: string) => file === 'src/cli/main.ts' || (!file.startsWith('src/') && graph.has(file));
const alive = reachable(graph, [...graph.keys()].filter(isRoot));
const dead = [...graph.keys()].filter(
  file =>
    !alive.has(file) && !/(?:\.test|\.corpus|\.d|\/(?:contract|testing)(?:[-/][\w-]+)?)\.ts$/.test(file),
);
for (const file of dead) console.log(`${file}: nothing that runs imports it`);
process.exitCode = dead.length === 0 ? 0 : 1;
