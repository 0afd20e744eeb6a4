import type { Resolved } from '../../graph/resolve.ts';
import type { WhereAnswer, WhereRow } from '../../graph/where.ts';
import type { Scope } from '../../store/scope.ts';
import { ask, beforeFirst, GROUP_OPTION, isoOf, OLDER_OPTION, scopeOf, scopeText } from '../ask.ts';
import { claimJson, claimLines } from '../claims.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { MIRROR_OPTION } from '../mirror.ts';
import { ONLINE_OPTION } from '../online.ts';
import { SCOPE_OPTIONS } from '../options.ts';
import { briefly } from '../output/brief.ts';
import { formatCount, formatDay, formatNoun } from '../output/numbers.ts';
import { pageLimit, pagesOf } from '../output/pages.ts';
import type { Screen } from '../output/screen.ts';
import { type Cell, renderTable, spread, type TableData } from '../output/table.ts';
import { isVulnerability, whereVulnerability } from '../vulnerability.ts';

export const command = defineCommand({
  name: 'where',
  summary: 'which apps hold a package, and how they come to it',
  arguments: [
    { name: 'PACKAGE', summary: 'a name, purl, CPE, digest, vulnerability, builder, source or signer' },
    { name: 'RANGE', summary: "versions, as in '<2.17.1' or vers:maven/>=2.0|<2.17.1", optional: true },
  ],
  examples: [
    { line: 'larder where log4j-core', about: 'every app that has it' },
    { line: "larder where log4j-core '<2.17.1' --json", about: 'the affected ones, for a script' },
  ],
  options: [
    {
      title: 'How much',
      options: [
        { name: 'limit', value: 'N', integer: true, summary: 'apps per page (table: 25, json: 1000)' },
        { name: 'after', value: 'NEXT', summary: 'go on after a page, with the "next" of its JSON' },
        GROUP_OPTION,
        OLDER_OPTION,
        MIRROR_OPTION,
        ONLINE_OPTION,
      ],
    },
    SCOPE_OPTIONS,
  ],
  formats: ['table', 'json', 'jsonl', 'csv', 'md'],
  jsonl: 'one of "apps" with its match, or of "claims"; for a vulnerability of the "findings" of audit',
  async run(context, [words = '', range], options) {
    if (isVulnerability(words)) {
      return whereVulnerability(context, words, {
        scope: scopeOf({ ...options, all: false }),
        mirror: options.mirror,
        online: options.online,
        limit: options.limit,
        after: options.after,
        all: options.all,
      });
    }
    const { claimsAbout, isClaimant } = await import('../../graph/claims.ts');
    if (range === undefined && isClaimant(words))
      return claimsOf(context, words, scopeOf(options), claimsAbout);
    const { wherePages } = await import('../../graph/where.ts');
    const { asked } = await import('../../graph/range.ts');
    const scope = scopeOf(options);
    const limit = pageLimit(context, options.limit);
    await ask(context, async store => {
      const groupBy = options['group-by'] ?? null;
      const page = await wherePages(store, { ...asked(words, range), groupBy, scope });
      const answer = await page({ limit, after: options.after ?? null });
      const pages = pagesOf(context, {
        first: answer,
        limit: options.limit,
        more: page,
        noun: 'app',
        shown: appsShown,
        total: ({ counts }) => counts.apps,
      });
      const apps = await store.apps.count(scope);
      const retired = apps > 0 ? 0 : await store.apps.count({ ...scope, includeRetired: true });
      const unknown = await beforeFirst(store, scope);
      const query = range === undefined ? words : `${words} ${range}`;
      await context.outputs.print({
        table: screen =>
          unknown === null
            ? table(screen, { query, words, scope: scopeText(scope), asked: apps, retired }, answer)
            : [unknown],
        json: () => ({
          schema: 'larder.where/1',
          ...json(query, answer, apps),
          ...(unknown === null ? {} : { unknown }),
        }),
        jsonl: () => pages.lines(one => one.rows.map(row => ({ ...matchOf(row), ...appOf(row) }))),
        rows: () => pages.tables(rows),
      });
    });
    return EXIT.ok;
  },
});

