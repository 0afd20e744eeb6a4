import { existsSync } from 'node:fs';
import type { AuditPage } from '../../graph/findings/answer.ts';
import type { Audit } from '../../graph/findings/audit.ts';
import type { Finding } from '../../graph/findings/findings.ts';
import { COUNTERS } from '../../store/findings.ts';
import { beforeFirst, scopeOf } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { FINDING_FORMATS, findingDocuments } from '../finding-output.ts';
import {
  bumpNote,
  findingJson,
  findingLine,
  findingRows,
  sameElsewhere,
  settledLine,
  uncoveredTexts,
  viewOf,
} from '../findings.ts';
import { demandsOf, failLine, judging, localVexOf, mirrorLine } from '../judge.ts';
import { catchUp } from '../keep-findings.ts';
import { FAIL_ON_OPTION, MIRROR_OPTION } from '../mirror.ts';
import { ONLINE_OPTION, withBumps } from '../online.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { formatCount, formatDuration, formatNoun } from '../output/numbers.ts';
import { FOR_PEOPLE, PAGE, pageLimit, pagesOf } from '../output/pages.ts';
import type { Screen } from '../output/screen.ts';
import { renderTable } from '../output/table.ts';

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
          summary: `findings per page (table: ${FOR_PEOPLE}, json: ${PAGE})`,
        },
        { name: 'after', value: 'NEXT', summary: 'go on after a page, with the "next" of its JSON' },
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md', 'sarif', 'cyclonedx', 'openvex', 'csaf'],
  jsonl: 'one of "findings"',
  async run(context, [words], options) {
    const { attentionIn, failsByCounts, OPEN } = await import('../../graph/findings/answer.ts');
    const { audit, bomsOf, matcherFor } = await import('../../graph/findings/audit.ts');
    const { auditPage, nextAuditPage } = await import('../../graph/findings/page.ts');
    const { thingOf, titleOf } = await import('../../graph/things.ts');
    const { fails } = await import('../../advisories/fail-on.ts');
    const demands = await demandsOf(options['fail-on'], options.base);
    const scope = scopeOf({ ...options, all: false });
    const now = context.now().getTime();
    const { forPeople } = context.outputs;
    const ofAll =
      options.base !== undefined ||
      options.unidentified ||
      demands.some(demand => demand.kind === 'epss' || demand.kind === 'fixable') ||
      FINDING_FORMATS.some(format => context.outputs.wants(format));
    return judging(context, options.mirror, async (store, base) => {
      const unknown = await beforeFirst(store, scope);
      const thing = words === undefined ? null : await thingOf(store, words, scope);
      // Other advisories than those of the larder are asked for once.
      if (thing === null && !ofAll && options.mirror === undefined)
        await catchUp(context, store, base, scope);
      const statuses = options.all || !forPeople ? null : OPEN;
      const request = {
        thing,
        scope,
        now,
        statuses,
        after: options.after ?? null,
        limit: pageLimit(context, options.limit),
        whole: ofAll,
      };
      const found = await auditPage(store, base, request);
      const before =
        options.base === undefined
          ? null
          : await audit(store, base, {
              thing: await thingOf(store, options.base, { ...scope, includeSuperseded: true }),
              scope,
              now,
            });
      const known = new Set(
        before?.findings.filter(finding => finding.match.verdict.status === 'affected').map(nameElsewhere),
      );
      const isNew = (finding: Finding): boolean => before !== null && !known.has(nameElsewhere(finding));
      const entry = (finding: Finding): object => ({
        ...findingJson(viewOf(finding)),
        ...(before === null ? {} : { new: isNew(finding) }),
      });
      const matcher = options.online ? await matcherFor(store, base, scope, now) : null;
      const shownOf = async (page: AuditPage): Promise<AuditPage> =>
        matcher === null ? page : { ...page, items: await withBumps(context, page.items, matcher) };
      const first = await shownOf(found);
      const { items } = first;
      const pages = pagesOf(context, {
        first,
        limit: options.limit,
        more: async next => shownOf(await nextAuditPage(store, base, found, { ...request, ...next })),
        noun: 'finding',
        shown: page => page.items.length,
        total: page => page.total,
      });
      const attention = attentionIn(found.counts);
      const failed =
        found.whole === null
          ? failsByCounts(found.counts, demands)
          : found.whole.findings.some(finding => fails(finding.match, demands, isNew(finding)));
      const view = {
        found,
        items,
        attention,
        title: thing === null ? `${formatNoun(found.apps, 'app')}` : titleOf(thing),
        many: thing === null,
        base,
        now,
        unidentified: options.unidentified,
        online: options.online,
        localVex: existsSync(localVexOf(context)) ? localVexOf(context) : null,
      };
      await context.outputs.print({
        table: screen =>
          unknown === null
            ? [...table(screen, view), ...failLine(screen, failed === true, options['fail-on'])]
            : [unknown],
        json: () => ({
          schema: 'larder.audit/1',
          mirror: { epoch: base.epoch, age: base.updated === null ? null : now - base.updated },
          counts: attention,
          unidentified: counted(found, 'unidentified'),
          ...(options.unidentified ? { components: (found.whole?.unidentified ?? []).map(namesJson) } : {}),
          notCovered: found.notCovered,
          findings: items.map(entry),
          total: found.total,
          next: found.next,
          ...(unknown === null ? {} : { unknown }),
        }),
        jsonl: () => pages.lines(page => page.items.map(entry)),
        rows: () => pages.tables(page => findingRows(page.items.map(viewOf))),
        documents: findingDocuments(context, store, 'vdr', async () => ({
          boms: await bomsOf(store, thing, scope),
          findings:
            options.limit === undefined && found.whole !== null
              ? found.whole.findings.filter(({ match }) => statuses?.includes(match.verdict.status) ?? true)
              : items,
          by: undefined,
          namespace: undefined,
        })),
      });
      return failed ? EXIT.findings : EXIT.ok;
    });
  },
});

