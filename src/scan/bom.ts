import type { BomDependency, BomDocument, BomEntry } from '../formats/bom-document.ts';
import { EMPTY_ENTRY, SUBJECT } from '../formats/bom-document.ts';
import type { Digest } from '../model/facts.ts';
import { type Project, SCOPES, type ScannedComponent, type ScanScope } from './extractor.ts';

export interface BomOptions {
  /** The name of the scanned folder, for a tree that names no project itself. */
  readonly name: string;
  readonly created: string | null;
  readonly tool: BomDocument['tool'];
}

/**
 * The bill of materials of a scan. Its subject is the project at the root that has a name, else the tree; further projects are components that the
 * subject needs. Packages of one lockfile are entries once, whatever its projects share; those of two lockfiles stay apart, so that no path is made up.
 */
export function scanBom(projects: readonly Project[], options: BomOptions): BomDocument {
  return new BomMaker(projects, options).document();
}

class BomMaker {
  readonly #projects: readonly Project[];
  readonly #options: BomOptions;
  readonly #main: Project | null;
  readonly #entries: BomEntry[] = [];
  readonly #scopes: Set<ScanScope>[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #places = new Map<Project, number>();
  readonly #dependencies = new Map<string, BomDependency>();

  constructor(projects: readonly Project[], options: BomOptions) {
    this.#projects = projects;
    this.#options = options;
    const named = projects.filter(project => project.path === '.' && nameOf(project) !== null);
    this.#main =
      projects.length === 1
        ? (projects[0] ?? null)
        : named.length === 0
          ? null
          : named.reduce((a, b) => (b.components.length > a.components.length ? b : a));
  }

  document(): BomDocument {
    const { created, tool } = this.#options;
    for (const project of this.#projects)
      this.#places.set(project, project === this.#main ? SUBJECT : this.#addProject(project));
    for (const project of this.#projects) this.#addComponents(project);
    this.#linkProjects();
    const components = this.#entries.map((entry, ordinal) => withScopes(entry, this.#scopes[ordinal]));
    return {
      created,
      tool,
      // What package managers installed is in use; lockfiles and manifests are what a build will take.
      lifecycle: this.#projects.some(isSystem) ? 'operations' : 'pre-build',
      subject: this.#subject(),
      components,
      dependencies: [...this.#dependencies.values()],
      completeness: this.#projects.map(project => ({
        component: this.#place(project),
        aggregate: project.completeness === 'complete' ? 'complete' : 'incomplete',
      })),
    };
  }

  #subject(): BomEntry {
    if (this.#main !== null) return projectEntry(this.#main, nameOf(this.#main) ?? this.#options.name);
    return { ...EMPTY_ENTRY, type: 'application', name: this.#options.name };
  }

  #place(project: Project): number {
    return this.#places.get(project) ?? SUBJECT;
  }

  #addProject(project: Project): number {
    const fallback = project.path === '.' ? project.file : project.path;
    this.#entries.push(projectEntry(project, nameOf(project) ?? fallback));
    this.#scopes.push(new Set());
    return this.#entries.length - 1;
  }

  #addComponents(project: Project): void {
    const ordinals = project.components.map(component => {
      const key = [
        project.file,
        component.name,
        component.version ?? component.range,
        component.purl,
        component.locations[0]?.file,
        component.locations[0]?.line,
      ].join('\0');
      let ordinal = this.#byKey.get(key);
      if (ordinal === undefined) {
        ordinal = this.#entries.length;
        this.#byKey.set(key, ordinal);
        this.#entries.push(componentEntry(component, project.ecosystem));
        this.#scopes.push(new Set());
      }
      for (const scope of component.scopes) this.#scopes[ordinal]?.add(scope);
      return ordinal;
    });
    const own = this.#place(project);
    const seen = new Set<number>();
    for (const [from, to] of project.dependencies) {
      const target = ordinals[to];
      const source = from === -1 ? own : ordinals[from];
      if (target === undefined || source === undefined) continue;
      seen.add(to);
      this.#depend(source, target, from === -1 ? usageOf(project.components[to]) : null);
    }
    // What nothing is said to need still belongs to the project that lists it.
    if (project.dependencies.length === 0)
      for (const [ordinal, to] of ordinals.entries())
        if (!seen.has(ordinal)) this.#depend(own, to, usageOf(project.components[ordinal]));
  }

  /** Links between projects, and the subject's need of those that no other project needs. */
  #linkProjects(): void {
    const needed = new Set<Project>();
    for (const project of this.#projects) {
      for (const link of project.links) {
        for (const other of this.#projects) {
          if (other === project || other.path !== link || other.ecosystem !== project.ecosystem) continue;
          needed.add(other);
          this.#depend(this.#place(project), this.#place(other), null);
        }
      }
    }
    for (const project of this.#projects) {
      const place = this.#place(project);
      if (place !== SUBJECT && !needed.has(project)) this.#depend(SUBJECT, place, null);
    }
  }

  #depend(from: number, to: number, usage: BomDependency['usage']): void {
    if (from !== to)
      this.#dependencies.set(`${from} ${to}`, this.#dependencies.get(`${from} ${to}`) ?? { from, to, usage });
  }
}

