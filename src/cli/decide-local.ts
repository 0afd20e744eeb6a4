import { basename } from 'node:path';
import type { JoinedBase } from '../advisories/base.ts';
import type { Make } from './commands/decide.ts';
import type { Context } from './context.ts';
import { CliError, usage } from './errors.ts';
import { EXIT } from './exit.ts';
import { localVexOf } from './judge.ts';
import { judgingTree, lineOfTree } from './tree-knowledge.ts';
import { isVulnerability } from './vulnerability.ts';

/**
 * `larder decide` where there is no larder: on a finding of `larder scan` in this folder, kept as `.larder/vex.json` beside the code.
 * @throws CliError `unreadable` when nothing here is called so
 */
export async function decideBesideCode(
  context: Context,
  words: readonly string[],
  mirror: string | undefined,
  make: Make,
): Promise<number> {
  const { statementOf } = await import('../advisories/decision.ts');
  const { addLocalDecision } = await import('../advisories/local-vex.ts');
  return judgingTree(context, mirror, context.cwd, async ({ base }) => {
    const decision = make(await found(context, words, base));
    const path = localVexOf(context);
    await addLocalDecision(path, decision);
    const said = `${decision.vulnerability} in ${decision.components.join(', ')} is ${decision.status.replaceAll('_', ' ')}`;
    await context.outputs.print({
      table: screen => [
        screen.paint(null, `${said}, says ${decision.who}.`),
        screen.paint('dim', `  kept in ${path}; commit it, larder scan and audit obey it`),
      ],
      json: () => ({
        schema: 'larder.decide/1',
        file: path,
        who: decision.who,
        when: decision.when,
        because: decision.because,
        statements: [statementOf(decision)],
      }),
    });
    return EXIT.ok;
  });
}

async function found(
  context: Context,
  words: readonly string[],
  base: JoinedBase,
): Promise<Parameters<Make>[0]> {
  const [first = '', component, ...more] = words;
  if (more.length > 0)
    throw usage(
      'there is no larder here, so no app is named: larder decide VULNERABILITY [PACKAGE] --status ...',
    );
  const { FolderTree } = await import('../scan/tree.ts');
  const { scan } = await import('../scan/run.ts');
  const { findingsOfScan } = await import('../scan/findings.ts');
  const { appRef } = await import('../graph/findings/parts.ts');
  const result = await scan(await FolderTree.open(context.cwd), { signal: context.signal });
  const all = findingsOfScan(result.projects, base, { now: context.now().getTime() }).findings;
  const byId = isVulnerability(first) ? null : first.toLowerCase();
  const chosen = all.filter(finding =>
    byId === null
      ? finding.match.ids.some(id => id.toLowerCase() === first.toLowerCase()) &&
        (component === undefined ||
          [finding.component, `${finding.component}@${finding.version}`, finding.purl].includes(component))
      : finding.id.startsWith(byId),
  );
  const [one] = chosen;
  if (one === undefined || (byId !== null && chosen.length > 1))
    throw new CliError(
      'unreadable',
      one === undefined
        ? `larder scan finds no ${words.join(' in ')} in ${context.cwd}; larder scan lists what it finds.`
        : `'${first}' fits ${chosen.length} findings; give more of its digits.`,
    );
  const name = basename(context.cwd);
  const line = await lineOfTree(result, name);
  return {
    products: [appRef(line?.app ?? name, null)],
    vulnerability: one.vulnerability,
    aliases: one.match.ids.slice(1),
    components: [...new Set(chosen.map(finding => finding.purl))].sort(),
  };
}
