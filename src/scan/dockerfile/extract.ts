import type { ExtractContext, Extractor, Project, TreeFile } from '../extractor.ts';
import { imageNode } from '../support/image.ts';
import { LockGraph } from '../support/lock-graph.ts';
import { folderOf } from '../tree.ts';

/** Dockerfile and Containerfile: the images that `FROM`, `COPY --from` and `RUN --mount` name. The last stage is what runs, the others build it. */
export const extractor: Extractor = { extract };

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const graph = new LockGraph(file.path, 'docker', context);
  const importer = graph.importer(folderOf(file.path));
  const args = new Map<string, string>();
  /** Names of stages, with the image each stands on; null for `scratch`. */
  const stages = new Map<string, number | null>();
  let last: number | null = null;
  let heredocs: Heredoc[] = [];
  const images: { readonly text: string; readonly line: number }[] = [];
  let line = 0;
  let joined = '';
  let start = 1;
  const lines = (await file.text()).split(/\r?\n/);
  const ends = new Set(lines.map(raw => raw.replace(/^\t+/, '')));
  for (const raw of lines) {
    line++;
    // What follows until the word is text for a program or a file, and may well begin with `from`.
    const [heredoc] = heredocs;
    if (heredoc !== undefined) {
      if ((heredoc.tabs ? raw.replace(/^\t+/, '') : raw) === heredoc.word) heredocs.shift();
      continue;
    }
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
      const stage = stages.get(image.toLowerCase());
      if (stage !== undefined) last = stage;
      else last = image === '' || image === 'scratch' ? null : images.push({ text: image, line: at }) - 1;
      if (rest[1]?.toUpperCase() === 'AS' && rest[2] !== undefined) stages.set(rest[2].toLowerCase(), last);
    } else if (verb === 'COPY' || verb === 'RUN' || verb === 'ADD') {
      for (const from of sourcesOf(verb, words)) {
        const image = expand(from, args);
        // A number or a stage's name is of this file; a plain word without a tag may be a stage of a build context.
        if (/[/:@]/.test(image) && !stages.has(image.toLowerCase())) images.push({ text: image, line: at });
      }
      heredocs = heredocsOf(text).filter(({ word }) => ends.has(word));
    }
  }
}

interface Heredoc {
  readonly word: string;
  /** Whether tabs before the word do not count (`<<-`). */
  readonly tabs: boolean;
}

/** `<<EOF`, `<<-"EOF"`, several in one line, each a word of its own (docs.docker.com, "Here-Documents"); `1<<N` is a shift. */
function heredocsOf(text: string): Heredoc[] {
  return [...text.matchAll(/(?<=\s\d*)<<(-?)(["']?)([A-Za-z_]\w*)\2/g)].map(([, dash, , word = '']) => ({
    word,
    tabs: dash === '-',
  }));
}

/** What `COPY --from=` and `RUN --mount=type=bind,from=` take files from. */
function sourcesOf(verb: string, words: readonly string[]): string[] {
  const option = verb === 'RUN' ? /^--mount=(?:.*,)?from=([^,]+)/ : /^--from=(.+)/;
  return words.flatMap(word => option.exec(word)?.[1] ?? []);
}

/** `$NAME`, `${NAME}` and `${NAME:-default}` with what ARG gives before the first FROM. */
function expand(text: string, args: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{([A-Za-z_]\w*)(?::-([^}]*))?\}|([A-Za-z_]\w*))/g,
    (whole, braced?: string, fallback?: string, bare?: string) =>
      args.get(braced ?? bare ?? '') ?? fallback ?? whole,
  );
}
