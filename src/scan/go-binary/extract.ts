import type { ExtractContext, Extractor, Project, ProjectSubject, TreeFile } from '../extractor.ts';
import { openBinary } from '../support/binary.ts';
import { isGoFolder } from '../support/go.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { safePurl } from '../support/os.ts';
import { goPurl, slashed } from '../support/purls.ts';
import { folderOf } from '../tree.ts';
import { type GoBuildInfo, type GoModule, readBuildInfo } from './build-info.ts';

/**
 * Programs built by Go: the modules that the linker wrote into them, and the standard library at the version of Go. The main module is the subject; built from a
 * checkout it has no version, and none is made up from its commit.
 */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const binary = await openBinary(file);
  const info = binary === null ? null : await readBuildInfo(binary);
  if (info === null) return [];
  const graph = new LockGraph(file.path, 'Go', context);
  graph.importer(folderOf(file.path), subjectOf(info), false);
  const release = /^go(\d[\w.-]*)/.exec(info.goVersion)?.[1] ?? null;
  graph.add({
    name: 'stdlib',
    version: release,
    purl: release === null ? null : { type: 'golang', name: 'stdlib', version: release },
    scopes: ['prod'],
  });
  if (release === null)
    context.diagnostics.info(
      'unreleased-go',
      `It was built by ${JSON.stringify(info.goVersion.slice(0, 80))}, which is no release of Go.`,
    );
  for (const { module, replacement } of info.modules) graph.add(nodeOf(module, replacement));
  return graph.projects();
}

function subjectOf({ main }: GoBuildInfo): ProjectSubject {
  const name = main?.path ?? null;
  return {
    name,
    version: main?.version ?? null,
    purl: name === null ? null : safePurl(goPurl(name, main?.version ?? null)),
    licences: [],
    contacts: [],
  };
}

/** What was put in place of a module is what is there; a folder has no version. */
function nodeOf(module: GoModule, replacement: GoModule | null): Parameters<LockGraph['add']>[0] {
  const isFolder = replacement !== null && isGoFolder(replacement.path);
  const real = replacement === null || isFolder ? module : replacement;
  return {
    name: real.path,
    version: isFolder ? null : real.version,
    purl: isFolder ? null : slashed('golang', real.path, real.version),
    scopes: ['prod'],
    source: replacement === null ? null : isFolder ? replacement.path : `replaces ${module.path}`,
  };
}
