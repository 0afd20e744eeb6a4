import { isSuperseded } from '../graph/hits.ts';
import type { Shown, ShownApp, ShownDigest, ShownDocument, ShownPackage } from '../graph/show.ts';
import type { AssertionTarget } from '../model/assertion.ts';
import type { BomRecord, StatementRecord } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { isoOf } from './ask.ts';
import { claimLines } from './claims.ts';
import { formatBytes, formatCount, formatDay, formatNoun } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';
import { type Cell, renderTable } from './output/table.ts';
import { statedLines } from './stated.ts';

/** What `show` found, as lines for people. */
export function shownLines(screen: Screen, shown: Shown, scope: Scope): string[] {
  switch (shown.kind) {
    case 'app':
      return appLines(screen, shown);
    case 'document':
      return documentLines(screen, shown, scope);
    case 'package':
      return packageLines(screen, shown);
    case 'digest':
      return digestLines(screen, shown);
  }
}

/** Names of facts in one column, facts in the other; empty ones are left out. */
function facts(screen: Screen, pairs: readonly (readonly [string, Cell])[]): string[] {
  const rows = pairs
    .filter(([, value]) => value !== '' && value !== null)
    .map(([name, value]) => [{ text: name, style: 'dim' as const }, value]);
  return renderTable(screen, { columns: [{ title: 'fact' }, { title: 'value' }], rows }, 2, false);
}

const UNKNOWN: Cell = { text: 'unknown', style: 'yellow' };
const SOME = 8;

function appLines(screen: Screen, shown: ShownApp): string[] {
  const { app, release, boms, share, contacts, own } = shown;
  const title = release === null ? app.name : `${app.name} ${release}`;
  const newest = boms[0];
  const lines = [screen.paint('bold', app.retiredAt === null ? title : `${title} (retired)`)];
  lines.push(
    ...facts(screen, [
      ['key', app.key],
      ['also', app.aliases.join(', ')],
      ['labels', app.labels.map(label => `${label.key}=${label.value}`).join(', ')],
      ['newest', newest === undefined ? '' : bomText(newest)],
      [
        'holds',
        newest === undefined
          ? ''
          : `${formatNoun(newest.counts.components, 'component')}, ${formatNoun(newest.distinctPackages, 'package')}, ${formatNoun(newest.counts.dependencies, 'dependency', 'dependencies')}`,
      ],
      ['written by', newest?.tools.join(', ') ?? ''],
      ['whose parts', share === null ? UNKNOWN : shareText(share)],
      ['contact', own.length > 0 ? own.slice(0, 3).join(', ') : UNKNOWN],
    ]),
  );
  if (shown.releases.length > 1) {
    const rows = shown.releases
      .slice(0, SOME)
      .map(one => [
        one.release ?? one.branch ?? 'no release stated',
        formatNoun(one.documents, 'document'),
        formatDay(isoOf(one.lastRecorded)),
      ]);
    lines.push(
      screen.paint(null, `  ${formatNoun(shown.releases.length, 'release')}, newest first`),
      ...renderTable(
        screen,
        { columns: [{ title: 'release' }, { title: 'documents' }, { title: 'recorded' }], rows },
        4,
        false,
      ),
    );
  }
  if (contacts.length > 0) {
    const rows = contacts.map(one => [
      one.who,
      formatCount(one.components),
      one.direct ? 'direct' : '',
      one.ways[0] ?? UNKNOWN,
    ]);
    const columns = [
      { title: 'upstream' },
      { title: 'components', align: 'right' as const },
      { title: 'how', drop: 1 },
      { title: 'contact' },
    ];
    lines.push(
      screen.paint(null, '  Whom to contact upstream'),
      ...renderTable(screen, { columns, rows }, 4),
    );
  }
  return [...lines, ...statementLines(screen, shown.statements)];
}

function shareText({
  own,
  upstream,
  unknown,
}: {
  readonly own: number;
  readonly upstream: number;
  readonly unknown: number;
}): Cell {
  if (own + upstream === 0)
    return {
      text: `unknown: the document says of none of its ${formatCount(unknown)} components whose they are`,
      style: 'yellow',
    };
  const parts = [
    `${formatCount(own)} own`,
    `${formatCount(upstream)} upstream`,
    ...(unknown > 0 ? [`${formatCount(unknown)} unknown`] : []),
  ];
  return parts.join(', ');
}

