import type { PurlParts } from '../../model/purl.ts';
import { formatPurl } from '../../model/purl.ts';
import { pypiName } from '../../model/pypi-name.ts';
import type { ProjectSubject, Tree } from '../extractor.ts';
import { joinPath } from '../tree.ts';
import { hexDigest } from './digests.ts';
import type { LockGraph } from './lock-graph.ts';
import { vcsUrl } from './purls.ts';
import { at, entriesAt, listAt, parseTomlOf, type Table, tableAt, textAt, tomlArrayLines } from './values.ts';

export function pythonPurl(
  name: string,
  version: string | null,
  qualifiers: PurlParts['qualifiers'] = [],
): PurlParts {
  return { type: 'pypi', name: pypiName(name), version, qualifiers };
}

/** Where a Python package comes from when not from an index. */
export interface PythonSource {
  readonly kind: 'git' | 'url' | 'local';
  readonly url: string;
  readonly commit: string | null;
}

export function pythonSourcePurl(
  name: string,
  version: string | null,
  source: PythonSource | null,
): PurlParts | null {
  if (source === null) return pythonPurl(name, version);
  if (source.kind === 'local') return null;
  return pythonPurl(
    name,
    version,
    source.kind === 'git' ? [vcsUrl(source.url, source.commit)] : [['download_url', source.url]],
  );
}

/** `sha256:hex` of each file, once each. */
export function fileDigests(files: readonly unknown[]): string[] {
  const found = new Set<string>();
  for (const file of files) {
    const stated = textAt(file, 'hash') ?? (typeof file === 'string' ? file : null);
    const colon = stated?.indexOf(':') ?? -1;
    const digest =
      stated === null || colon < 0 ? null : hexDigest(stated.slice(0, colon), stated.slice(colon + 1));
    if (digest !== null) found.add(digest);
    for (const [algorithm, value] of entriesAt(file, 'hashes')) {
      const other = typeof value === 'string' ? hexDigest(algorithm, value) : null;
      if (other !== null) found.add(other);
    }
  }
  return [...found];
}

/** What a pyproject.toml says: the project, and its needs by group (`''` for the project's own). Names are normalised. */
export interface PythonManifest {
  readonly subject: ProjectSubject;
  readonly needs: readonly {
    readonly name: string;
    readonly range: string | null;
    readonly group: string;
    readonly optional: boolean;
  }[];
  readonly root: Table;
  readonly text: string;
}

export async function readPyproject(tree: Tree, folder: string): Promise<PythonManifest | null> {
  const path = joinPath(folder, 'pyproject.toml');
  const file = path === null ? null : await tree.file(path);
  if (path === null || file === null) return null;
  const text = await file.text();
  return pyprojectOf(await parseTomlOf(path, text), text);
}

export function pyprojectOf(root: Table, text: string): PythonManifest {
  const project = tableAt(root, 'project');
  const poetry = tableAt(tableAt(root, 'tool'), 'poetry');
  const needs: { name: string; range: string | null; group: string; optional: boolean }[] = [];
  const addTexts = (list: readonly unknown[], group: string, optional: boolean) => {
    for (const item of list) {
      const found = typeof item === 'string' ? splitRequirement(item) : null;
      if (found !== null) needs.push({ name: found.name, range: found.range, group, optional });
    }
  };
  addTexts(listAt(project, 'dependencies'), '', false);
  for (const [group, list] of entriesAt(project, 'optional-dependencies'))
    addTexts(Array.isArray(list) ? list : [], group, true);
  for (const [group, list] of entriesAt(root, 'dependency-groups'))
    addTexts(Array.isArray(list) ? list : [], group, false);
  for (const [group, list] of entriesAt(tableAt(tableAt(root, 'tool'), 'pdm'), 'dev-dependencies'))
    addTexts(Array.isArray(list) ? list : [], group, false);
  addTexts(listAt(tableAt(tableAt(root, 'tool'), 'uv'), 'dev-dependencies'), 'dev', false);
  const addTable = (table: Table, group: string) => {
    for (const [name, value] of Object.entries(table)) {
      if (name.toLowerCase() === 'python') continue;
      const range = typeof value === 'string' ? value : textAt(value, 'version');
      needs.push({ name: pypiName(name), range, group, optional: at(value, 'optional') === true });
    }
  };
  addTable(tableAt(poetry, 'dependencies'), '');
  addTable(tableAt(poetry, 'dev-dependencies'), 'dev');
  for (const [group, table] of entriesAt(poetry, 'group')) addTable(tableAt(table, 'dependencies'), group);
  return { subject: subjectOf(project, poetry), needs, root, text };
}

function subjectOf(project: Table, poetry: Table): ProjectSubject {
  const name = textAt(project, 'name') ?? textAt(poetry, 'name');
  const version = textAt(project, 'version') ?? textAt(poetry, 'version');
  const licence =
    textAt(project, 'license') ?? textAt(tableAt(project, 'license'), 'text') ?? textAt(poetry, 'license');
  const people = [...listAt(project, 'authors'), ...listAt(project, 'maintainers')].map(person =>
    textAt(person, 'email'),
  );
  return {
    name,
    version,
    purl: name === null ? null : safePurl(name, version),
    licences: licence === null ? [] : [licence],
    contacts: [...new Set(people.filter(email => email !== null))],
  };
}

function safePurl(name: string, version: string | null): string | null {
  try {
    return formatPurl(pythonPurl(name, version));
  } catch {
    return null;
  }
}

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*(.*)$/s;

/** A requirement of PEP 508 in its parts; null when it begins with no name. */
export function splitRequirement(text: string): {
  readonly name: string;
  readonly stated: string;
  readonly range: string | null;
  readonly url: string | null;
  readonly marker: string | null;
} | null {
  const match = NAME.exec(text.trim());
  if (match === null) return null;
  const [, stated = '', , rest = ''] = match;
  const isUrl = rest.startsWith('@');
  const semicolon = isUrl ? rest.indexOf(' ;') : rest.indexOf(';');
  const main = (semicolon < 0 ? rest : rest.slice(0, semicolon)).trim();
  const marker = semicolon < 0 ? null : rest.slice(rest.indexOf(';', semicolon) + 1).trim();
  if (isUrl) return { name: pypiName(stated), stated, range: null, url: main.slice(1).trim(), marker };
  const range = main.replace(/^\((.*)\)$/, '$1').trim();
  if (range !== '' && !/^[<>=!~,\s]/.test(range)) return null;
  return { name: pypiName(stated), stated, range: range === '' ? null : range, url: null, marker };
}

/** The version of `==1.0` or `===1.0` alone; ranges, wildcards and several clauses pin nothing. */
export function pinnedVersion(range: string | null): string | null {
  const match = /^={2,3}\s*([^\s,;*]+)$/.exec(range ?? '');
  return match?.[1] ?? null;
}

/** The `[[package]]` tables of a Python lockfile, each with its name and line; one without a name is a gap and is left out. */
export function* lockedPackages(
  graph: LockGraph,
  text: string,
  root: unknown,
  table: string,
): Generator<{ readonly entry: unknown; readonly name: string; readonly line: number | null }> {
  const lines = tomlArrayLines(text, table);
  for (const [index, entry] of listAt(root, table).entries()) {
    const line = lines[index] ?? null;
    const name = textAt(entry, 'name');
    if (name !== null) yield { entry, name, line };
    else
      graph.gap(
        'malformed-entry',
        'A package without a name is left out.',
        line === null ? null : `line ${line}`,
      );
  }
}
