/**
 * The pattern rules of gitignore(5), exact: anchoring, `**`, classes, escapes, negation, folder-only patterns. A pattern is compiled to steps that are
 * matched with memory of what failed, so that time is bounded by pattern times path length: no regular expression is made from a hostile file.
 */
export interface IgnoreRule {
  readonly negated: boolean;
  readonly folderOnly: boolean;
  /** Without a slash in the pattern: it is matched against the base name alone, at any depth. */
  readonly baseName: boolean;
  readonly steps: readonly Step[];
}

type Step =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'star' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** More rules than this in one file, or longer ones, are not a person's .gitignore. */
const MAX_RULES = 10_000;
const MAX_PATTERN = 1_000;

/** The rules of one .gitignore file, in order. Lines that are no pattern are left out. */
export function parseIgnore(text: string): IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (rules.length >= MAX_RULES) break;
    const rule = line.length <= MAX_PATTERN ? parseRule(line) : null;
    if (rule !== null) rules.push(rule);
  }
  return rules;
}

/**
 * What the rules of one file say of a path relative to that file's folder: true ignored, false taken back by a negation, null nothing.
 * The last rule that matches decides.
 */
export function judge(rules: readonly IgnoreRule[], path: string, isFolder: boolean): boolean | null {
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i] as IgnoreRule;
    if (rule.folderOnly && !isFolder) continue;
    const text = rule.baseName ? path.slice(path.lastIndexOf('/') + 1) : path;
    if (matchSteps(rule.steps, text)) return !rule.negated;
  }
  return null;
}

function parseRule(line: string): IgnoreRule | null {
  let pattern = trimTrailingSpaces(line);
  if (pattern === '' || pattern.startsWith('#')) return null;
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const folderOnly = pattern.endsWith('/') && !pattern.endsWith('\\/');
  if (folderOnly) pattern = pattern.slice(0, -1);
  if (pattern === '') return null;
  const baseName = !pattern.includes('/');
  if (pattern.startsWith('/')) pattern = pattern.slice(1);
  const steps = compile(pattern);
  return steps === null ? null : { negated, folderOnly, baseName, steps };
}

/** Trailing spaces do not count unless quoted with a backslash. */
function trimTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end--;
  return line.slice(0, end);
}

/** Null for a pattern that can match nothing (a trailing backslash, an open class), as git treats them. */
function compile(pattern: string): Step[] | null {
  const steps: Step[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '\\') {
      i++;
      if (i >= pattern.length) return null;
      steps.push({ kind: 'char', char: pattern[i] as string });
    } else if (char === '?') steps.push({ kind: 'one' });
    else if (char === '[') {
      const found = readClass(pattern, i);
      if (found === null) return null;
      steps.push(found.step);
      i = found.end;
    } else if (char !== '*') steps.push({ kind: 'char', char });
    else {
      let end = i;
      while (pattern[end + 1] === '*') end++;
      const whole = end === i + 1 && (i === 0 || pattern[i - 1] === '/');
      if (whole && pattern[end + 1] === '/') {
        steps.push({ kind: 'folders' });
        end++;
      } else if (whole && end + 1 === pattern.length) steps.push({ kind: 'all' });
      else steps.push({ kind: 'star' });
      i = end;
    }
  }
  return steps;
}

const POSIX: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  alnum: [
    ['0', '9'],
    ['A', 'Z'],
    ['a', 'z'],
  ],
  alpha: [
    ['A', 'Z'],
    ['a', 'z'],
  ],
  digit: [['0', '9']],
  lower: [['a', 'z']],
  upper: [['A', 'Z']],
  space: [
    ['\t', '\r'],
    [' ', ' '],
  ],
  punct: [
    ['!', '/'],
    [':', '@'],
    ['[', '`'],
    ['{', '~'],
  ],
  xdigit: [
    ['0', '9'],
    ['A', 'F'],
    ['a', 'f'],
  ],
};

function readClass(pattern: string, start: number): { readonly step: Step; readonly end: number } | null {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  const ranges: (readonly [string, string])[] = [];
  for (let first = true; ; first = false) {
    const char = pattern[i];
    if (char === undefined) return null;
    if (char === ']' && !first) return { step: { kind: 'class', negated, ranges }, end: i };
    const posix = /^\[:([a-z]+):\]/.exec(pattern.slice(i, i + 12));
    if (posix !== null) {
      const known = Object.hasOwn(POSIX, posix[1] as string) ? POSIX[posix[1] as string] : undefined;
      if (known === undefined) return null;
      ranges.push(...known);
      i += posix[0].length;
      continue;
    }
    if (char === '\\') i++;
    const low = pattern[i];
    if (low === undefined) return null;
    i++;
    if (pattern[i] === '-' && pattern[i + 1] !== undefined && pattern[i + 1] !== ']') {
      i++;
      if (pattern[i] === '\\') i++;
      const high = pattern[i];
      if (high === undefined) return null;
      i++;
      ranges.push([low, high]);
    } else ranges.push([low, low]);
  }
}

/** Matches the whole text by following all places in the pattern at once, so that many stars cost no more than pattern times path. */
function matchSteps(steps: readonly Step[], text: string): boolean {
  let places = new Uint8Array(steps.length + 1);
  reach(steps, places, 0);
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    const next = new Uint8Array(steps.length + 1);
    for (const [place, step] of steps.entries()) {
      if (places[place] === 0) continue;
      if (step.kind === 'star') {
        if (char !== '/') reach(steps, next, place);
      } else if (step.kind === 'folders') {
        next[place] = 1;
        if (char === '/') reach(steps, next, place + 1);
      } else if (step.kind === 'all') {
        next[place] = 1;
        next[place + 1] = 1;
      } else if (matchesOne(step, char)) reach(steps, next, place + 1);
    }
    places = next;
  }
  return places[steps.length] === 1;
}

/** Marks a place and those that follow it without a character: what comes after a star or a run of folders, which may be empty. */
function reach(steps: readonly Step[], places: Uint8Array, place: number): void {
  places[place] = 1;
  const kind = steps[place]?.kind;
  if (kind === 'star' || kind === 'folders') reach(steps, places, place + 1);
}

function matchesOne(step: Step, char: string): boolean {
  switch (step.kind) {
    case 'char':
      return step.char === char;
    case 'one':
      return char !== '/';
    case 'class':
      return char !== '/' && step.ranges.some(([low, high]) => char >= low && char <= high) !== step.negated;
    default:
      return false;
  }
}
