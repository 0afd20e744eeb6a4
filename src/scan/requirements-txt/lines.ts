/** One logical line of a requirements file, with the number of its first physical one. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

export type Options = readonly (readonly [name: string, value: string])[];

/** Joins lines that end in a backslash, drops comments (`#` at the start or after white space) and empty lines: pip's own order. */
export function logicalLines(text: string): Line[] {
  const lines: Line[] = [];
  let joined = '';
  let start = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (joined === '') start = index + 1;
    const isComment = /^\s*#/.test(raw);
    // A comment ends a continued line instead of hiding what follows it.
    if (raw.endsWith('\\') && !isComment) {
      joined += raw.replace(/^\\+/, '').replace(/\\+$/, '');
      continue;
    }
    const content = withoutComment(isComment ? `${joined} ${raw.trimStart()}` : joined + raw);
    if (content !== '') lines.push({ text: content, number: start });
    joined = '';
  }
  const rest = withoutComment(joined);
  if (rest !== '') lines.push({ text: rest, number: start });
  return lines;
}

function withoutComment(text: string): string {
  const comment = /(?:^|\s)#/.exec(text);
  return (comment === null ? text : text.slice(0, comment.index)).trim();
}

const WITH_VALUE = new Set([
  '-r',
  '-c',
  '-e',
  '-i',
  '-f',
  '--requirement',
  '--constraint',
  '--editable',
  '--index-url',
  '--extra-index-url',
  '--find-links',
  '--no-binary',
  '--only-binary',
  '--trusted-host',
  '--use-feature',
  '--hash',
  '--config-settings',
  '--global-option',
  '--install-option',
]);

/** The requirement of a line and the options around it. A value stands after `=`, after a space, or right behind a short option. */
export function splitOptions(text: string): { readonly requirement: string; readonly options: Options } {
  const first = text.startsWith('-') ? 0 : text.search(/\s--?[a-z]/);
  if (first < 0) return { requirement: text.replaceAll('\0', ''), options: [] };
  const options: [string, string][] = [];
  const words = text.slice(first).trim().split(/\s+/);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    if (equals > 0) options.push([word.slice(0, equals), unquoted(word.slice(equals + 1))]);
    else if (/^-[rcefi]\S/.test(word) && !word.startsWith('--'))
      options.push([word.slice(0, 2), unquoted(word.slice(2).replace(/^=/, ''))]);
    else if (WITH_VALUE.has(word)) {
      const isLast = word === '-e' || word === '--editable';
      options.push([word, unquoted(isLast ? words.slice(i + 1).join(' ') : (words[i + 1] ?? ''))]);
      i += isLast ? words.length : 1;
    } else options.push([word, '']);
  }
  return { requirement: text.slice(0, first).trim(), options };
}

function unquoted(text: string): string {
  return /^"[^"]*"$|^'[^']*'$/.test(text) ? text.slice(1, -1) : text;
}
