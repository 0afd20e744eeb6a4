import type { Party, Tool } from '../../model/facts.ts';
import { stated } from './values.ts';

/** An agent as SPDX 2 writes it (clause 6.8, 7.5): `Organization: Name (email)`. */
export interface Agent {
  /** `organization`, `person`, `tool`, or null where the text has no such prefix. */
  readonly kind: 'organization' | 'person' | 'tool' | null;
  /** What follows the prefix, trimmed. */
  readonly rest: string;
}

const KINDS = new Map<string, 'organization' | 'person' | 'tool'>([
  ['organization', 'organization'],
  ['organisation', 'organization'],
  ['person', 'person'],
  ['tool', 'tool'],
]);

/** Splits the prefix off; any capitals are accepted. */
export function agent(stated: string): Agent {
  const colon = stated.indexOf(':');
  const kind = colon === -1 ? undefined : KINDS.get(stated.slice(0, colon).trim().toLowerCase());
  return kind === undefined
    ? { kind: null, rest: stated.trim() }
    : { kind, rest: stated.slice(colon + 1).trim() };
}

/** The party an agent names; null for NOASSERTION, NONE and the empty text, also with a contact behind them. A `Tool:` that supplies something is a party of unknown kind. */
export function party(text: string): Party | null {
  const { kind, rest } = agent(text);
  const { name, email, url } = contact(rest);
  if (stated(name) === null) return null;
  return { kind: kind === 'organization' || kind === 'person' ? kind : 'unknown', name, email, url };
}

/** Tool name and version out of one text such as `syft-0.60.1`, `ko 0.12.0`, `apko (v1.2.7)`, `trivy-dev`, `scanner-v4-matcher-4.7.0`; null where it names none. */
export function tool(text: string): Tool | null {
  const rest = stated(agent(text).rest);
  if (rest === null) return null;
  const found = bracketed(rest) ?? separated(rest);
  if (found !== null) return { vendor: null, ...found };
  // A writer that knows no version of itself leaves the place empty: `syft-`.
  return { vendor: null, name: withoutParting(rest, rest.length) || rest, version: null };
}

/** `Name (mail@host)`, `Name (https://...)` and `Name <mail@host>`; the empty brackets that the specification's examples carry say nothing. */
function contact(stated: string): { name: string; email: string | null; url: string | null } {
  const open = stated.endsWith(')')
    ? stated.lastIndexOf('(')
    : stated.endsWith('>')
      ? stated.lastIndexOf('<')
      : -1;
  if (open <= 0) return { name: stated, email: null, url: null };
  const inside = stated.slice(open + 1, -1).trim();
  const name = stated.slice(0, open).trim();
  if (inside === '') return { name, email: null, url: null };
  if (inside.startsWith('http://') || inside.startsWith('https://'))
    return { name, email: null, url: inside };
  if (inside.includes('@') && !inside.includes(' ')) return { name, email: inside, url: null };
  return { name: stated, email: null, url: null };
}

interface Versioned {
  readonly name: string;
  readonly version: string | null;
}

/** `apko (v1.2.7)`, `Scanner (Version: 18)`, `syft-[not provided]`: the version is in brackets of its own. */
function bracketed(stated: string): Versioned | null {
  const open = stated.endsWith(')')
    ? stated.lastIndexOf('(')
    : stated.endsWith(']')
      ? stated.lastIndexOf('[')
      : -1;
  const name = nameBefore(stated, open);
  if (name === '') return null;
  const version = stated
    .slice(open + 1, -1)
    .trim()
    .replace(/^version\b:?/i, '')
    .trim();
  if (version === '' || version === 'not provided') return { name, version: null };
  return DOTTED.test(version) || BARE.test(version) ? { name, version } : null;
}

/** The version begins behind the first separator before something dotted and numeric, else behind the last one where only a version follows. */
function separated(stated: string): Versioned | null {
  let last = -1;
  for (let at = 1; at < stated.length - 1; at++) {
    if (!isSeparator(stated.charCodeAt(at))) continue;
    last = at;
    if (DOTTED.test(stated.slice(at + 1, at + 64))) break;
  }
  const name = nameBefore(stated, last);
  const version = stated.slice(last + 1).trim();
  const isVersion = DOTTED.test(version) || (version.length < 80 && BARE.test(version));
  return name !== '' && isVersion ? { name, version } : null;
}

const DOTTED = /^v?\d+\.\d/;
const BARE = /^(?:v?\d+|dev|devel|canary|nightly|unknown|latest|snapshot|[0-9a-f]{7,64})$/i;

function isSeparator(code: number): boolean {
  return code === 0x2d || code === 0x20;
}

/** The name that stands before a version, without what parts the two: `BlackDuck - v2024.10.1`, `Scanner, version 1.0`. */
function nameBefore(stated: string, end: number): string {
  const name = withoutParting(stated, end);
  return /\sversion$/i.test(name) ? withoutParting(name, name.length - 'version'.length) : name;
}

function withoutParting(stated: string, end: number): string {
  let length = Math.max(0, end);
  while (length > 0 && PARTING.has(stated.charAt(length - 1))) length--;
  return stated.slice(0, length);
}

const PARTING: ReadonlySet<string> = new Set([' ', '-', ',', ':']);
