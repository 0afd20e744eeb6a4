import type { Diagnostic } from '../model/diagnostic.ts';
import {
  type IncompleteReason,
  type Project,
  SCOPES,
  type ScannedComponent,
  type ScanScope,
  UNREAD_REASONS,
} from './extractor.ts';
import type { ScanResult } from './run.ts';

/** The shape scripts rely on, `larder.scan/1`; docs/schema/scan.json describes it. */
export interface ScanAnswer {
  readonly schema: 'larder.scan/1';
  readonly projects: readonly AnswerProject[];
  readonly diagnostics: readonly Diagnostic[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly ignored: { readonly count: number; readonly files: readonly string[] };
  /** Packages in files of an operating system's packages, which are not listed a second time. */
  readonly attributed: number;
  /** `checked` when there were advisories to check against; then the command adds `findings`. */
  readonly vulnerabilities: 'checked' | 'not checked';
}

export interface AnswerProject {
  readonly path: string;
  readonly file: string;
  readonly ecosystem: string;
  readonly name: string | null;
  readonly version: string | null;
  readonly purl: string | null;
  readonly completeness: Project['completeness'];
  readonly reasons: readonly IncompleteReason[];
  readonly components: readonly AnswerComponent[];
  /** Pairs of ordinals into `components`; -1 is the project. */
  readonly dependencies: Project['dependencies'];
  readonly links: readonly string[];
}

export interface AnswerComponent {
  readonly purl: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly range: string | null;
  /** The strongest of `scopes`; null where the files cannot tell. */
  readonly scope: ScanScope | null;
  readonly scopes: readonly ScanScope[];
  readonly direct: boolean | null;
  readonly locations: ScannedComponent['locations'];
  readonly licenses: readonly string[];
  readonly digests: readonly string[];
  readonly source: string | null;
}

export function scanAnswer(result: ScanResult, checked: boolean): ScanAnswer {
  return {
    schema: 'larder.scan/1',
    projects: result.projects.map(answerProject),
    diagnostics: result.diagnostics,
    skipped: result.skipped,
    ignored: result.ignored,
    attributed: result.attributed,
    vulnerabilities: checked ? 'checked' : 'not checked',
  };
}

/** Whether something could not be read or understood, so that the scan may not pass for a clean one. */
export function hasUnread(result: ScanResult): boolean {
  return (
    result.diagnostics.some(note => note.severity === 'error') ||
    result.projects.some(project => project.reasons.some(({ reason }) => UNREAD_REASONS.has(reason)))
  );
}

/** The strongest of the scopes a component is needed in. */
export function mainScope(component: ScannedComponent): ScanScope | null {
  return SCOPES.find(scope => component.scopes.includes(scope)) ?? null;
}

function answerProject(project: Project): AnswerProject {
  const { name, version, purl } = project.subject;
  return {
    path: project.path,
    file: project.file,
    ecosystem: project.ecosystem,
    name,
    version,
    purl,
    completeness: project.completeness,
    reasons: [...new Set(project.reasons.map(({ reason }) => reason))],
    components: project.components.map(answerComponent),
    dependencies: project.dependencies,
    links: project.links,
  };
}

function answerComponent(component: ScannedComponent): AnswerComponent {
  return {
    purl: component.purl,
    name: component.name,
    version: component.version,
    range: component.range,
    scope: mainScope(component),
    scopes: component.scopes,
    direct: component.direct,
    locations: component.locations,
    licenses: component.licences,
    digests: component.digests,
    source: component.source,
  };
}