/** Everything that a builder made, that came from a source, or that somebody signed. */
async function claimsOf(
  context: Context,
  words: string,
  scope: Scope,
  claimsAbout: typeof import('../../graph/claims.ts').claimsAbout,
): Promise<number> {
  await ask(context, async store => {
    const claims = await claimsAbout(store, words, scope);
    const asked = await store.apps.count(scope);
    const counts = {
      apps: 0,
      documents: new Set(claims.map(claim => claim.document.sha256)).size,
      superseded: 0,
      appsAsked: asked,
    };
    await context.outputs.print({
      table: screen =>
        claims.length === 0
          ? [`No attestation in this larder speaks of ${screen.paint(null, words)}.`]
          : [
              `${formatNoun(claims.length, 'attestation')} of ${screen.paint(null, words)}`,
              ...claimLines(screen, claims),
            ],
      json: () => ({
        schema: 'larder.where/1',
        query: words,
        total: claims.length,
        truncated: false,
        next: null,
        counts,
        groups: null,
        notCompared: [],
        suggestions: [],
        cut: false,
        matches: [],
        claims: claims.map(claimJson),
      }),
      jsonl: () => claims.map(claimJson),
      rows: () => ({
        columns: [
          { title: 'trust' },
          { title: 'as' },
          { title: 'subject' },
          { title: 'signed by' },
          { title: 'document' },
        ],
        rows: claims.map(claim => [
          claim.trust?.state ?? 'unsigned',
          claim.role,
          claim.subjects[0]?.name ?? '',
          claim.trust?.identity ?? '',
          claim.document.sha256,
        ]),
      }),
    });
  });
  return EXIT.ok;
}

function json(query: string, answer: WhereAnswer, asked: number): object {
  const matches = new Map<string, { readonly label: object; readonly apps: object[] }>();
  for (const row of answer.rows) {
    const key = `${row.match.kind} ${row.match.text} ${row.match.version}`;
    const match = matches.get(key) ?? { label: matchOf(row), apps: [] };
    matches.set(key, match);
    match.apps.push(appOf(row));
  }
  return {
    query,
    total: answer.counts.rows,
    truncated: answer.rows.length < answer.counts.rows,
    next: answer.next,
    counts: {
      apps: answer.counts.apps,
      documents: answer.counts.documents,
      superseded: answer.superseded,
      appsAsked: asked,
    },
    groups: answer.groups,
    notCompared: answer.resolved.notCompared.map(identity => identity.label.text),
    suggestions: answer.resolved.suggestions,
    cut: answer.cut,
    matches: [...matches.values()].map(match => ({ ...match.label, apps: match.apps })),
  };
}

function matchOf(row: WhereRow): object {
  return { [row.match.kind]: row.match.text, version: row.match.version };
}

function appOf(row: WhereRow): object {
  return {
    app: row.app,
    key: row.appKey,
    release: row.release,
    branch: row.branch,
    document: row.document,
    how: row.how,
    direct: row.direct,
    parents: row.parents.map(parent => parent.purl ?? parent.name),
    since: isoOf(row.since),
    superseded: row.superseded,
    trust: row.trust,
    identifiedBy: row.by,
    linkedBy: row.linked,
    joinedBy: row.joined,
    signed: row.signed,
  };
}

function rows(answer: WhereAnswer): TableData {
  const titles = ['app', 'release', 'package', 'version', 'how', 'via', 'since', 'document', 'trust'];
  return {
    columns: titles.map(title => ({ title })),
    rows: answer.rows.map(row => [
      row.app,
      row.release,
      row.match.text,
      row.match.version,
      row.how,
      row.parents.map(parent => parent.purl ?? parent.name).join(' '),
      isoOf(row.since),
      row.document,
      row.trust,
    ]),
  };
}

/** What was asked, and of how many apps. */
interface Asked {
  readonly query: string;
  readonly words: string;
  readonly scope: string;
  readonly asked: number;
  /** Where it was asked of none: the retired ones that were left out. */
  readonly retired: number;
}

