import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { hexDigest } from '../support/digests.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { vcsUrl } from '../support/purls.ts';
import { folderOf } from '../tree.ts';

interface Gem {
  readonly name: string;
  readonly version: string;
  readonly platform: string | null;
  readonly source: Section;
  readonly line: number;
  readonly needs: string[];
}

interface Section {
  readonly kind: string;
  readonly fields: Map<string, string>;
}

/** Gemfile.lock and gems.locked. Groups are in the Gemfile, which is a program: they are not known. */
export const extractor: Extractor = { extract };

const SOURCES = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE']);
const NAMED = new Set(['PLATFORMS', 'DEPENDENCIES', 'CHECKSUMS', 'RUBY VERSION', 'BUNDLED WITH']);

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'RubyGems', context);
  const text = await file.text();
  const { gems, direct, checksums } = parse(graph, file.path, text);
  const nodes = new Map<string, number[]>();
  const owners: [Gem, number][] = [];
  for (const gem of gems) {
    const digest =
      checksums.get(`${gem.name} ${gem.version}${gem.platform === null ? '' : `-${gem.platform}`}`) ?? null;
    const node = graph.add({
      name: gem.name,
      version: gem.version,
      purl: purlOf(gem),
      line: gem.line,
      digests: digest === null ? [] : [digest],
      source: sourceOf(gem.source),
    });
    const copies = nodes.get(gem.name);
    if (copies === undefined) nodes.set(gem.name, [node]);
    else copies.push(node);
    owners.push([gem, node]);
  }
  // Each platform's gem has needs of its own: a precompiled one does without what compiles the other.
  for (const [gem, from] of owners)
    for (const need of gem.needs) for (const to of nodes.get(need) ?? []) graph.edge(from, to);
  const importer = graph.importer(folderOf(file.path), undefined, direct !== null, false);
  for (const name of direct ?? []) for (const to of nodes.get(name) ?? []) importer.direct?.set(to, 'prod');
  return graph.projects();
}

function parse(
  graph: LockGraph,
  path: string,
  text: string,
): { readonly gems: Gem[]; readonly direct: string[] | null; readonly checksums: Map<string, string> } {
  const gems: Gem[] = [];
  const checksums = new Map<string, string>();
  let direct: string[] | null = null;
  let section: Section | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trimEnd();
    const content = line.trimStart();
    const indent = line.length - content.length;
    const at = `line ${index + 1}`;
    if (content === '') continue;
    if (/^(?:<<<<<<<|=======|>>>>>>>)/.test(line))
      throw new ScanError('malformed-file', `${path} has an unresolved merge conflict.`, at);
    if (indent === 0) {
      section = { kind: content, fields: new Map() };
      if (!/^[A-Z][A-Z -]*$/.test(content))
        throw new ScanError(
          'malformed-file',
          `${path} is no Gemfile.lock: ${JSON.stringify(content.slice(0, 60))} is no section.`,
          at,
        );
      // Bundler passes over sections of versions to come, and so may what they hold be missed.
      if (!SOURCES.has(content) && !NAMED.has(content))
        graph.gap('malformed-entry', `The section ${content} is not known and is left out.`, at);
      if (content === 'DEPENDENCIES') direct = [];
    } else if (section !== null && SOURCES.has(section.kind))
      readSource(graph, gems, section, indent, content, index + 1);
    else if (section?.kind === 'DEPENDENCIES') direct?.push((content.split(' ')[0] ?? '').replace(/!$/, ''));
    else if (section?.kind === 'CHECKSUMS') {
      const match = /^(\S+) \(([^)]+)\) sha256=([0-9a-f]{64})/.exec(content);
      const digest = match === null ? null : hexDigest('sha256', match[3] ?? '');
      if (match !== null && digest !== null) checksums.set(`${match[1]} ${match[2]}`, digest);
    }
  }
  return { gems, direct, checksums };
}

function readSource(
  graph: LockGraph,
  gems: Gem[],
  section: Section,
  indent: number,
  content: string,
  line: number,
): void {
  if (indent === 2) {
    const colon = content.indexOf(':');
    if (colon > 0) section.fields.set(content.slice(0, colon), content.slice(colon + 1).trim());
  } else if (indent === 4) {
    const match = /^(\S+) \(([^()]+)\)$/.exec(content);
    if (match === null) {
      graph.gap(
        'malformed-entry',
        `${JSON.stringify(content.slice(0, 100))} is no gem with a version and is left out.`,
        `line ${line}`,
      );
      return;
    }
    const [, name = '', stated = ''] = match;
    // Versions have no hyphen in a lockfile: what follows one is the platform.
    const hyphen = stated.indexOf('-');
    gems.push({
      name,
      version: hyphen < 0 ? stated : stated.slice(0, hyphen),
      platform: hyphen < 0 ? null : stated.slice(hyphen + 1),
      source: section,
      line,
      needs: [],
    });
  } else if (indent >= 6) gems.at(-1)?.needs.push(content.split(' ')[0] ?? '');
}

function purlOf({ name, version, platform, source }: Gem): Parameters<LockGraph['add']>[0]['purl'] {
  if (source.kind === 'PATH') return null;
  const qualifiers: (readonly [string, string])[] = platform === null ? [] : [['platform', platform]];
  if (source.kind === 'GIT')
    qualifiers.push(vcsUrl(source.fields.get('remote') ?? '', source.fields.get('revision') ?? null));
  return { type: 'gem', name, version, qualifiers };
}

function sourceOf(section: Section): string | null {
  const remote = section.fields.get('remote') ?? null;
  const revision = section.fields.get('revision');
  return remote === null || revision === undefined ? remote : `${remote}#${revision}`;
}
