import { mainScope } from '../scan/answer.ts';
import type { Comparison, Difference } from '../scan/compare.ts';
import { type Project, UNREAD_REASONS } from '../scan/extractor.ts';
import type { ScanResult } from '../scan/run.ts';
import { formatCount, formatDuration, formatNoun } from './output/numbers.ts';
import type { Screen } from './output/screen.ts';
import { type Cell, renderTable } from './output/table.ts';
import { type JudgedScan, judgedLines } from './scan-findings.ts';

export interface ScanShown {
  readonly path: string;
  readonly milliseconds: number;
  readonly comparison: Comparison | null;
  readonly judged: JudgedScan | null;
}

/** How many rows of each kind people are shown; JSON has all. */
const ROWS = 25;

/** The answer of a scan for people: the sum first, then the projects, then what is not known and why. */
export function scanLines(screen: Screen, result: ScanResult, shown: ScanShown): string[] {
  return [
    ...summaryLines(result, shown),
    ...projectLines(screen, result.projects),
    ...gapLines(screen, result),
    ...skippedLines(screen, result),
    ...(result.attributed === 0
      ? []
      : [
          screen.paint(
            'dim',
            `${formatNoun(result.attributed, 'language package')} in files of the operating system's packages: listed with those alone`,
          ),
        ]),
    ...(shown.comparison === null ? [] : comparisonLines(screen, shown.comparison)),
    ...(shown.judged === null ? uncheckedLines(screen, shown) : judgedLines(screen, shown.judged)),
  ];
}

function uncheckedLines(screen: Screen, shown: ScanShown): string[] {
  return [
    `vulnerabilities: ${screen.paint('yellow', 'not checked')}. larder mirror update --for ${shown.path} fetches the advisories; larder scan ${shown.path} --add keeps what is here.`,
  ];
}

function summaryLines(result: ScanResult, shown: ScanShown): string[] {
  const components = result.projects.flatMap(project => project.components);
  const names = new Set(
    components.map(component => component.purl ?? `${component.name}@${component.version}`),
  );
  const time = formatDuration(shown.milliseconds);
  if (result.projects.length === 0) {
    return [
      `No lockfile, manifest or installed package in ${shown.path} (${formatNoun(result.walked.files, 'file')} in ${formatNoun(result.walked.folders, 'folder')}, ${time}).`,
    ];
  }
  return [
    `${formatNoun(result.projects.length, 'project')}, ${formatNoun(names.size, 'component')} in ${time}`,
  ];
}

function projectLines(screen: Screen, projects: readonly Project[]): string[] {
  const rows = projects.slice(0, ROWS).map((project): Cell[] => {
    const { components } = project;
    const direct = components.filter(component => component.direct === true).length;
    const dev = components.filter(component =>
      ['dev', 'test', 'build'].includes(mainScope(component) ?? ''),
    ).length;
    const knows = components.some(component => component.direct !== null);
    return [
      project.subject.name ?? project.path,
      project.file,
      project.ecosystem,
      formatCount(components.length),
      knows ? formatCount(direct) : '?',
      formatCount(dev),
      stateOf(project),
    ];
  });
  const columns = [
    { title: 'project' },
    { title: 'read from', drop: 1 },
    { title: 'ecosystem', drop: 3 },
    { title: 'components', align: 'right' },
    { title: 'direct', align: 'right', drop: 2 },
    { title: 'dev only', align: 'right', drop: 2 },
    { title: 'state' },
  ] as const;
  const more =
    projects.length > ROWS
      ? [
          screen.paint(
            'dim',
            `  and ${formatNoun(projects.length - ROWS, 'further project')} (-o json has all)`,
          ),
        ]
      : [];
  return [...renderTable(screen, { columns, rows }), ...more];
}

function stateOf(project: Project): Cell {
  if (project.completeness === 'complete') return project.completeness;
  const reasons = [...new Set(project.reasons.map(({ reason }) => reason))].join(', ');
  const isUnread = project.reasons.some(({ reason }) => UNREAD_REASONS.has(reason));
  return { text: `${project.completeness}: ${reasons}`, style: isUnread ? 'red' : 'yellow' };
}

/** Errors and warnings one by one, the gravest first; remarks are counted. */
function gapLines(screen: Screen, result: ScanResult): string[] {
  const grave = result.diagnostics.filter(note => note.severity === 'error');
  const rest = result.diagnostics.filter(note => note.severity === 'warning');
  const remarks = result.diagnostics.length - grave.length - rest.length;
  const lines = [...grave, ...rest].slice(0, ROWS).map(note => {
    const place = note.at === null ? '' : `${note.at}: `;
    return `  ${screen.paint(note.severity === 'error' ? 'red' : 'yellow', place)}${screen.paint(null, note.message)}`;
  });
  const hidden = grave.length + rest.length - lines.length + remarks;
  if (lines.length > 0) lines.unshift('not sure of:');
  if (hidden > 0) lines.push(screen.paint('dim', `  ${formatNoun(hidden, 'further remark')} in -o json`));
  return lines;
}

function skippedLines(screen: Screen, result: ScanResult): string[] {
  const parts: string[] = [];
  for (const [reason, entries] of Map.groupBy(result.skipped, entry => entry.reason)) {
    const names = entries
      .slice(0, 3)
      .map(entry => entry.path)
      .join(', ');
    parts.push(
      `${formatNoun(entries.length, 'folder')} of ${reason} (${names}${entries.length > 3 ? ', ...' : ''})`,
    );
  }
  const { count, files } = result.ignored;
  if (count > 0)
    parts.push(
      `${formatCount(count)} hidden by .gitignore${files.length > 0 ? `, ${files.slice(0, 3).join(', ')} among them (--no-ignore reads them)` : ''}`,
    );
  return parts.length === 0 ? [] : [screen.paint('dim', `skipped: ${parts.join('; ')}`)];
}

const KINDS: Readonly<Record<Difference['kind'], string>> = {
  missing: 'missing in the BOM',
  extra: 'in the BOM alone',
  version: 'another version',
  digest: 'another digest',
};

function comparisonLines(screen: Screen, { same, differences, unpinned }: Comparison): string[] {
  if (differences.length === 0)
    return [
      `the BOM agrees: ${formatNoun(same, 'package')} alike${unpinned > 0 ? `, ${formatCount(unpinned)} by name alone` : ''}`,
    ];
  const rows = differences
    .slice(0, ROWS)
    .map((one): Cell[] => [
      { text: KINDS[one.kind], style: one.kind === 'extra' ? 'yellow' : 'red' },
      one.name,
      one.tree.join(' '),
      one.bom.join(' '),
      one.locations[0] === undefined
        ? (one.at ?? '')
        : `${one.locations[0].file}${one.locations[0].line === null ? '' : `:${one.locations[0].line}`}`,
    ]);
  const columns = [
    { title: 'difference' },
    { title: 'package' },
    { title: 'here' },
    { title: 'BOM' },
    { title: 'place', drop: 1 },
  ];
  const more =
    differences.length > ROWS
      ? [
          screen.paint(
            'dim',
            `  and ${formatNoun(differences.length - ROWS, 'further difference')} (-o json has all)`,
          ),
        ]
      : [];
  return [
    `the BOM differs in ${formatNoun(differences.length, 'package')}, ${formatCount(same)} are alike:`,
    ...renderTable(screen, { columns, rows }),
    ...more,
  ];
}