function table(screen: Screen, question: Asked, answer: WhereAnswer): string[] {
  const { counts } = answer;
  const { query, words, scope, asked } = question;
  if (counts.rows === 0) return nothing(screen, question, answer);
  const head = `${query} is in ${formatCount(counts.apps)} of ${formatNoun(asked, 'app')}`;
  return [
    ...spread(screen, head, scope),
    ...groupLines(screen, answer),
    ...renderTable(screen, folded(answer)),
    ...footer(screen, words, answer),
  ];
}

/** Where nothing could be looked at, "none" would be no answer. */
function noneText({ query, asked, retired }: Asked): string {
  if (asked > 0) return `${query} is in none of ${formatNoun(asked, 'app')}`;
  if (retired === 0) return `${query} was looked for in no app: none has a document of this kind`;
  return `${query} was looked for in no app: ${retired === 1 ? 'the only one is' : `all ${formatCount(retired)} are`} retired (--all)`;
}

function nothing(screen: Screen, question: Asked, answer: WhereAnswer): string[] {
  const lines = spread(screen, noneText(question), question.scope);
  if (answer.retired > 0) {
    const [verb, them] = answer.retired === 1 ? ['has', 'it'] : ['have', 'them'];
    lines.push(`  ${formatNoun(answer.retired, 'retired app')} ${verb} it; --all shows ${them}.`);
  }
  if (answer.superseded > 0) lines.push(olderLine(answer));
  lines.push(...comparedLine(screen, answer.resolved));
  const near = answer.resolved.suggestions;
  if (near.length > 0) lines.push(screen.paint(null, `  Names like it here: ${near.join(', ')}.`));
  return lines;
}

function groupLines(screen: Screen, answer: WhereAnswer): string[] {
  if (answer.groups === null) return [];
  const columns = [
    { title: 'group' },
    { title: 'apps', align: 'right' as const },
    { title: 'documents', align: 'right' as const },
  ];
  const found = answer.groups.map(group => [group.value ?? 'no label', group.apps, group.documents]);
  return [...renderTable(screen, { columns, rows: found }), ''];
}

interface Folded {
  readonly row: WhereRow;
  readonly versions: Set<string>;
  readonly names: Set<string>;
  readonly hows: Map<string, Cell>;
}

/** One line per app and release: its versions and ways together. */
function folded(answer: WhereAnswer): TableData {
  const lines = new Map<string, Folded>();
  const shorts = countShorts(answer.rows);
  for (const row of answer.rows) {
    const key = JSON.stringify([row.appKey, row.release, row.superseded]);
    const line = lines.get(key) ?? { row, versions: new Set(), names: new Set(), hows: new Map() };
    lines.set(key, line);
    line.versions.add(row.match.version ?? 'no version');
    line.names.add(row.match.name);
    line.hows.set(howText(row), howCell(row));
  }
  const several = shorts > 1;
  const signed = answer.rows.some(row => row.trust !== 'unsigned');
  const held = answer.rows.some(row => row.signed.length > 0);
  return {
    columns: [
      { title: 'app' },
      ...(several ? [{ title: 'package', drop: 2 }] : []),
      { title: 'version' },
      { title: 'how' },
      { title: 'since', drop: 3 },
      ...(signed ? [{ title: 'trust', drop: 4 }] : []),
      ...(held ? [{ title: 'signed by', drop: 1 }] : []),
    ],
    rows: [...lines.values()].map(({ row, versions, names, hows }) => [
      row.superseded ? { text: appTitle(row), style: 'dim' as const } : appTitle(row),
      ...(several ? [[...names].join(', ')] : []),
      briefly([...versions].join(', ')),
      hows.size === 1 ? ([...hows.values()][0] ?? null) : [...hows.keys()].join('; '),
      formatDay(isoOf(row.since)),
      ...(signed ? [trustCell(row)] : []),
      ...(held ? [signersText(row)] : []),
    ]),
  };
}

function countShorts(rows: readonly WhereRow[]): number {
  return new Set(rows.map(row => row.match.name)).size;
}

function appTitle(row: WhereRow): string {
  const release = row.release ?? row.branch;
  const title = release === null ? row.app : `${row.app} ${release}`;
  return briefly(row.superseded ? `${title} (superseded)` : title);
}

