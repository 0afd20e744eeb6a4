import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { imageNode } from '../support/image.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { folderOf } from '../tree.ts';

/** Dockerfile and Containerfile: the images that `FROM` and `COPY --from` name. The last stage is what runs, the others build it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'docker', context);
  const importer = graph.importer(folderOf(file.path));
  const args = new Map<string, string>();
  const stages = new Set<string>();
  const images: { readonly text: string; readonly line: number; readonly isBase: boolean }[] = [];
  let line = 0;
  let joined = '';
  let start = 1;
  for (const raw of (await file.text()).split(/\r?\n/)) {
    line++;
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    if (joined === '') start = line;
    if (content.endsWith('\\')) {
      joined += `${content.slice(0, -1)} `;
      continue;
    }
    readInstruction(joined + content, start);
    joined = '';
  }
  let moving = 0;
  const last = images.findLastIndex(image => image.isBase);
  for (const [index, image] of images.entries()) {
    if (image.text.includes('$')) {
      graph.gap(
        'unresolved-property',
        `The image ${JSON.stringify(image.text)} depends on a build argument without a default.`,
        `line ${image.line}`,
      );
      continue;
    }
    const node = imageNode(image.text);
    if (node.digests?.length === 0) moving++;
    importer.direct?.set(graph.add({ ...node, line: image.line }), index === last ? 'prod' : 'build');
  }
  if (moving > 0)
    context.diagnostics.info(
      'unpinned-image',
      `${moving} of ${graph.size} images are named by a tag, which can move; a digest pins one.`,
    );
  return graph.size === 0 && images.length === 0 ? [] : graph.projects();

  function readInstruction(text: string, at: number): void {
    const words = text.split(/\s+/);
    const verb = (words[0] ?? '').toUpperCase();
    if (verb === 'ARG' && images.length === 0) {
      const [name = '', value] = (words[1] ?? '').split(/=(.*)/s);
      if (value !== undefined) args.set(name, value.replace(/^["']|["']$/g, ''));
    } else if (verb === 'FROM') {
      const rest = words.slice(1).filter(word => !word.startsWith('--'));
      const image = expand(rest[0] ?? '', args);
      if (image !== '' && image !== 'scratch' && !stages.has(image.toLowerCase()))
        images.push({ text: image, line: at, isBase: true });
      if (rest[1]?.toUpperCase() === 'AS' && rest[2] !== undefined) stages.add(rest[2].toLowerCase());
    } else if (verb === 'COPY') {
      const from = words.find(word => word.startsWith('--from='))?.slice('--from='.length);
      const image = from === undefined ? '' : expand(from, args);
      // A number or a stage's name is of this file; a plain word without a tag may be a stage of a build context.
      if (/[/:@]/.test(image) && !stages.has(image.toLowerCase()))
        images.push({ text: image, line: at, isBase: false });
    }
  }
}

/** `$NAME`, `${NAME}` and `${NAME:-default}` with what ARG gives before the first FROM. */
function expand(text: string, args: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{([A-Za-z_]\w*)(?::-([^}]*))?\}|([A-Za-z_]\w*))/g,
    (whole, braced?: string, fallback?: string, bare?: string) =>
      args.get(braced ?? bare ?? '') ?? fallback ?? whole,
  );
}
