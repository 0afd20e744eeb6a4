/** The fields of one stanza, names in lower case. */
export type Fields = ReadonlyMap<string, string>;

/** The stanzas of a control file (deb822(5)): fields until an empty line, continued by lines that begin with a blank. */
export function* stanzas(text: string): Generator<{ readonly fields: Fields; readonly line: number }> {
  let fields = new Map<string, string>();
  let start = 1;
  let name: string | null = null;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const isBlank = line.trim() === '';
    if (isBlank) {
      if (fields.size > 0) yield { fields, line: start };
      fields = new Map();
      name = null;
      continue;
    }
    if (line.startsWith('#')) continue;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      // Descriptions and lists of files are long and of no use here; folded relations are one field.
      if (name !== null && FOLDED.has(name)) fields.set(name, `${fields.get(name) ?? ''} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    if (fields.size === 0) start = number;
    name = line.slice(0, colon).toLowerCase();
    fields.set(name, line.slice(colon + 1).trim());
  }
  if (fields.size > 0) yield { fields, line: start };
}

const FOLDED: ReadonlySet<string> = new Set(['depends', 'pre-depends', 'provides', 'source']);
