/** JSON with comments and trailing commas as plain JSON of the same length: what is not JSON becomes spaces, so that places stay right. */
export function plainJson(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  let comma = -1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '"') {
      i = closingQuote(text, i);
      comma = -1;
    } else if (char === '/' && (text[i + 1] === '/' || text[i + 1] === '*')) {
      const end = commentEnd(text, i);
      parts.push(text.slice(kept, i), blank(text.slice(i, end)));
      kept = end;
      i = end - 1;
    } else if (char === ',') comma = i;
    else if (char === '}' || char === ']') {
      if (comma >= kept) {
        parts.push(text.slice(kept, comma), ' ');
        kept = comma + 1;
      }
      comma = -1;
    } else if (char.trim() !== '') comma = -1;
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

function closingQuote(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

function commentEnd(text: string, start: number): number {
  const end = text[start + 1] === '/' ? text.indexOf('\n', start) : text.indexOf('*/', start + 2);
  return end < 0 ? text.length : text[start + 1] === '/' ? end : end + 2;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
