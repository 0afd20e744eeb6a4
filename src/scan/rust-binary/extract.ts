import zlib from 'node:zlib';
import { messageOf } from '../../model/errors.ts';
import { ScanError } from '../errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { openBinary } from '../support/binary.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { at, isTable, listAt, parseJsonOf, textAt } from '../support/values.ts';
import { folderOf } from '../tree.ts';

/** Programs built with `cargo auditable`: the packages in their `.dep-v0` section, compressed JSON. Other Rust programs say nothing and are passed over. */
export const extractor: Extractor = { extract };

const SECTION = '.dep-v0';
const MAX_COMPRESSED = 4 * 1024 * 1024;
/** As much as the format's own reader takes (cargo-auditable, PARSING.md). */
const MAX_JSON = 8 * 1024 * 1024;

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const binary = await openBinary(file);
  const section = binary?.sections.find(({ name }) => name === SECTION);
  if (binary === null || section === undefined) return [];
  const packages = listAt(
    parseSection(file.path, await binary.read(section.offset, Math.min(section.size, MAX_COMPRESSED))),
    'packages',
  );
  const graph = new LockGraph(file.path, 'crates.io', context);
  const root = packages.findIndex(entry => at(entry, 'root') === true);
  const nodes = packages.map((entry, index) => (index === root ? -1 : addPackage(entry, graph)));
  const top = packages[root];
  const importer = graph.importer(
    folderOf(file.path),
    { name: textAt(top, 'name'), version: textAt(top, 'version'), purl: null, licences: [], contacts: [] },
    root >= 0,
  );
  for (const [index, entry] of packages.entries()) {
    for (const need of listAt(entry, 'dependencies')) {
      const to = typeof need === 'number' ? nodes[need] : undefined;
      if (to === undefined || to < 0) continue;
      const scope = at(packages[need as number], 'kind') === 'build' ? 'build' : 'prod';
      if (index === root) importer.direct?.set(to, scope);
      else graph.edge(nodes[index] as number, to, scope);
    }
  }
  return graph.projects();
}

function parseSection(path: string, bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = zlib.inflateSync(bytes, { maxOutputLength: MAX_JSON }).toString('utf8');
  } catch (error) {
    throw new ScanError(
      'malformed-file',
      `The list of packages in ${path} cannot be decoded: ${messageOf(error)}.`,
      SECTION,
      error,
    );
  }
  const root = parseJsonOf(path, text);
  if (!isTable(root) || !Array.isArray(at(root, 'packages')))
    throw new ScanError('malformed-file', `The list of packages in ${path} has no packages.`, SECTION);
  return root;
}

/** Sources are `crates.io`, `git`, `local` or `registry`: of the last three nothing more is known, so they have no purl. */
function addPackage(entry: unknown, graph: LockGraph): number {
  const name = textAt(entry, 'name');
  const version = textAt(entry, 'version');
  if (name === null || version === null) {
    graph.gap('malformed-entry', 'A package without a name or version is left out.');
    return -1;
  }
  const source = textAt(entry, 'source');
  return graph.add({
    name,
    version,
    purl: source === 'crates.io' ? { type: 'cargo', name, version } : null,
    scopes: [textAt(entry, 'kind') === 'build' ? 'build' : 'prod'],
    source: source === 'crates.io' ? null : source,
  });
}
