import type { Party, Tool } from '../../model/facts.ts';

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

/** The party an agent names; null for NOASSERTION, NONE and the empty text. A `Tool:` that supplies something is a party of unknown kind. */
export function party(stated: string): Party | null {
  const { kind, rest } = agent(stated);
  if (rest === '' || rest === 'NOASSERTION' || rest === 'NONE') return null;
  const { name, email, url } = contact(rest);
  return { kind: kind === 'organization' || kind === 'person' ? kind : 'unknown', name, email, url };
}

/** Tool name and version out of one text such as `syft-0.60.1`, `ko 0.12.0`, `trivy-dev`, `scanner-v4-matcher-4.7.0`. */
export function tool(stated: string): Tool {
  const { rest } = agent(stated);
  const cut = versionStart(rest);
  if (cut === -1) return { vendor: null, name: rest, version: null };
  const name = rest.slice(0, cut - 1).trim();
  const version = unwrap(rest.slice(cut));
  return { vendor: null, name, version: version === 'not provided' || version === '' ? null : version };
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

/** Where the version begins: the first separator before something dotted and numeric, else the last before a word only a version would be. */
function versionStart(stated: string): number {
  for (let at = 1; at < stated.length - 1; at++) {
    if (isSeparator(stated.charCodeAt(at)) && DOTTED.test(stated.slice(at + 1, at + 64))) return at + 1;
  }
  for (let at = stated.length - 2; at > 0; at--) {
    if (isSeparator(stated.charCodeAt(at)))
      return BARE.test(stated.slice(at + 1, at + 80)) ? at + 1 : bracketed(stated);
  }
  return bracketed(stated);
}

const DOTTED = /^v?\d+\.\d/;
const BARE = /^(?:v?\d+|dev|devel|unknown|latest|snapshot|[0-9a-f]{7,64}|\(devel\))$/i;

/** `syft-[not provided]`: the version is in brackets of its own. */
function bracketed(stated: string): number {
  if (!stated.endsWith(']')) return -1;
  const open = stated.lastIndexOf('-[');
  return open > 0 ? open + 1 : -1;
}

function isSeparator(code: number): boolean {
  return code === 0x2d || code === 0x20;
}

function unwrap(version: string): string {
  const inner =
    (version.startsWith('(') && version.endsWith(')')) || (version.startsWith('[') && version.endsWith(']'));
  return (inner ? version.slice(1, -1) : version).trim();
}
