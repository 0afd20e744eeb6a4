import { ScanError, unsupportedVersion } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { integrityDigests } from '../support/digests.ts';
import { keyLines } from '../support/json-lines.ts';
import { plainJson } from '../support/jsonc.ts';
import { type Importer, LockGraph } from '../support/lock-graph.ts';
import { npmNeeds, npmSubject, readNpmManifest } from '../support/npm-manifest.ts';
import { npmSource, npmSourcePurl } from '../support/npm-source.ts';
import { at, entriesAt, isTable, parseJsonOf, textAt } from '../support/values.ts';
import { folderOf, joinPath } from '../tree.ts';

/** bun.lock: JSON with trailing commas. Keys of `packages` are places (`a/b` is the b inside of a), values are tuples that begin with `name@version`. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const text = plainJson(await file.text());
  const root = parseJsonOf(file.path, text);
  if (!isTable(root))
    throw new ScanError('malformed-file', `${file.path} is no JSON object, as such a file must be.`);
  const version = at(root, 'lockfileVersion');
  if (version !== 0 && version !== 1) throw unsupportedVersion(file.path, version, 'versions 0 and 1');
  const graph = new LockGraph(file.path, 'npm', context);
  const lines = keyLines(text, 2);
  const importers = new Map<
    string,
    { readonly importer: Importer; readonly key: string; readonly entry: unknown }
  >();
  for (const [place, entry] of entriesAt(root, 'workspaces')) {
    const folder = joinPath(folderOf(file.path), place === '' ? '.' : place);
    if (folder === null) continue;
    const manifest = await readNpmManifest(context.tree, folder).catch(() => null);
    const importer = graph.importer(folder, manifest?.subject ?? npmSubject(entry));
    importers.set(place, { importer, key: place === '' ? '' : (textAt(entry, 'name') ?? place), entry });
  }
  const nodes = new Map<string, number>();
  const members = new Map<string, Importer>();
  for (const [key, tuple] of entriesAt(root, 'packages')) {
    const line = lines.get(`packages\n${key}`) ?? null;
    const id = Array.isArray(tuple) && typeof tuple[0] === 'string' ? tuple[0] : null;
    if (id === null || !Array.isArray(tuple)) {
      graph.gap(
        'malformed-entry',
        `The entry ${JSON.stringify(key)} does not begin with name@version and is left out.`,
        line === null ? null : `line ${line}`,
      );
      continue;
    }
    const { name, reference } = splitId(id);
    const member = reference.startsWith('workspace:')
      ? importers.get(reference.slice('workspace:'.length))
      : undefined;
    if (member !== undefined) members.set(key, member.importer);
    else nodes.set(key, addPackage(graph, name, reference, tuple, line));
  }
  const link = (from: string, needs: ReturnType<typeof npmNeeds>, importer: Importer | null) => {
    for (const [name, { scope }] of needs) {
      const place = resolve(from, name, key => nodes.has(key) || members.has(key));
      const to = place === null ? undefined : nodes.get(place);
      const member = place === null ? undefined : members.get(place);
      if (to !== undefined) {
        if (importer !== null) importer.direct?.set(to, scope);
        else graph.edge(nodes.get(from) as number, to, scope);
      } else if (member !== undefined && member !== importer) importer?.links.set(member.path, scope);
    }
  };
  for (const { importer, key, entry } of importers.values()) link(key, npmNeeds(entry), importer);
  for (const [key, tuple] of entriesAt(root, 'packages')) {
    if (nodes.has(key) && Array.isArray(tuple)) link(key, npmNeeds(tuple.find(isTable)), null);
  }
  return graph.projects();
}

function splitId(id: string): { readonly name: string; readonly reference: string } {
  const at = id.indexOf('@', 1);
  return at < 0 ? { name: id, reference: '' } : { name: id.slice(0, at), reference: id.slice(at + 1) };
}

function addPackage(
  graph: LockGraph,
  name: string,
  reference: string,
  tuple: readonly unknown[],
  line: number | null,
): number {
  const source = reference.startsWith('root:') ? npmSource('file:.') : npmSource(reference);
  const version = source === null && reference !== '' ? reference : null;
  const last = tuple.at(-1);
  return graph.add({
    name,
    version,
    purl: npmSourcePurl(name, version, source),
    line,
    digests: integrityDigests(last),
    source: source === null ? null : reference,
  });
}

/** From inside to outside: `a/b/name`, `a/name`, `name`. */
function resolve(from: string, name: string, has: (key: string) => boolean): string | null {
  const parts = from === '' ? [] : packageParts(from);
  for (let count = parts.length; count >= 0; count--) {
    const key = [...parts.slice(0, count), name].join('/');
    if (has(key)) return key;
  }
  return null;
}

/** `@scope/a/b` is two packages. */
function packageParts(key: string): string[] {
  const parts: string[] = [];
  for (const part of key.split('/')) {
    const last = parts.at(-1);
    if (last?.startsWith('@') && !last.includes('/')) parts[parts.length - 1] = `${last}/${part}`;
    else parts.push(part);
  }
  return parts;
}