function nameElsewhere({ vulnerability, purl, component }: Finding): string {
  return sameElsewhere(vulnerability, purl ?? component);
}

function counted({ counts }: AuditPage, counter: (typeof COUNTERS)[number]): number {
  return counts[COUNTERS.indexOf(counter)] ?? 0;
}

function namesJson({ bom, names }: Audit['unidentified'][number]) {
  return { app: bom.appName, release: bom.release, document: bom.document.sha256, names };
}

interface View {
  readonly found: AuditPage;
  readonly items: readonly Finding[];
  readonly attention: { readonly act: number; readonly look: number; readonly settled: number };
  readonly title: string;
  readonly many: boolean;
  readonly base: { readonly updated: number | null };
  readonly now: number;
  readonly unidentified: boolean;
  readonly online: boolean;
  /** Decisions that are kept beside the larder. */
  readonly localVex: string | null;
}

function table(screen: Screen, view: View): string[] {
  const { found, items } = view;
  const { act, look, settled } = view.attention;
  const lines = [
    `${screen.paint('bold', view.title)}: ${formatCount(act)} to act on, ${formatCount(look)} to look at, ${formatCount(settled)} settled`,
  ];
  lines.push(...renderTable(screen, findingLine(items.map(viewOf), view.many), 2, false));
  if (found.next !== null)
    lines.push(
      screen.paint('dim', `and ${formatCount(found.total - items.length)} more; --limit N shows them`),
    );
  lines.push(...settledLine(counted(found, 'not_affected'), counted(found, 'fixed'), '--all'));
  if (view.localVex !== null) lines.push(`decided: also as kept in ${view.localVex}`);
  for (const note of bumpNote(items.map(viewOf), view.online)) lines.push(screen.paint('dim', note));
  lines.push(...notJudged(found, view.unidentified));
  lines.push(screen.paint('dim', mirrorLine(view.base, view.now, formatDuration)));
  return lines;
}

/** "0 findings" never stands alone when something was not looked at. */
function notJudged(found: AuditPage, list: boolean): string[] {
  const count = counted(found, 'unidentified');
  const nameless =
    count === 0
      ? []
      : [`${formatNoun(count, 'component')} without an identity${list ? '' : ' (--unidentified)'}`];
  const all = [...uncoveredTexts(found.notCovered), ...nameless];
  const lines = all.length === 0 ? [] : [`not judged: ${all.join(', ')}`];
  if (list)
    for (const one of found.whole?.unidentified ?? [])
      for (const { name, version } of one.names)
        lines.push(`  ${name}${version === null ? '' : ` ${version}`}  in ${one.bom.appName}`);
  return lines;
}
