import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { imageNode } from '../support/image.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { parseYamlMap, YamlMap, type YamlValue } from '../support/yaml.ts';
import { folderOf } from '../tree.ts';

/** Workflows and composite actions: the actions, reusable workflows and images they run. Only a full commit or image digest pins one. */
export const extractor: Extractor = { extract };

interface Use {
  readonly text: string;
  readonly kind: 'uses' | 'image';
  readonly line: number | null;
}

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const root = await parseYamlMap(file.path, await file.text());
  const graph = new LockGraph(file.path, 'GitHub Actions', context);
  const importer = graph.importer(folderOf(file.path), undefined, true);
  const uses = [
    ...jobUses(root.map('jobs')),
    ...stepUses(root.map('runs').list('steps')),
    ...ownImage(root.map('runs')),
  ];
  let moving = 0;
  for (const use of uses) {
    const node = nodeOf(use);
    if (node === null) continue;
    const isPinned = node.digests?.length !== 0 || /^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(node.version ?? '');
    if (!isPinned) moving++;
    importer.direct?.set(graph.add({ ...node, line: use.line }), 'build');
  }
  if (moving > 0) {
    context.diagnostics.info(
      'unpinned-action',
      `${moving} of ${graph.size} actions and images are named by a tag or branch, which its owner can move; a full commit or digest pins one.`,
    );
  }
  return graph.size === 0 ? [] : graph.projects();
}

function nodeOf({ text, kind }: Use): Parameters<LockGraph['add']>[0] | null {
  if (text.includes('${{')) return null;
  if (kind === 'image') return imageNode(text);
  if (text.startsWith('docker://')) return imageNode(text.slice('docker://'.length));
  if (text.startsWith('.') || text.startsWith('/')) return null;
  const at = text.lastIndexOf('@');
  if (at <= 0) return null;
  const version = text.slice(at + 1);
  const [owner = '', repository = '', ...rest] = text.slice(0, at).split('/');
  if (owner === '' || repository === '') return null;
  const subpath = rest.join('/') || null;
  return {
    name: text.slice(0, at),
    version,
    purl: { type: 'githubactions', namespace: owner, name: repository, version, subpath },
    digests: [],
  };
}

function jobUses(jobs: YamlMap): Use[] {
  return jobs.entries().flatMap(([, job]) => {
    if (!(job instanceof YamlMap)) return [];
    const container = job.get('container');
    const images = [
      container,
      ...job
        .map('services')
        .entries()
        .map(([, service]) => service),
    ].flatMap(imageUse);
    if (typeof container === 'string')
      images.push({ text: container, kind: 'image', line: job.line('container') });
    return [...useOf(job), ...stepUses(job.list('steps')), ...images];
  });
}

function imageUse(value: YamlValue | undefined): Use[] {
  const text = value instanceof YamlMap ? value.text('image') : null;
  return text === null || !(value instanceof YamlMap)
    ? []
    : [{ text, kind: 'image', line: value.line('image') }];
}

function stepUses(steps: readonly YamlValue[]): Use[] {
  return steps.flatMap(step => (step instanceof YamlMap ? useOf(step) : []));
}

function useOf(map: YamlMap): Use[] {
  const text = map.text('uses');
  return text === null ? [] : [{ text: text.trim(), kind: 'uses', line: map.line('uses') }];
}

/** A container action names its image, a Dockerfile beside it aside. */
function ownImage(runs: YamlMap): Use[] {
  const image = runs.text('image');
  return image?.startsWith('docker://') ? [{ text: image, kind: 'uses', line: runs.line('image') }] : [];
}
