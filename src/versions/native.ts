import type { Alternatives, Comparator, Constraint } from './constraint.ts';
import { VersionError } from './errors.ts';
import { numText, toNum } from './number.ts';
import { parsePep440 } from './pypi.ts';

/** Longer texts are no range anyone wrote. */
const MAX_LENGTH = 65_536;

/**
 * Reads a range as its ecosystem writes it: comparators joined by comma or space, `||` between alternatives, `~`, `^`, `~>`, `~=`, `1.x`,
 * `1.0 - 2.0`, intervals in brackets (Maven, NuGet), nginx's `1.4.1+`. Versions are spelled out for the schemes whose registries do so
 * (three numbers for npm, Go and Composer, PEP 440's normal form for PyPI).
 * @throws VersionError `invalid-range`.
 */
export function parseNative(text: string, scheme: string): Alternatives {
  if (text.length > MAX_LENGTH) throw refusal(text);
  if (scheme === 'nginx') return text.split(',').flatMap(part => nginxPart(part.trim()));
  if (scheme === 'openssl') return text.split(',').map(part => [equal(part.trim())]);
  if (/^\s*[[(]/.test(text)) return intervals(text, scheme);
  const alternatives = text.split(/\s*\|\|?\s*/).map(part => alternative(part.trim(), scheme));
  return alternatives;
}

function refusal(text: string): VersionError {
  const shown = text.length > 100 ? `${text.slice(0, 97)}...` : text;
  return new VersionError(
    'invalid-range',
    `${JSON.stringify(shown)} is no version range; write one like "<2.17.1" or ">=2.0, <2.17.1".`,
  );
}

function alternative(text: string, scheme: string): Constraint[] {
  const hyphen = / - /.exec(text);
  if (hyphen !== null) {
    return [
      bound('>=', text.slice(0, hyphen.index).trim(), scheme),
      bound('<=', text.slice(hyphen.index + 3).trim(), scheme),
    ];
  }
  const found: Constraint[] = [];
  const token = /[\s,]*(>=|<=|={1,3}|!=|~>|~=|~|\^|>|<)?\s*([^\s,|<>=]*)/y;
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (match === null || token.lastIndex === start) throw refusal(text);
    const [, operator = '', version = ''] = match;
    if (version === '' && operator === '') continue;
    // Conan's options of a range: they change which versions may be chosen, not which are in it.
    if (/^(?:include|loose)/.test(version)) break;
    if (version === '') throw refusal(text);
    found.push(...expand(operator, version, scheme));
  }
  return found;
}

function expand(operator: string, version: string, scheme: string): Constraint[] {
  if (/^[xX*]$/.test(version)) return scheme === 'conan' ? [bound('>=', '0.0.0', scheme)] : [];
  const wild = /^v?(\d+(?:\.\d+)*)\.[xX*]/.exec(version);
  if (wild !== null) return between(wild[1] ?? '', next(wild[1] ?? ''), operator, scheme);
  switch (operator) {
    case '^':
      return between(version, nextCaret(version), operator, scheme);
    case '~':
      return between(version, nextTilde(version), operator, scheme);
    case '~>':
    case '~=':
      return between(version, nextPessimistic(version), operator, scheme);
    case '':
    case '=':
    case '==':
    case '===':
      return [bound('=', version, scheme)];
    default:
      return [bound(operator as Comparator, version, scheme)];
  }
}

/** From one version up to before another; `>` and `<` on a wildcard mean one end only. */
function between(from: string, to: string, operator: string, scheme: string): Constraint[] {
  // Conan's `2-` comes before every prerelease of 2.
  const upper = scheme === 'conan' ? { comparator: '<' as const, version: `${to}-` } : bound('<', to, scheme);
  if (operator === '<') return [bound('<', from, scheme)];
  if (operator === '>' || operator === '!=') return [bound('>=', to, scheme)];
  if (operator === '<=') return [upper];
  return [bound('>=', from, scheme), upper];
}

function bound(comparator: Comparator, version: string, scheme: string): Constraint {
  if (version === '') throw refusal(version);
  return { comparator, version: spell(version, scheme) };
}

function equal(version: string): Constraint {
  if (version === '') throw refusal(version);
  return { comparator: '=', version };
}

/** The numbers a version starts with, as text. */
function numbersOf(version: string): string[] {
  return (/^[v=]?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0').split('.');
}

/** The same numbers with the last one raised. */
function next(numbers: string): string {
  const parts = numbers.split('.');
  return [...parts.slice(0, -1), increase(parts.at(-1) ?? '0')].join('.');
}

/** Up to the first number that is not zero. */
function nextCaret(version: string): string {
  const numbers = numbersOf(version);
  const significant = numbers.findIndex(number => !/^0+$/.test(number));
  return next(numbers.slice(0, significant < 0 ? numbers.length : significant + 1).join('.'));
}

/** Up to the second number, or the first where it is alone. */
function nextTilde(version: string): string {
  return next(numbersOf(version).slice(0, 2).join('.'));
}

/** Ruby's and Python's: all but the last number stay. */
function nextPessimistic(version: string): string {
  const numbers = numbersOf(version);
  return next(numbers.slice(0, Math.max(1, numbers.length - 1)).join('.'));
}

function increase(digits: string): string {
  return /^\d{1,15}$/.test(digits) ? String(Number(digits) + 1) : String(BigInt(digits) + 1n);
}

const SPELLED_OUT = new Set([
  'npm',
  'semver',
  'golang',
  'composer',
  'cargo',
  'hex',
  'pub',
  'swift',
  'github',
]);

/** The version as its registry spells it. */
function spell(version: string, scheme: string): string {
  if (scheme === 'pypi') return spellPep440(version);
  if (scheme === 'conan') return version.replace(/-$/, '');
  return SPELLED_OUT.has(scheme) ? spellSemver(version) : version;
}

function spellSemver(version: string): string {
  const match = /^[vV]?(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)$/.exec(version);
  if (match === null) return version;
  const [, major = '', minor = '', patch = '', rest = ''] = match;
  const numbers = [major, minor, patch].map(digits => numText(toNum(digits))).join('.');
  return /^(?:[-+.]|$)/.test(rest) ? `${numbers}${rest}` : `${numbers}-${rest}`;
}

const PEP440_WORDS: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/** PEP 440 "Normalization": `1.9.0alpha` is `1.9.0a0`. */
function spellPep440(version: string): string {
  if (parsePep440(version).legacy !== null) return version;
  return version
    .toLowerCase()
    .replace(/^v/, '')
    .replace(
      /[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?(\d*)/,
      (_, word: string, number: string) => `${PEP440_WORDS[word] ?? word}${number || '0'}`,
    )
    .replace(/[-_.]?(?:post|rev|r(?!c))[-_.]?(\d*)/, (_, number: string) => `.post${number || '0'}`)
    .replace(/[-_.]?dev[-_.]?(\d*)/, (_, number: string) => `.dev${number || '0'}`);
}

/** Maven's and NuGet's intervals: `[1.0,2.0)`, `(,1.5]`, `[1.0]`, several joined by commas. */
function intervals(text: string, scheme: string): Constraint[][] {
  const found: Constraint[][] = [];
  const token = /[\s,]*([[(])([^,()[\]]*)(,?)([^,()[\]]*)([\])])\s*/y;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) throw refusal(text);
    const [, open = '', low = '', comma = '', high = '', close = ''] = match;
    if (comma === '') found.push([bound('=', low.trim(), scheme)]);
    else {
      const constraints: Constraint[] = [];
      if (low.trim() !== '') constraints.push(bound(open === '[' ? '>=' : '>', low.trim(), scheme));
      if (high.trim() !== '') constraints.push(bound(close === ']' ? '<=' : '<', high.trim(), scheme));
      found.push(constraints);
    }
  }
  return found;
}

/** nginx: `1.4.1+` is that and later in its stable branch (even second number); in a mainline branch it has no end. */
function nginxPart(part: string): Constraint[][] {
  if (part === 'all') return [[]];
  if (part === 'none') return [];
  if (part.endsWith('+')) {
    const from = part.slice(0, -1);
    const branch = numbersOf(from).slice(0, 2);
    const stable = Number((branch[1] ?? '0').at(-1)) % 2 === 0;
    return [
      stable
        ? [
            { comparator: '>=', version: from },
            { comparator: '<', version: `${next(branch.join('.'))}.0` },
          ]
        : [{ comparator: '>=', version: from }],
    ];
  }
  const hyphen = part.indexOf('-');
  if (hyphen < 0) return [[equal(part)]];
  return [
    [
      { comparator: '>=', version: part.slice(0, hyphen) },
      { comparator: '<=', version: part.slice(hyphen + 1) },
    ],
  ];
}