function bomText(bom: BomRecord): string {
  const made =
    bom.created === null
      ? `recorded ${formatDay(isoOf(bom.document.recordedFrom))}`
      : `made ${formatDay(isoOf(bom.created))}`;
  return `${bom.document.sha256.slice(0, 8)} ${bom.document.name.split('/').at(-1) ?? ''}, ${made}, ${bom.document.trust}`;
}

function trustText(state: string, verdict: ShownDocument['verdict']): string {
  const by = verdict?.identity ? ` by ${verdict.identity}` : '';
  return `${state}${by}${verdict?.reason ? ` (${verdict.reason})` : ''}`;
}

function documentLines(
  screen: Screen,
  { document, bom, diagnostics, members, statements, verdict, stated }: ShownDocument,
  scope: Scope,
): string[] {
  const version = document.specVersion === null ? '' : ` ${document.specVersion}`;
  const status: Cell =
    document.status === 'accepted'
      ? 'accepted'
      : { text: document.status, style: document.status === 'partial' ? 'yellow' : 'red' };
  const lines = [screen.paint('bold', document.sha256)];
  lines.push(
    ...facts(screen, [
      [
        'name',
        document.container === null
          ? document.name
          : `${document.container.path} in ${document.container.sha256.slice(0, 8)}`,
      ],
      [
        'what',
        `${document.format}${version} ${document.encoding}, ${document.kind}, ${formatBytes(document.size)}`,
      ],
      ['status', status],
      ['recorded', isoOf(document.recordedFrom)],
      ['trust', trustText(document.trust, verdict)],
      [
        'app',
        bom === null
          ? ''
          : `${bom.release === null ? bom.appName : `${bom.appName} ${bom.release}`}${isSuperseded(bom, scope) ? ' (superseded)' : ''}`,
      ],
      ['known by', bom === null ? '' : bom.rule],
      [
        'about',
        bom === null
          ? ''
          : bom.subjects
              .map(subject => subject.purl ?? subject.name)
              .slice(0, 3)
              .join(', '),
      ],
      ['written by', bom?.tools.join(', ') ?? ''],
      ['made', bom === null || bom.created === null ? '' : isoOf(bom.created)],
      ['supplier', bom?.supplier ?? ''],
      [
        'holds',
        bom === null
          ? ''
          : `${formatNoun(bom.counts.components, 'component')}, ${formatNoun(bom.counts.dependencies, 'dependency', 'dependencies')}, ${formatNoun(bom.counts.files, 'file')}`,
      ],
      ['leaves out', bom === null ? '' : gapText(bom)],
    ]),
  );
  lines.push(...statedLines(screen, stated));
  for (const one of diagnostics.slice(0, SOME)) {
    const at = one.at === null ? '' : `${one.at}: `;
    lines.push(
      screen.paint(
        one.severity === 'error' ? 'red' : one.severity === 'warning' ? 'yellow' : 'dim',
        `  ${one.severity}: ${at}${one.message}`,
      ),
    );
  }
  if (diagnostics.length > SOME)
    lines.push(screen.paint('dim', `  ${formatNoun(diagnostics.length - SOME, 'more note')} (--json)`));
  if (members.length > 0) {
    const rows = members
      .slice(0, SOME)
      .map(member => [member.sha256.slice(0, 8), member.container?.path ?? member.name, member.status]);
    lines.push(
      screen.paint(null, `  holds ${formatNoun(members.length, 'document')}`),
      ...renderTable(
        screen,
        { columns: [{ title: 'document' }, { title: 'path' }, { title: 'status' }], rows },
        4,
        false,
      ),
    );
  }
  lines.push(...statementLines(screen, statements));
  lines.push(screen.paint('dim', `  larder cat ${document.sha256.slice(0, 8)} gives its bytes.`));
  return lines;
}

