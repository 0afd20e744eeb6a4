import type { Hop, Path, Unreached, WhyAnswer } from '../../graph/why.ts';
import { ask, beforeFirst, scopeOf, scopeText } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { MIRROR_OPTION } from '../mirror.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { briefly } from '../output/brief.ts';
import { formatCount, formatNoun } from '../output/numbers.ts';
import type { Screen } from '../output/screen.ts';
import type { TableData } from '../output/table.ts';
import { renderTree, type TreeNode } from '../output/tree.ts';
import { isVulnerability, whyVulnerability } from '../vulnerability.ts';

const SHOWN = 3;
const ALL = 1000;

export const command = defineCommand({
  name: 'why',
  summary: 'by which paths an app comes to hold a package',
  arguments: [
    { name: 'APP', summary: 'an app, APP@RELEASE, or the first digits of a document' },
    { name: 'PACKAGE', summary: 'a name, purl, CPE, digest or vulnerability' },
    { name: 'RANGE', summary: "versions, as in '<2.17.1'", optional: true },
  ],
  examples: [
    { line: 'larder why payments-api log4j-core', about: 'the shortest paths, with their documents' },
    {
      line: 'larder why payments-api@4.2.0 log4j-core --all --json',
      about: 'every path of one release, for a script',
    },
  ],
  options: [
    {
      title: 'Which paths',
      options: [
        { name: 'all', summary: `every path, not only the shortest (at most ${formatCount(ALL)})` },
        { name: 'limit', value: 'N', integer: true, summary: `so many, shortest first (table: ${SHOWN})` },
        {
          name: 'join',
          value: 'RULE',
          choices: ['purl'],
          summary: 'also cross documents by equal versioned purl',
        },
      ],
    },
    { title: 'For a vulnerability', options: [MIRROR_OPTION] },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'one of "paths"',
  async run(context, [app = '', words = '', range], options) {
    if (isVulnerability(words)) {
      const scope = { ...scopeOf({ ...options, all: false }), includeRetired: true };
      return whyVulnerability(context, app, words, {
        scope,
        mirror: options.mirror,
        limit: options.limit ?? SHOWN,
      });
    }
    const { whyNamed, withRefs } = await import('../../graph/why.ts');
    const { titleOf } = await import('../../graph/things.ts');
    const { asked } = await import('../../graph/range.ts');
    const scope = { ...scopeOf({ ...options, all: false }), includeRetired: true };
    const limit = options.limit ?? (options.all ? ALL : context.outputs.forPeople ? SHOWN : 100);
    await ask(context, async store => {
      const unknown = await beforeFirst(store, scope);
      if (unknown !== null) {
        await context.outputs.print({
          table: () => [unknown],
          json: () => ({ schema: 'larder.why/1', ...empty(app, words), unknown }),
        });
        return;
      }
      const bounds = { limit, steps: 200_000 };
      const request = { ...asked(words, range), bounds, joinByPurl: options.join === 'purl', scope };
      const found = await whyNamed(store, app, request);
      const title = titleOf(found.thing);
      // Refs are in the documents only; people are shown names.
      const answer = context.outputs.forPeople ? found : await withRefs(store, found, scope);
      await context.outputs.print({
        table: screen => table(screen, words, title, scopeText(scope), answer),
        json: () => ({ schema: 'larder.why/1', ...json(title, words, answer) }),
        jsonl: () => answer.paths.map(path => path.hops.map(hopJson)),
        rows: () => rows(answer),
      });
      if (answer.truncated && context.outputs.wantsRows)
        await context.stderr.write(`larder: ${shownOfAll(answer)}; --limit N shows more.\n`);
    });
    return EXIT.ok;
  },
});

function empty(app: string, words: string): object {
  return { app, package: words, total: 0, truncated: false, paths: [], noPath: [] };
}

function json(app: string, words: string, answer: WhyAnswer): object {
  return {
    app,
    package: words,
    total: answer.total,
    totalIsExact: answer.exact,
    truncated: answer.truncated,
    paths: answer.paths.map(path => path.hops.map(hopJson)),
    noPath: answer.unreached.map(entry => ({
      ...nameJson(entry),
      document: entry.document,
      ...joinJson(entry),
    })),
  };
}

function nameJson(entry: Hop | Unreached): object {
  const { naming } = entry;
  return {
    component: entry.ref ?? naming.name,
    name: naming.name,
    version: naming.version,
    purl: naming.purl,
  };
}

function hopJson(hop: Hop): object {
  return {
    ...nameJson(hop),
    relation: hop.relation,
    document: hop.document,
    ...joinJson(hop),
  };
}

function joinJson({ join }: Hop | Unreached): object {
  return { join: join?.rule ?? null, because: join?.because ?? null };
}

function rows(answer: WhyAnswer): TableData {
  const titles = ['path', 'hop', 'component', 'name', 'version', 'purl', 'relation', 'document', 'join'];
  return {
    columns: titles.map(title => ({ title })),
    rows: answer.paths.flatMap((path, number) =>
      path.hops.map((hop, at) => [
        number + 1,
        at,
        hop.ref,
        hop.naming.name,
        hop.naming.version,
        hop.naming.purl,
        hop.relation,
        hop.document,
        hop.join?.rule ?? null,
      ]),
    ),
  };
}

function table(screen: Screen, words: string, title: string, scope: string, answer: WhyAnswer): string[] {
  const found = answer.paths.length > 0 || answer.unreached.length > 0;
  if (!found) return nothing(screen, words, title, scope, answer);
  const lines = branches(answer.paths).flatMap(branch => renderTree(screen, rootNode(branch, title)));
  return [...lines, ...unreachedLines(screen, title, answer), ...totalLine(screen, answer)];
}

function nothing(screen: Screen, words: string, title: string, scope: string, answer: WhyAnswer): string[] {
  const looked = formatNoun(answer.documents, 'document');
  const lines = [
    screen.paint(null, `${title} does not hold ${words}: none of its ${looked} lists it ${scope}.`),
  ];
  if (answer.resolved.notCompared.length > 0) {
    const count = formatNoun(answer.resolved.notCompared.length, 'version');
    lines.push(screen.paint('yellow', `  Not judged: ${count} that cannot be compared with the range.`));
  }
  const near = answer.resolved.suggestions;
  if (near.length > 0) lines.push(screen.paint(null, `  Names like it here: ${near.join(', ')}.`));
  return lines;
}

interface Branch {
  readonly hop: Hop;
  readonly root: Path['root'];
  readonly below: Map<string, Branch>;
}

/** Paths with a common beginning share it, so that a tree says each hop once. */
function branches(paths: readonly Path[]): Branch[] {
  const roots = new Map<string, Branch>();
  for (const path of paths) {
    let level = roots;
    for (const hop of path.hops) {
      const key = `${hop.document} ${hop.ordinal}`;
      const branch = level.get(key) ?? { hop, root: path.root, below: new Map<string, Branch>() };
      level.set(key, branch);
      level = branch.below;
    }
  }
  return [...roots.values()];
}

function rootNode(branch: Branch, title: string): TreeNode {
  const children = [...branch.below.values()].map(treeOf);
  if (branch.root === 'entry') {
    return {
      text: hopText(branch.hop),
      style: 'bold',
      context: ['not linked to the subject', documentText(branch.hop)],
      children,
    };
  }
  const text = rootText(branch.hop, title);
  const context = children.length > 0 ? [] : ['is the app itself', documentText(branch.hop)];
  return { text, style: 'bold', context, children };
}

function treeOf(branch: Branch): TreeNode {
  return {
    text: hopText(branch.hop),
    context: hopContext(branch.hop),
    children: [...branch.below.values()].map(treeOf),
  };
}

/** The app as the user named it with the version that the document states, and the component's own name where it differs. */
function rootText(hop: Hop, title: string): string {
  const { short, name, version } = hop.naming;
  const named = hopText(hop);
  if (title === short || title === name) return briefly(version === null ? title : `${title} ${version}`);
  return briefly(title.includes(short) ? title : `${title} (${named})`);
}

function hopText({ naming }: Hop): string {
  return briefly(naming.version === null ? naming.name : `${naming.name} ${naming.version}`);
}

function hopContext(hop: Hop): string[] {
  const relation = hop.relation === null ? sameText(hop) : hop.relation.toLowerCase().replaceAll('_', ' ');
  const said = hop.join === null ? relation : `${relation}, joined by ${hop.join.rule}`;
  return [said, documentText(hop)];
}

/** A join without a relation: what a user linked is held; what a digest or purl joins is one and the same. */
function sameText(hop: Hop): string {
  return hop.join?.rule === 'assertion' ? 'holds' : 'is the same as';
}

function documentText(hop: Hop | Unreached): string {
  return `${hop.document.slice(0, 8)} ${hop.documentName.split('/').at(-1) ?? ''}`;
}

const MOST_UNREACHED = 5;

function unreachedLines(screen: Screen, title: string, answer: WhyAnswer): string[] {
  const lines: string[] = [];
  for (const entry of answer.unreached.slice(0, MOST_UNREACHED)) {
    const { naming } = entry;
    const text = naming.version === null ? naming.name : `${naming.name} ${naming.version}`;
    lines.push(
      ...renderTree(screen, {
        text: `${title} ${entry.join === null ? 'lists' : 'holds'} ${text}`,
        context: [
          'no path stated',
          documentText(entry),
          ...(entry.join === null ? [] : [`joined by ${entry.join.rule}`]),
        ],
      }),
    );
  }
  const more = answer.unreached.length - MOST_UNREACHED;
  if (more > 0)
    lines.push(
      screen.paint('dim', `  and ${formatNoun(more, 'more entry', 'more entries')} without a path.`),
    );
  return lines;
}

function totalLine(screen: Screen, answer: WhyAnswer): string[] {
  const shown = answer.paths.length;
  if (shown === 0)
    return [screen.paint('dim', 'No path is stated: the document lists it without saying what needs it.')];
  if (answer.exact && answer.total === shown)
    return [screen.paint('dim', `${formatNoun(shown, 'path')} in all.`)];
  const more = answer.truncated ? ' (--all)' : '';
  return [screen.paint('dim', `${shownOfAll(answer)}${more}.`)];
}

function shownOfAll({ paths, total, exact }: WhyAnswer): string {
  const all = exact ? formatCount(total) : `at least ${formatCount(Math.max(total, paths.length))}`;
  return `${formatNoun(paths.length, 'shortest path')}, ${all} in all`;
}
