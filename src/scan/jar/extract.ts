import { createHash } from 'node:crypto';
import { archiveOf, members } from '../../io/archive.ts';
import { Budget } from '../../io/budget.ts';
import { IoError } from '../../io/errors.ts';
import { LIMITS } from '../../io/limits.ts';
import { messageOf } from '../../model/errors.ts';
import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { mavenPurl } from '../support/purls.ts';
import { folderOf } from '../tree.ts';
import { type Coordinates, identify, type JarNotes, parseManifest, parsePomProperties } from './identity.ts';

/**
 * Java archives and the archives in them (WAR, EAR, fat JARs), opened in memory. All of one folder are one project; an archive needs what is in it. What several
 * pom.properties name was packed into one archive, and each is a component.
 */
export const extractor: Extractor = { extract };

/** What the archives of one folder may hold together. The largest servers seen have some thousand. */
const MAX_ARCHIVES = 20_000;
const MAX_BYTES = 4 * 1024 * 1024 * 1024;
const NOTE = /^META-INF\/(?:MANIFEST\.MF|maven\/[^/]+\/[^/]+\/pom\.(?:properties|xml))$/i;
const ARCHIVE = /\.(?:jar|war|ear|aar|jpi|hpi|sar|kar)$/i;

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'Maven', context);
  graph.importer(folderOf(file.path), undefined, false);
  const budget = { archives: MAX_ARCHIVES, bytes: MAX_BYTES };
  for (const path of context.together) {
    const bytes = await bytesOf(path, graph, context);
    if (bytes === null) continue;
    const whole = Budget.ofWhole(path, bytes.length);
    await addArchive({ path, bytes, depth: 0, holder: null, whole }, graph, budget);
  }
  return graph.projects();
}

async function bytesOf(path: string, graph: LockGraph, context: ExtractContext): Promise<Uint8Array | null> {
  try {
    const file = await context.tree.file(path);
    const bytes = await file?.bytes(LIMITS.fileBytes);
    return bytes ?? null;
  } catch (error) {
    graph.gap('too-large', messageOf(error), path);
    return null;
  }
}

interface Archive {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly depth: number;
  readonly holder: number | null;
  /** Of the file they all lie in: bounds of each by itself let an archive of archives grow by their product. */
  readonly whole: Budget;
}

async function addArchive(
  archive: Archive,
  graph: LockGraph,
  budget: { archives: number; bytes: number },
): Promise<void> {
  const { path, bytes, depth, holder, whole } = archive;
  budget.bytes -= bytes.length;
  if (--budget.archives < 0 || budget.bytes < 0) {
    graph.gap(
      'too-large',
      `More than ${MAX_ARCHIVES} archives or ${MAX_BYTES / 1024 / 1024} MiB in them; the rest is not read.`,
      path,
    );
    return;
  }
  if (archiveOf(bytes) !== 'zip') {
    graph.gap(
      'malformed-entry',
      `${path} is no zip archive, as a Java archive must be; it is left out.`,
      path,
    );
    return;
  }
  const { notes, inner } = await readArchive(archive, graph);
  const node = addNodes(archive, notes, inner.length > 0, graph);
  if (holder !== null && node !== null) graph.edge(holder, node);
  for (const { name, content } of inner) {
    if (whole.isSpent) return;
    if (depth + 1 > LIMITS.depth)
      graph.gap(
        'too-large',
        `${path} holds archives more than ${LIMITS.depth} deep; they are not read.`,
        path,
      );
    else
      await addArchive(
        { path: `${path}!/${name}`, bytes: content, depth: depth + 1, holder: node ?? holder, whole },
        graph,
        budget,
      );
  }
}

interface Inner {
  readonly name: string;
  readonly content: Uint8Array;
}

async function readArchive(
  { path, bytes, whole }: Archive,
  graph: LockGraph,
): Promise<{ readonly notes: JarNotes; readonly inner: readonly Inner[] }> {
  const properties: Coordinates[] = [];
  const poms: { group: string; artifact: string }[] = [];
  const inner: Inner[] = [];
  let manifest: ReadonlyMap<string, string> = new Map();
  try {
    const isWanted = (name: string) => NOTE.test(name) || ARCHIVE.test(name);
    for await (const member of members(bytes, 'zip', path, isWanted, LIMITS, whole)) {
      if (member.problem !== null) {
        graph.gap('malformed-entry', member.problem.message, path);
        continue;
      }
      const name = member.path;
      if (ARCHIVE.test(name)) inner.push({ name, content: member.bytes });
      else if (/MANIFEST\.MF$/i.test(name)) manifest = parseManifest(textOf(member.bytes));
      else if (name.endsWith('.properties')) {
        const found = parsePomProperties(textOf(member.bytes));
        if (found !== null) properties.push(found);
      } else {
        const [, , group = '', artifact = ''] = name.split('/');
        poms.push({ group, artifact });
      }
    }
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    graph.gap(error.code === 'corrupt' ? 'malformed-entry' : 'too-large', error.message, path);
  }
  return { notes: { properties, poms, manifest }, inner };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 1024 * 1024)).toString('utf8');
}

/** The archive itself and what was packed into it; null where nothing says what it is. */
function addNodes(
  { path, bytes }: Archive,
  notes: JarNotes,
  hasInner: boolean,
  graph: LockGraph,
): number | null {
  const { own, packed } = identify(path, notes);
  if (own === null) return null;
  const digests = ['sha1', 'sha256'].map(
    algorithm => `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`,
  );
  const licence = notes.manifest.get('bundle-license');
  const node = graph.add({
    ...coordinatesOf(own),
    file: path,
    digests,
    licences: licence === undefined || !/^[\w. +()-]{1,80}$/.test(licence) ? [] : [licence],
    source: hasInner ? null : (notes.manifest.get('bundle-docurl') ?? null),
  });
  for (const one of packed) graph.edge(node, graph.add({ ...coordinatesOf(one), file: path }));
  return node;
}

function coordinatesOf({ group, artifact, version }: Coordinates): Parameters<LockGraph['add']>[0] {
  return {
    name: group === null ? artifact : `${group}:${artifact}`,
    version,
    purl: group === null ? null : mavenPurl(group, artifact, version),
    scopes: ['prod'],
  };
}
