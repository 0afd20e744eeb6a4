/** One directive of a go.mod or go.work: blocks in brackets are taken apart. */
export interface GoLine {
  readonly verb: string;
  readonly words: readonly string[];
  readonly comment: string;
  readonly line: number;
}

/** The directives of a go.mod or go.work (go.dev/ref/mod, "Lexical elements"). Null with the line of what is none. */
export function goLines(text: string): GoLine[] | { readonly badLine: number } {
  const found: GoLine[] = [];
  let block: string | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const slashes = raw.indexOf('//');
    const content = (slashes < 0 ? raw : raw.slice(0, slashes)).trim();
    const comment = slashes < 0 ? '' : raw.slice(slashes + 2).trim();
    if (content === '') continue;
    if (block !== null && content === ')') {
      block = null;
      continue;
    }
    const words = goWords(content);
    if (block === null) {
      const verb = words[0] ?? '';
      if (!/^[a-z]+$/.test(verb)) return { badLine: index + 1 };
      if (words[1] === '(') block = verb;
      else found.push({ verb, words: words.slice(1), comment, line: index + 1 });
    } else found.push({ verb: block, words, comment, line: index + 1 });
  }
  return found;
}

function goWords(text: string): string[] {
  const words = text.match(/"[^"]*"|`[^`]*`|[^\s()]+|[()]/g) ?? [];
  return words.map(word => (/^["`]/.test(word) ? word.slice(1, -1) : word));
}

/** Modules whose source go.sum vouches for: path, version and line, in the order of the file. The `/go.mod` lines alone are of modules not needed. */
export function goSumModules(
  text: string,
): { readonly path: string; readonly version: string; readonly line: number }[] {
  const found = new Map<string, { path: string; version: string; line: number }>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [path, version, hash] = line.trim().split(/\s+/);
    if (
      path === undefined ||
      version === undefined ||
      !hash?.startsWith('h1:') ||
      version.endsWith('/go.mod')
    )
      continue;
    const key = `${path}@${version}`;
    if (!found.has(key)) found.set(key, { path, version, line: index + 1 });
  }
  return [...found.values()];
}

/** Whether a path in `replace` or `use` is a folder (go.dev/ref/mod: it begins with `./`, `../` or `/`). */
export function isGoFolder(path: string): boolean {
  return /^\.{0,2}\//.test(path) || path === '.' || path === '..';
}
