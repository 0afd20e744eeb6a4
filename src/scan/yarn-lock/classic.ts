import { ScanError } from '../errors.ts';
import type { ExtractContext } from '../extractor.ts';
import { integrityDigests } from '../support/digests.ts';
import type { Importer, LockGraph } from '../support/lock-graph.ts';
import { type NpmManifest, readNpmManifest } from '../support/npm-manifest.ts';
import { isRegistryTarball, npmSource, npmSourcePurl } from '../support/npm-source.ts';
import { workspaceFolders } from '../support/workspaces.ts';
import { folderOf } from '../tree.ts';

interface Entry {
  readonly patterns: readonly string[];
  readonly line: number;
  readonly fields: Map<string, string>;
  readonly needs: { readonly name: string; readonly range: string; readonly optional: boolean }[];
}

/** Reads Yarn 1's format; what is direct comes from package.json and those of its workspaces. */
export async function readClassic(
  graph: LockGraph,
  path: string,
  text: string,
  context: ExtractContext,
): Promise<void> {
  const entries = parseClassic(path, text);
  const root = await readNpmManifest(context.tree, folderOf(path)).catch(() => null);
  const importers: { readonly importer: Importer; readonly manifest: NpmManifest }[] = [];
  if (root !== null) {
    importers.push({ importer: graph.importer(folderOf(path), root.subject), manifest: root });
    for (const folder of await workspaceFolders(
      context.tree,
      folderOf(path),
      root.workspaces,
      'package.json',
    )) {
      const manifest = await readNpmManifest(context.tree, folder).catch(() => null);
      if (manifest !== null) importers.push({ importer: graph.importer(folder, manifest.subject), manifest });
    }
  }
  const members = new Map(importers.map(({ importer, manifest }) => [manifest.subject.name, importer]));
  const index = addEntries(graph, entries);
  for (const [from, entry] of entries.entries()) {
    for (const need of entry.needs) {
      const to = index.find(need.name, need.range);
      if (to !== null) graph.edge(from, to, need.optional ? 'optional' : 'prod');
    }
  }
  for (const { importer, manifest } of importers) {
    for (const [name, { range, scope, section }] of manifest.needs) {
      const to = index.find(name, range);
      const member = members.get(name);
      if (to !== null) importer.direct?.set(to, scope);
      else if (member !== undefined && member !== importer) importer.links.set(member.path, scope);
      else if (section !== 'peerDependencies' && npmSource(range)?.kind !== 'local') {
        graph.gap(
          'lock-out-of-date',
          `${importer.path === '.' ? '' : `${importer.path}/`}package.json asks for ${name} ${range}, which the lockfile does not hold; run yarn install and scan again.`,
        );
      }
    }
    if (importer === importers[0]?.importer)
      for (const other of importers.slice(1)) importer.links.set(other.importer.path, 'prod');
  }
}

/** Finds packages by what asks for them: the exact pattern, else the only entry of that name (a resolution may have replaced the range). */
function addEntries(
  graph: LockGraph,
  entries: readonly Entry[],
): { readonly find: (name: string, range: string) => number | null } {
  const byPattern = new Map<string, number>();
  const byName = new Map<string, number[]>();
  for (const entry of entries) {
    const node = graph.add(nodeOf(entry));
    for (const pattern of entry.patterns) {
      byPattern.set(pattern, node);
      const { name } = splitPattern(pattern);
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [node]);
      else if (known.at(-1) !== node) known.push(node);
    }
  }
  return {
    find: (name, range) => {
      const exact =
        byPattern.get(`${name}@${range}`) ?? byPattern.get(range === '' ? name : `${name}@npm:${range}`);
      const named = byName.get(name) ?? [];
      return exact ?? (named.length === 1 ? (named[0] ?? null) : null);
    },
  };
}

function nodeOf(entry: Entry): Parameters<LockGraph['add']>[0] {
  const first = splitPattern(entry.patterns[0] ?? '');
  const alias = /^npm:(@?[^@]+)(?:@|$)/.exec(first.range);
  const name = alias?.[1] ?? first.name;
  const version = entry.fields.get('version') ?? null;
  const resolved = entry.fields.get('resolved') ?? null;
  // A local package has no place of its own in the lockfile: its pattern says so.
  const stated = npmSource(resolved ?? first.range);
  const source =
    stated?.kind === 'tarball' &&
    resolved !== null &&
    isRegistryTarball(stated.url, name) &&
    stated.commit === null
      ? null
      : stated;
  const integrity = integrityDigests(entry.fields.get('integrity'));
  const sha1 = /#([0-9a-f]{40})$/.exec(resolved ?? '')?.[1];
  const digests =
    integrity.length > 0 || sha1 === undefined || source !== null ? integrity : [`sha1:${sha1}`];
  return {
    name,
    version,
    purl: npmSourcePurl(name, version, source),
    line: entry.line,
    digests,
    source: resolved,
  };
}

function splitPattern(pattern: string): { readonly name: string; readonly range: string } {
  const at = pattern.indexOf('@', 1);
  return at < 0 ? { name: pattern, range: '' } : { name: pattern.slice(0, at), range: pattern.slice(at + 1) };
}

/** The entries of a Yarn 1 lockfile. @throws ScanError `malformed-file` at the first line that is none of its grammar */
export function parseClassic(path: string, text: string): Entry[] {
  const entries: Entry[] = [];
  let entry: Entry | null = null;
  let section: string | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const indent = line.length - content.length;
    const at = `line ${index + 1}`;
    if (indent === 0) {
      if (!content.endsWith(':'))
        throw new ScanError('malformed-file', `${path}: an entry of a yarn.lock ends with a colon.`, at);
      entry = { patterns: words(content.slice(0, -1), ','), line: index + 1, fields: new Map(), needs: [] };
      section = null;
      entries.push(entry);
    } else if (entry === null)
      throw new ScanError('malformed-file', `${path}: a field outside of an entry.`, at);
    else if (indent <= 2) {
      section = content.endsWith(':') ? content.slice(0, -1) : null;
      const [key, value] = words(content, ' ');
      if (section === null && key !== undefined && value !== undefined)
        entry.fields.set(key.replace(/:$/, ''), value);
    } else if (section === 'dependencies' || section === 'optionalDependencies') {
      const [name, range = ''] = words(content, ' ');
      if (name !== undefined)
        entry.needs.push({
          name: name.replace(/:$/, ''),
          range,
          optional: section === 'optionalDependencies',
        });
    }
  }
  return entries;
}

/** Words parted by spaces or commas; quoted ones are JSON strings. */
function words(text: string, separator: ' ' | ','): string[] {
  const found: string[] = [];
  for (let i = 0; i < text.length; ) {
    const char = text[i] as string;
    if (char === ' ' || char === separator) i++;
    else if (char === '"') {
      let end = i + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      found.push(text.slice(i + 1, end).replaceAll(/\\(.)/g, '$1'));
      i = end + 1;
    } else {
      const end = text.indexOf(separator, i);
      found.push((end < 0 ? text.slice(i) : text.slice(i, end)).trim());
      i = end < 0 ? text.length : end;
    }
  }
  return found;
}
