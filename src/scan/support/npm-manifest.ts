import { formatPurl } from '../../model/purl.ts';
import type { ProjectSubject, ScanScope, Tree } from '../extractor.ts';
import { joinPath } from '../tree.ts';
import { npmPurl } from './purls.ts';
import { at, entriesAt, isTable, parseJsonOf, type Table, tableAt, textAt } from './values.ts';

/** What a package.json says of its own package and of what it needs. */
export interface NpmManifest {
  readonly subject: ProjectSubject;
  /** In the order of the file; a name in several sections keeps the strongest. */
  readonly needs: ReadonlyMap<
    string,
    { readonly range: string; readonly scope: ScanScope; readonly section: string }
  >;
  readonly workspaces: readonly string[];
  readonly text: string;
}

/** Sections from the weakest to the strongest, so that the last one stands. `optionalDependencies` override `dependencies`, as npm has it. */
export const NPM_SECTIONS = [
  ['devDependencies', 'dev'],
  ['peerDependencies', 'peer'],
  ['dependencies', 'prod'],
  ['optionalDependencies', 'optional'],
] as const satisfies readonly (readonly [string, ScanScope])[];

/** The package.json of a folder, or null when there is none. @throws ScanError when it is none */
export async function readNpmManifest(tree: Tree, folder: string): Promise<NpmManifest | null> {
  const path = joinPath(folder, 'package.json');
  const file = path === null ? null : await tree.file(path);
  if (path === null || file === null) return null;
  const text = await file.text();
  const root = parseJsonOf(path, text);
  return isTable(root) ? npmManifest(root, text) : null;
}

export function npmManifest(root: Table, text = ''): NpmManifest {
  return { subject: npmSubject(root), needs: npmNeeds(root), workspaces: workspaceGlobs(root), text };
}

export function npmNeeds(root: unknown): NpmManifest['needs'] {
  const needs = new Map<string, { range: string; scope: ScanScope; section: string }>();
  for (const [section, scope] of NPM_SECTIONS) {
    for (const [name, range] of entriesAt(root, section)) {
      if (typeof range !== 'string') continue;
      const optionalPeer =
        section === 'peerDependencies' &&
        at(tableAt(tableAt(root, 'peerDependenciesMeta'), name), 'optional') === true;
      needs.set(name, { range, scope: optionalPeer ? 'optional' : scope, section });
    }
  }
  return needs;
}

export function npmSubject(root: unknown): ProjectSubject {
  const name = textAt(root, 'name');
  const version = textAt(root, 'version');
  const isPublished = at(root, 'private') !== true && name !== null && version !== null;
  return {
    name,
    version,
    purl: isPublished ? safePurl(name, version) : null,
    licences: npmLicences(root),
    contacts: contacts(root),
  };
}

/** `license` as text, as `{type}`, or the old `licenses` list. */
export function npmLicences(entry: unknown): string[] {
  const stated = at(entry, 'license') ?? at(entry, 'licenses') ?? at(entry, 'licence');
  const list = Array.isArray(stated) ? stated : [stated];
  return list.flatMap(one => {
    const text = typeof one === 'string' ? one : (textAt(one, 'type') ?? textAt(one, 'name'));
    return text === null || text.trim() === '' ? [] : [text];
  });
}

function contacts(root: unknown): string[] {
  const bugs = at(root, 'bugs');
  const found = [
    typeof bugs === 'string' ? bugs : textAt(bugs, 'url'),
    textAt(bugs, 'email'),
    person(at(root, 'author')),
  ];
  return [...new Set(found.filter(text => text !== null))];
}

/** The e-mail address of `Name <mail> (url)` or `{email}`. */
function person(value: unknown): string | null {
  if (typeof value !== 'string') return textAt(value, 'email');
  const open = value.indexOf('<');
  const close = value.indexOf('>', open);
  return open >= 0 && close > open + 1 ? value.slice(open + 1, close) : null;
}

function workspaceGlobs(root: unknown): string[] {
  const stated = at(root, 'workspaces');
  const list = Array.isArray(stated) ? stated : at(stated, 'packages');
  return Array.isArray(list) ? list.filter(item => typeof item === 'string') : [];
}

function safePurl(name: string, version: string): string | null {
  try {
    return formatPurl(npmPurl(name, version));
  } catch {
    return null;
  }
}
