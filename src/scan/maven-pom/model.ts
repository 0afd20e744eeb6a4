import { parseXml, type XmlElement } from '../../formats/xml.ts';
import { ScanError } from '../errors.ts';

/** One dependency as a POM states it; texts may hold `${...}`. */
export interface PomDependency {
  readonly group: string | null;
  readonly artifact: string | null;
  readonly version: string | null;
  readonly scope: string | null;
  readonly type: string | null;
  readonly classifier: string | null;
  readonly optional: boolean;
  readonly file: string;
  readonly line: number;
}

/** What one POM file says by itself. */
export interface Pom {
  readonly path: string;
  /** Fetched from a repository; then `path` is its coordinates, and no file of the tree is meant by it. */
  readonly isRemote: boolean;
  readonly group: string | null;
  readonly artifact: string | null;
  readonly version: string | null;
  readonly parent: {
    readonly group: string;
    readonly artifact: string;
    readonly version: string;
    readonly relativePath: string | null;
    readonly line: number;
  } | null;
  readonly properties: ReadonlyMap<string, string>;
  readonly dependencies: readonly PomDependency[];
  readonly managed: readonly PomDependency[];
  readonly modules: readonly string[];
  readonly licences: readonly string[];
  readonly contacts: readonly string[];
}

/** Parses a POM. Profiles count when they are active by default. @throws ScanError `malformed-file` when the root is no project; FormatError from the XML reader */
export function readPom(path: string, text: string, isRemote = false): Pom {
  const root = parseXml(text);
  if (root.name !== 'project')
    throw new ScanError(
      'malformed-file',
      `${path} is no POM: its root is ${root.name}.`,
      `line ${root.line}`,
    );
  const parent = child(root, 'parent');
  const profiles = list(root, 'profiles', 'profile').filter(
    profile => value(child(profile, 'activation'), 'activeByDefault') === 'true',
  );
  const parts = [root, ...profiles];
  return {
    path,
    isRemote,
    group: value(root, 'groupId'),
    artifact: value(root, 'artifactId'),
    version: value(root, 'version'),
    parent: parent === null ? null : parentOf(parent),
    properties: new Map(
      parts.flatMap(part =>
        (child(part, 'properties')?.children ?? []).map(entry => [entry.name, entry.text.trim()] as const),
      ),
    ),
    dependencies: parts.flatMap(part =>
      list(part, 'dependencies', 'dependency').map(entry => dependencyOf(entry, path)),
    ),
    managed: parts.flatMap(part =>
      list(child(part, 'dependencyManagement'), 'dependencies', 'dependency').map(entry =>
        dependencyOf(entry, path),
      ),
    ),
    modules: parts.flatMap(part => list(part, 'modules', 'module').map(entry => entry.text.trim())),
    licences: list(root, 'licenses', 'license').flatMap(entry => value(entry, 'name') ?? []),
    contacts: [
      value(child(root, 'issueManagement'), 'url'),
      ...list(root, 'developers', 'developer').map(entry => value(entry, 'email')),
    ].filter(text => text !== null),
  };
}

function parentOf(parent: XmlElement): Pom['parent'] {
  const group = value(parent, 'groupId') ?? '';
  const artifact = value(parent, 'artifactId') ?? '';
  const stated = child(parent, 'relativePath');
  // An empty relativePath says: look in the repository only.
  const relativePath = stated === null ? '../pom.xml' : stated.text.trim() || null;
  return { group, artifact, version: value(parent, 'version') ?? '', relativePath, line: parent.line };
}

function dependencyOf(entry: XmlElement, file: string): PomDependency {
  return {
    group: value(entry, 'groupId'),
    artifact: value(entry, 'artifactId'),
    version: value(entry, 'version'),
    scope: value(entry, 'scope'),
    type: value(entry, 'type'),
    classifier: value(entry, 'classifier'),
    optional: value(entry, 'optional') === 'true',
    file,
    line: entry.line,
  };
}

function child(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find(entry => entry.name === name) ?? null;
}

function list(element: XmlElement | null, outer: string, inner: string): readonly XmlElement[] {
  return child(element, outer)?.children.filter(entry => entry.name === inner) ?? [];
}

function value(element: XmlElement | null, name: string): string | null {
  return child(element, name)?.text.trim() || null;
}