/** Whether a project is what the package manager of an operating system installed. */
function isSystem(project: Project): boolean {
  return /^pkg:(?:deb|rpm|apk)\//.test(project.components[0]?.purl ?? '');
}

function projectEntry(project: Project, name: string): BomEntry {
  const { version, purl, licences, contacts } = project.subject;
  return {
    ...EMPTY_ENTRY,
    type: isSystem(project) ? 'operating-system' : 'application',
    name,
    version,
    purl,
    licences,
    locations: [{ file: project.file, line: null }],
    references: contacts.map(contact => ({
      type: 'support',
      url: contact.includes('://') ? contact : `mailto:${contact}`,
    })),
    properties: [
      ['larder:scan:path', project.path],
      ['larder:scan:ecosystem', project.ecosystem],
      ['larder:scan:completeness', project.completeness],
      ...[...new Set(project.reasons.map(({ reason }) => reason))].map(
        reason => ['larder:scan:incomplete', reason] as const,
      ),
    ],
  };
}

function componentEntry(component: ScannedComponent, ecosystem: string): BomEntry {
  const { group, name } = splitName(component.name, ecosystem);
  return {
    ...EMPTY_ENTRY,
    type: component.purl?.startsWith('pkg:docker/') ? 'container' : 'library',
    group,
    name,
    version: component.version,
    range: component.range,
    purl: component.purl,
    digests: component.digests.flatMap(digestOf),
    licences: component.licences,
    locations: component.locations,
    references: referencesOf(component.source),
  };
}

/** Maven coordinates and npm scopes have a word of their own in BOMs; other names stand whole. */
function splitName(
  name: string,
  ecosystem: string,
): { readonly group: string | null; readonly name: string } {
  const at =
    ecosystem === 'Maven'
      ? name.indexOf(':')
      : ecosystem === 'npm' && name.startsWith('@')
        ? name.indexOf('/')
        : -1;
  return at <= 0 ? { group: null, name } : { group: name.slice(0, at), name: name.slice(at + 1) };
}

function digestOf(text: string): Digest[] {
  const colon = text.indexOf(':');
  return colon <= 0 ? [] : [{ algorithm: text.slice(0, colon), value: text.slice(colon + 1) }];
}

/** Addresses only: a path on somebody's machine is no reference. */
function referencesOf(source: string | null): BomEntry['references'] {
  if (source === null || !/^(?:git\+)?(?:https?|ssh|git):\/\/[^\s]+$/.test(source)) return [];
  const isRepository = /^(?:git\+|ssh:|git:)|\.git(?:#|$)/.test(source);
  return [{ type: isRepository ? 'vcs' : 'distribution', url: source }];
}

function withScopes(entry: BomEntry, scopes: ReadonlySet<ScanScope> | undefined): BomEntry {
  if (scopes === undefined || scopes.size === 0) return entry;
  const scope = scopes.has('prod')
    ? 'required'
    : scopes.has('optional') || scopes.has('peer')
      ? 'optional'
      : 'excluded';
  return { ...entry, scope, usage: SCOPES.filter(one => scopes.has(one)) };
}

/** The name a manifest gives; one of white space alone is none, and no BOM may carry it. */
function nameOf(project: Project): string | null {
  const { name } = project.subject;
  return name === null || name.trim() === '' ? null : name;
}

function usageOf(component: ScannedComponent | undefined): BomDependency['usage'] {
  switch (SCOPES.find(scope => component?.scopes.includes(scope))) {
    case 'prod':
      return 'runtime';
    case 'peer':
      return 'provided';
    case 'optional':
      return 'optional';
    case 'build':
      return 'build';
    case 'test':
      return 'test';
    case 'dev':
      return 'dev';
    default:
      return null;
  }
}