function gapText({ gaps, counts }: BomRecord): string {
  const of = (count: number, what: string): string[] =>
    count === 0 ? [] : [`${formatCount(count)} of ${formatCount(counts.components)} without ${what}`];
  return [
    ...of(gaps.withoutVersion, 'version'),
    ...of(gaps.withoutIdentity, 'identity'),
    ...of(gaps.withoutLicence, 'licence'),
    ...of(gaps.withoutPath, 'a path'),
    ...(gaps.withoutSubject > 0 ? ['no subject'] : []),
    ...(gaps.withoutEdges > 0 ? ['no edges'] : []),
  ].join(', ');
}

function packageLines(screen: Screen, shown: ShownPackage): string[] {
  const { resolved, found } = shown;
  const identities = resolved.identities;
  const versions = [...new Set(identities.flatMap(identity => identity.label.version ?? []))];
  const more = versions.length > SOME ? ` and ${formatNoun(versions.length - SOME, 'more', 'more')}` : '';
  const lines = [screen.paint('bold', resolved.query.text)];
  lines.push(
    ...facts(screen, [
      [
        'named',
        [...new Set(identities.map(identity => identity.label.text.replace(/[@?#].*$/, '')))]
          .slice(0, 3)
          .join(', '),
      ],
      ['versions', versions.slice(0, SOME).join(', ') + more],
      ['in', `${formatNoun(found.counts.apps, 'app')}, ${formatNoun(found.counts.documents, 'document')}`],
      ['licence', shown.licences.join(', ') || UNKNOWN],
      ['supplier', shown.suppliers.slice(0, 3).join(', ') || UNKNOWN],
      ['source', shown.source ?? UNKNOWN],
      ['contact', shown.ways.slice(0, 3).join(', ') || UNKNOWN],
    ]),
  );
  lines.push(...statementLines(screen, shown.statements));
  lines.push(screen.paint('dim', `  larder where and larder versions show which apps have it.`));
  return lines;
}

function digestLines(screen: Screen, { value, document, entries, claims }: ShownDigest): string[] {
  const lines = [screen.paint('bold', value)];
  if (document !== null) lines.push(screen.paint(null, `  is the document ${document.name}`));
  if (entries.length === 0 && claims.length === 0 && document === null)
    lines.push(screen.paint(null, '  Nothing is claimed of it: no document here states this digest.'));
  const rows = entries.map(({ hit, bom, name, version, algorithm }) => [
    version === null ? name : `${name} ${version}`,
    hit.kind,
    algorithm,
    bom.release === null ? bom.appName : `${bom.appName} ${bom.release}`,
    bom.document.sha256.slice(0, 8),
    bom.document.trust,
  ]);
  const columns = [
    { title: 'named' },
    { title: 'as', drop: 1 },
    { title: 'algorithm', drop: 3 },
    { title: 'in' },
    { title: 'document', drop: 2 },
    { title: 'trust', drop: 4 },
  ];
  const stated = entries.length === 0 && claims.length > 0 ? [] : renderTable(screen, { columns, rows });
  return [...lines, ...stated, ...(claims.length > 0 ? claimLines(screen, claims) : [])];
}

function statementLines(screen: Screen, statements: readonly StatementRecord[]): string[] {
  return statements.slice(-SOME).map(said => {
    const { type, ...body } = said.statement;
    const what = 'mark' in body ? `${body.mark}${body.value === null ? '' : `=${body.value}`}` : type;
    const because = said.because === null ? '' : `: ${said.because}`;
    const of = 'target' in body ? partText(body.target) : '';
    return screen.paint(null, `  ${said.who} said ${what}${of} on ${formatDay(isoOf(said.when))}${because}`);
  });
}

/** What a statement is about where that is only a part, or one of several spellings, of what is shown. */
function partText(target: AssertionTarget): string {
  switch (target.kind) {
    case 'package':
      return ` of ${target.purl}`;
    case 'identifier':
      return ` of ${target.identifier.replace(/^name:/, '')}`;
    case 'component':
      return ` of ${target.ref ?? `entry ${target.ordinal + 1}`} in ${target.sha256.slice(0, 8)}`;
    case 'party':
      return ` of ${target.name}`;
    default:
      return '';
  }
}