function howCell(row: WhereRow): Cell {
  const text = howText(row);
  return row.how === 'none' ? { text, style: 'yellow' } : text;
}

function trustCell(row: WhereRow): Cell {
  if (row.trust === 'verified') return { text: row.trust, style: 'green' };
  return row.trust === 'failed' ? { text: row.trust, style: 'red' } : row.trust;
}

/** Who signed what the app's document is about: the model, the image. */
function signersText(row: WhereRow): string {
  return [...new Set(row.signed.map(one => one.identity ?? one.name))].join(', ');
}

const MOST_PARENTS = 1;

const JOINED_BY = {
  digest: 'digest',
  'bom-link': 'BOM-Link',
  'document-ref': 'document reference',
  assertion: "a user's word",
  purl: 'purl',
} as const;

function howText(row: WhereRow): string {
  const linked =
    row.joined !== null
      ? `, by ${JOINED_BY[row.joined.rule]}`
      : row.linked === null
        ? ''
        : `, linked by ${row.linked.who}`;
  return row.by === null ? wayText(row) + linked : `${wayText(row)}, identified by ${row.by.who}${linked}`;
}

function wayText(row: WhereRow): string {
  if (row.how === 'direct') return 'direct';
  if (row.how === 'subject') return 'the app itself';
  const names = [...new Set(row.parents.map(parent => parent.short))];
  const more = names.length > MOST_PARENTS ? ` and ${names.length - MOST_PARENTS} more` : '';
  const via = briefly(`${names.slice(0, MOST_PARENTS).join(', ')}${more}`);
  if (row.how === 'transitive') return `via ${via}`;
  return names.length > 0 ? `no path from the app, under ${via}` : 'no path stated';
}

function appsShown(answer: WhereAnswer): number {
  return new Set(answer.rows.map(row => row.appKey)).size;
}

function footer(screen: Screen, words: string, answer: WhereAnswer): string[] {
  const { counts } = answer;
  const lines: string[] = [];
  const apps = appsShown(answer);
  if (apps < counts.apps) {
    lines.push(
      `  ${formatCount(apps)} of ${formatNoun(counts.apps, 'app')} shown; --limit ${counts.apps} shows all.`,
    );
  }
  if (answer.superseded > 0) lines.push(olderLine(answer));
  lines.push(...comparedLine(screen, answer.resolved));
  if (answer.cut)
    lines.push(
      '  Apps that hold one of these documents by its digest or a link only were not looked for: there are too many.',
    );
  const first = answer.rows[0];
  const evidence = `  Evidence: ${formatNoun(counts.documents, 'document')}.`;
  const next =
    first === undefined
      ? ''
      : `larder why ${quote(nameFor(first, answer.rows))} ${quote(words)} shows the path.`;
  // A command is of use only whole: where it does not fit, it has a line of its own.
  const together = `${evidence} ${next}`;
  lines.push(
    ...(together.length <= screen.width ? [together] : [evidence, `  ${next}`]).map(line =>
      screen.paint('dim', line),
    ),
  );
  return lines;
}

/** A name by which `why` finds the row's app: its key where another app here has the same name. */
function nameFor(row: WhereRow, rows: readonly WhereRow[]): string {
  return rows.some(other => other.app === row.app && other.appKey !== row.appKey) ? row.appKey : row.app;
}

function olderLine(answer: WhereAnswer): string {
  const { superseded } = answer;
  return `  ${formatNoun(superseded, 'older document')} had it too; --all shows ${superseded === 1 ? 'it' : 'them'}.`;
}

function comparedLine(screen: Screen, resolved: Resolved): string[] {
  const count = resolved.notCompared.length;
  if (count === 0) return [];
  const some = resolved.notCompared.slice(0, 2).map(identity => identity.label.text);
  return [
    screen.paint(
      'yellow',
      `  Not judged: ${formatNoun(count, 'version')} that cannot be compared with the range, as in ${some.join(', ')}.`,
    ),
  ];
}

/** A word as a shell takes it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
