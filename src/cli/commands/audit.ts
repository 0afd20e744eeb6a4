import type { Audit } from '../../graph/findings/audit.ts';
import type { Finding } from '../../graph/findings/findings.ts';
import { beforeFirst, scopeOf } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { findingDocuments } from '../finding-output.ts';
import { bumpNote, findingJson, findingLine, findingRows, settledLine, viewOf } from '../findings.ts';
import { demandsOf, judging, mirrorLine } from '../judge.ts';
import { FAIL_ON_OPTION, MIRROR_OPTION } from '../mirror.ts';
import { ONLINE_OPTION, withBumps } from '../online.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { formatCount, formatDuration, formatNoun } from '../output/numbers.ts';
import type { Screen } from '../output/screen.ts';
import { renderTable } from '../output/table.ts';

const SHOWN = 25;
const PAGE = 1000;

export const command = defineCommand({
  name: 'audit',
  summary: 'which known vulnerabilities an app or the whole larder has, and what to do first',
  arguments: [
    { name: 'APP', summary: 'an app, APP@RELEASE or a document (default: every app)', optional: true },
  ],
  examples: [
    { line: 'larder audit payments-api', about: 'what to act on, look at, and what is settled' },
    {
      line: 'larder audit --fail-on kev --fail-on high --json',
      about: 'for a script: exit 1 when there is any',
    },
  ],
  options: [
    {
      title: 'What is judged',
      options: [
        FAIL_ON_OPTION,
        { name: 'base', value: 'APP@RELEASE|DOCUMENT', summary: 'what `new` is compared with' },
        MIRROR_OPTION,
        ONLINE_OPTION,
      ],
    },
    {
      title: 'How much',
      options: [
        { name: 'all', summary: 'also what is settled' },
        { name: 'unidentified', summary: 'list the components that nothing identifies' },
        {
          name: 'limit',
          value: 'N',
          integer: true,
          summary: `findings per page (table: ${SHOWN}, else ${PAGE})`,
        },
        { name: 'after', value: 'NEXT', summary: 'go on after a page, with the "next" of its JSON' },
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md', 'sarif', 'cyclonedx', 'openvex', 'csaf'],
  async run(context, [words], options) {
    const { audit, bomsOf, matcherFor } = await import('../../graph/findings/audit.ts');
    const { thingOf, titleOf } = await import('../../graph/things.ts');
    const { fails } = await import('../../advisories/fail-on.ts');
    const demands = await demandsOf(options['fail-on']);
    const scope = scopeOf({ ...options, all: false });
    const now = context.now().getTime();
    return judging(context, options.mirror, async (store, base) => {
      const unknown = await beforeFirst(store, scope);
      const thing = words === undefined ? null : await thingOf(store, words, scope);
      const found = await audit(store, base, { thing, scope, now });
      const before =
        options.base === undefined
          ? null
          : await audit(store, base, {
              thing: await thingOf(store, options.base, { ...scope, includeSuperseded: true }),
              scope,
              now,
            });
      const known = new Set(
        before?.findings.filter(finding => finding.match.verdict.status === 'affected').map(sameElsewhere),
      );
      const isNew = (finding: Finding): boolean => before !== null && !known.has(sameElsewhere(finding));
      const listed =
        options.all || !context.outputs.forPeople
          ? found.findings
          : found.findings.filter(finding => finding.attention !== 'settled');
      const paged = pageOf(
        listed,
        options.after ?? null,
        options.limit ?? (context.outputs.forPeople ? SHOWN : PAGE),
      );
      const page = options.online
        ? {
            ...paged,
            items: await withBumps(context, paged.items, await matcherFor(store, base, scope, now)),
          }
        : paged;
      const view = {
        found,
        page,
        title: thing === null ? `${formatNoun(found.apps, 'app')}` : titleOf(thing),
        many: thing === null,
        base,
        now,
        unidentified: options.unidentified,
        online: options.online,
      };
      await context.outputs.print({
        table: screen => (unknown === null ? table(screen, view) : [unknown]),
        json: () => ({
          schema: 'larder.audit/1',
          mirror: { epoch: base.epoch, age: base.updated === null ? null : now - base.updated },
          counts: countsOf(found),
          unidentified: unidentifiedCount(found),
          ...(options.unidentified
            ? {
                components: found.unidentified.map(one => ({
                  app: one.bom.appName,
                  release: one.bom.release,
                  document: one.bom.document.sha256,
                  names: one.names,
                })),
              }
            : {}),
          notCovered: found.notCovered,
          findings: page.items.map(finding => ({
            ...findingJson(viewOf(finding)),
            ...(before === null ? {} : { new: isNew(finding) }),
          })),
          total: listed.length,
          next: page.next,
          ...(unknown === null ? {} : { unknown }),
        }),
        jsonl: () => page.items.map(finding => findingJson(viewOf(finding))),
        rows: () => findingRows(page.items.map(viewOf)),
        documents: findingDocuments(context, store, {
          boms: await bomsOf(store, thing, scope),
          findings: options.limit === undefined ? listed : page.items,
          by: undefined,
          namespace: undefined,
          kind: 'vdr',
        }),
      });
      return found.findings.some(finding => fails(finding.match, demands, isNew(finding)))
        ? EXIT.findings
        : EXIT.ok;
    });
  },
});

/** A finding as it would be called in another release: what it is about, without the version. */
function sameElsewhere(finding: Finding): string {
  return `${finding.vulnerability} ${finding.component}`;
}

interface Page {
  readonly items: readonly Finding[];
  readonly next: string | null;
}

function pageOf(findings: readonly Finding[], after: string | null, limit: number): Page {
  const start = after === null ? 0 : findings.findIndex(finding => finding.id === after) + 1;
  const items = findings.slice(start, start + limit);
  return { items, next: start + limit < findings.length ? (items.at(-1)?.id ?? null) : null };
}

interface View {
  readonly found: Audit;
  readonly page: Page;
  readonly title: string;
  readonly many: boolean;
  readonly base: { readonly updated: number | null };
  readonly now: number;
  readonly unidentified: boolean;
  readonly online: boolean;
}

function countsOf(found: Audit): { readonly act: number; readonly look: number; readonly settled: number } {
  const counts = { act: 0, look: 0, settled: 0 };
  for (const finding of found.findings) counts[finding.attention]++;
  return counts;
}

function unidentifiedCount(found: Audit): number {
  return found.unidentified.reduce((all, one) => all + one.names.length, 0);
}

function table(screen: Screen, view: View): string[] {
  const { found, page } = view;
  const counts = countsOf(found);
  const lines = [
    `${screen.paint('bold', view.title)}: ${formatCount(counts.act)} to act on, ${formatCount(counts.look)} to look at, ${formatCount(counts.settled)} settled`,
  ];
  lines.push(...renderTable(screen, findingLine(page.items.map(viewOf), view.many), 2, false));
  if (page.next !== null)
    lines.push(
      screen.paint(
        'dim',
        `and ${formatCount(counts.act + counts.look - page.items.length)} more; --limit N shows them`,
      ),
    );
  if (counts.settled > 0) lines.push(settledLine(found.findings.map(viewOf), '--all'));
  for (const note of bumpNote(page.items.map(viewOf), view.online)) lines.push(screen.paint('dim', note));
  lines.push(...notJudged(found, view.unidentified));
  lines.push(screen.paint('dim', mirrorLine(view.base, view.now, formatDuration)));
  return lines;
}

/** "0 findings" never stands alone when something was not looked at. */
function notJudged(found: Audit, list: boolean): string[] {
  const kinds = found.notCovered
    .slice(0, 3)
    .map(row => `${formatNoun(row.packages, 'package')} of ${row.kind} (no advisories in the mirror)`);
  const more =
    found.notCovered.length > 3
      ? [`${formatNoun(found.notCovered.length - 3, 'more kind')} of packages`]
      : [];
  const count = unidentifiedCount(found);
  const nameless =
    count === 0
      ? []
      : [`${formatNoun(count, 'component')} without an identity${list ? '' : ' (--unidentified)'}`];
  const all = [...kinds, ...more, ...nameless];
  const lines = all.length === 0 ? [] : [`not judged: ${all.join(', ')}`];
  if (list)
    for (const one of found.unidentified)
      for (const { name, version } of one.names)
        lines.push(`  ${name}${version === null ? '' : ` ${version}`}  in ${one.bom.appName}`);
  return lines;
}
