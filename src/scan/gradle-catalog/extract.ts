import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { mavenPurl } from '../support/purls.ts';
import { entriesAt, readTomlTable, type Table, tableAt, textAt } from '../support/values.ts';

/** A version catalog (libs.versions.toml): what builds may ask for and at which version. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const { text, root } = await readTomlTable(file);
  const graph = new LockGraph(file.path, 'Maven', context);
  const versions = tableAt(root, 'versions');
  const lines = text.split('\n');
  for (const [alias, entry] of entriesAt(root, 'libraries')) {
    const [module = null, inline = null] =
      typeof entry === 'string' ? splitShorthand(entry) : [textAt(entry, 'module')];
    const [group = '', artifact = ''] = module?.split(':') ?? [
      textAt(entry, 'group') ?? '',
      textAt(entry, 'name') ?? '',
    ];
    const line =
      lines.findIndex(
        content => content.trimStart().startsWith(`${alias} `) || content.trimStart().startsWith(`${alias}=`),
      ) + 1 || null;
    if (group === '' || artifact === '') {
      graph.gap(
        'malformed-entry',
        `The library ${alias} names no group and artifact and is left out.`,
        line === null ? null : `line ${line}`,
      );
      continue;
    }
    const stated = inline ?? versionOf(entry, versions);
    const isPlain = stated !== null && !/[[\](),+]|^latest\./.test(stated);
    graph.add({
      name: `${group}:${artifact}`,
      version: isPlain ? stated : null,
      range: isPlain ? null : stated,
      purl: mavenPurl(group, artifact, isPlain ? stated : null),
      line,
    });
  }
  if (graph.size > 0)
    graph.gap(
      'manifest-without-lock',
      'A version catalog lists what builds may ask for; which of it is used, and what that needs, is in no lockfile here.',
    );
  return graph.projects();
}

function splitShorthand(text: string): [string, string | null] {
  const [group = '', artifact = '', version = null] = text.split(':');
  return [`${group}:${artifact}`, version];
}

/** A text, `{ref}`, or a rich version; of a rich one the strictest part is what is asked for. */
function versionOf(entry: unknown, versions: Table): string | null {
  const stated = textAt(entry, 'version');
  if (stated !== null) return stated;
  const rich = tableAt(entry, 'version');
  const ref = textAt(rich, 'ref');
  const target = ref === null ? rich : (textAt(versions, ref) ?? tableAt(versions, ref));
  if (typeof target === 'string') return target;
  return textAt(target, 'strictly') ?? textAt(target, 'require') ?? textAt(target, 'prefer');
}
