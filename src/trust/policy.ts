import { parse } from 'smol-toml';
import type { StatementFacts } from '../formats/in-toto/facts.ts';
import { pick, textOf } from '../formats/in-toto/values.ts';
import { isObject } from '../formats/sigstore/fields.ts';
import { messageOf } from '../model/errors.ts';
import { iso } from './chain.ts';
import { TrustError } from './errors.ts';
import { exactly, type Match, matches, pattern } from './identity.ts';
import { type PublicKey, publicKeyFromPem } from './keys.ts';

/** For what an identity or key is believed. Empty lists set no bound. */
export interface Remit {
  /** purls without version; one that ends with `*` stands for all that begin so. */
  readonly packages: readonly string[];
  /** Apps by key or name. */
  readonly apps: readonly string[];
  readonly predicates: readonly string[];
  /** Models and datasets as hubs name them, `owner/name` or `owner/*`. */
  readonly models: readonly string[];
}

/** Somebody who may speak, and about what. */
export interface PolicyEntry extends Remit {
  readonly name: string;
  /** Signatures made later, in milliseconds, are not believed: how a key or identity is revoked without losing what it said before. */
  readonly until: number | null;
  readonly who:
    | { readonly kind: 'identity'; readonly identity: Match; readonly issuer: Match }
    | { readonly kind: 'key'; readonly id: string; readonly key: PublicKey };
}

/** Which level a builder earns, whatever it says of itself. */
export interface BuilderRule {
  /** Exact builder id without version, or with one. */
  readonly id: string;
  readonly level: number;
}

/** What the user believes: `.larder/trust.toml`. */
export interface TrustPolicy {
  readonly entries: readonly PolicyEntry[];
  readonly builders: readonly BuilderRule[];
  /** Files of trusted roots, as written. */
  readonly roots: readonly string[];
  /** Whether the bundled public-good root is believed too. */
  readonly bundled: boolean;
}

/** What stands when nothing was written: nobody is believed, the known builders have their levels, and the bundled root tells identities. */
export const DEFAULT_POLICY: TrustPolicy = { entries: [], builders: [], roots: [], bundled: true };

/** Levels of builders that are known to isolate or host builds, after SLSA's own list; a policy's rules come first. */
const KNOWN_BUILDERS: readonly (readonly [RegExp, number])[] = [
  [
    /^https:\/\/github\.com\/slsa-framework\/slsa-github-generator\/\.github\/workflows\/[a-z_-]+_slsa3\.yml@refs\/tags\/v\d+\.\d+\.\d+$/,
    3,
  ],
  [/^https:\/\/cloudbuild\.googleapis\.com\/GoogleHostedWorker(@v0\.3)?$/, 3],
  [/^https:\/\/cloudbuild\.googleapis\.com\/GoogleHostedWorker@v0\.2$/, 2],
  [/^https:\/\/github\.com\/actions\/runner(\/github-hosted)?$/, 2],
  [/^https:\/\/github\.com\/[^/]+\/[^/]+\/\.github\/workflows\/[^@]+@refs\/.+$/, 2],
];

/** The SLSA build level that a verified builder earns, and by which rule. Provenance alone is level 1; a self-hosted runner gives no more. */
export function levelOfBuilder(
  policy: TrustPolicy,
  builder: string,
  runner: string | null,
): { readonly level: number; readonly rule: string } {
  const own = ownLevel(policy, builder);
  if (own !== null) return own;
  if (runner === 'self-hosted') return { level: 1, rule: 'a self-hosted runner' };
  const known = KNOWN_BUILDERS.find(([id]) => id.test(builder));
  return known === undefined
    ? { level: 1, rule: 'an unknown builder' }
    : { level: known[1], rule: 'a known builder' };
}

/** What a rule of the policy gives a builder, by its id with or without version; null without such a rule. */
export function ownLevel(
  policy: TrustPolicy,
  builder: string,
): { readonly level: number; readonly rule: string } | null {
  const bare = builder.split('@')[0] as string;
  const own =
    policy.builders.find(rule => rule.id === builder) ?? policy.builders.find(rule => rule.id === bare);
  return own === undefined ? null : { level: own.level, rule: `policy: builder ${own.id}` };
}

/** What a piece of evidence speaks of. */
export interface About {
  /** purls, with or without version. */
  readonly packages: readonly string[];
  /** Each app by everything it is called: its key and its name. */
  readonly apps: readonly (readonly string[])[];
  readonly predicate: string | null;
  readonly model: string | null;
}

/**
 * What a statement speaks of by itself: packages are subjects named by a purl, and an app is what a subject is called, unless it is known where its BOM stands. A subject
 * beside them that is named otherwise, or not at all, is nothing that a bound covers.
 */
export function aboutOf(statement: StatementFacts | null, apps: About['apps'] | null = null): About {
  const names = (statement?.subjects ?? []).map(subject => subject.name ?? '');
  const isPackage = (name: string): boolean => name.startsWith('pkg:');
  return {
    packages: names.some(isPackage) ? names.map(name => (isPackage(name) ? name : '')) : [],
    apps: apps ?? names.map(name => [isPackage(name) ? withoutVersion(name) : name]),
    predicate: statement?.predicateType ?? null,
    model: null,
  };
}

/** Whether any entry speaks for some apps only, so that it matters which app evidence is about. */
export function boundsApps(policy: TrustPolicy): boolean {
  return policy.entries.some(entry => entry.apps.length > 0);
}

/** Whether any entry says who may speak for a model, so that nobody else may. */
export function boundsModel(policy: TrustPolicy, model: string): boolean {
  return policy.entries.some(entry => entry.models.some(bound => covers(bound, model)));
}

/** The entry by which a signer may speak about something; null when no entry allows it. */
export function allowing(
  policy: TrustPolicy,
  signer: {
    readonly names: readonly string[];
    readonly issuer: string | null;
    readonly key: PublicKey | null;
  },
  about: About,
  /** When it was signed as far as that is proved, else now. Null: nobody asks for the time. */
  at: number | null,
): PolicyEntry | null {
  return (
    policy.entries.find(
      entry =>
        isWho(entry, signer) &&
        (at === null || entry.until === null || at <= entry.until) &&
        speaksAbout(entry, about),
    ) ?? null
  );
}

/** The entry by which a signer may speak. Throws `signer-revoked` when it would allow it, had it been signed earlier; null when no entry is about it. */
export function allowed(...asked: Parameters<typeof allowing>): PolicyEntry | null {
  const [policy, signer, about, at] = asked;
  const entry = allowing(...asked);
  const ended = entry === null ? allowing(policy, signer, about, null) : null;
  if (ended !== null && ended.until !== null)
    throw new TrustError(
      'signer-revoked',
      `The trust policy believes ${JSON.stringify(ended.name)} until ${iso(ended.until)} only; this counts as signed at ${iso(at ?? 0)}.`,
    );
  return entry;
}

/** Reads a trust policy (TOML). Keys may stand in it as PEM, or be read by `readKey` from the files it names. Throws `policy-malformed` with the entry at fault. */
export function parsePolicy(text: string, name: string, readKey: (file: string) => string): TrustPolicy {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new TrustError('policy-malformed', `${name} is no TOML: ${messageOf(cause).split('\n')[0]}`, {
      cause,
    });
  }
  const strange = isObject(value) ? Object.keys(value).find(key => !Object.hasOwn(MEMBERS, key)) : undefined;
  if (strange !== undefined)
    throw new TrustError(
      'policy-malformed',
      `${name}: ${JSON.stringify(strange)} is not known; write [[identity]], [[key]], [[builder]] or [[root]].`,
    );
  const bundled = pick(value, 'bundled') ?? true;
  if (typeof bundled !== 'boolean')
    throw new TrustError('policy-malformed', `${name}: bundled is true or false.`);
  const list = (kind: keyof typeof MEMBERS): readonly unknown[] => entriesIn(value, kind, name);
  return {
    entries: [
      ...list('identity').map((one, index) => identityEntry(one, `${name}: identity ${index + 1}`)),
      ...list('key').map((one, index) => keyEntry(one, `${name}: key ${index + 1}`, readKey)),
    ],
    builders: list('builder').map((one, index) => builderRule(one, `${name}: builder ${index + 1}`)),
    roots: list('root').map((one, index) => needed(one, 'file', `${name}: root ${index + 1}`)),
    bundled,
  };
}

const BOUNDS = ['packages', 'apps', 'predicates', 'models', 'until'];

/** What may stand in an entry of each kind. */
const MEMBERS = {
  identity: ['name', 'identity', 'identity_pattern', 'issuer', 'issuer_pattern', ...BOUNDS],
  key: ['name', 'id', 'file', 'pem', ...BOUNDS],
  builder: ['id', 'level'],
  root: ['file'],
  bundled: [],
} satisfies Readonly<Record<string, readonly string[]>>;

/** The entries of a kind. A bound that is misspelt would be none, and its entry believed about everything. */
function entriesIn(policy: unknown, kind: keyof typeof MEMBERS, name: string): readonly unknown[] {
  const entries = pick(policy, kind) ?? [];
  if (!Array.isArray(entries))
    throw new TrustError('policy-malformed', `${name}: write [[${kind}]], in two brackets.`);
  const members: readonly string[] = MEMBERS[kind];
  for (const [index, entry] of entries.entries()) {
    const strange = isObject(entry) ? Object.keys(entry).find(key => !members.includes(key)) : undefined;
    if (strange !== undefined)
      throw new TrustError(
        'policy-malformed',
        `${name}: ${kind} ${index + 1}: ${JSON.stringify(strange)} is not known; there may be ${members.join(', ')}.`,
      );
  }
  return entries;
}

/** One entry as TOML, for `larder trust add`. */
export function entryToml(
  kind: 'identity' | 'key' | 'builder' | 'root',
  fields: Readonly<Record<string, string | number | readonly string[]>>,
): string {
  const lines = Object.entries(fields)
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(
      ([key, value]) =>
        `${key} = ${typeof value === 'number' ? value : Array.isArray(value) ? `[${value.map(one => JSON.stringify(one)).join(', ')}]` : JSON.stringify(value)}`,
    );
  return `[[${kind}]]\n${lines.join('\n')}\n`;
}

function identityEntry(value: unknown, at: string): PolicyEntry {
  const identity = matchOf(value, 'identity', 'identity_pattern', at);
  const issuer = matchOf(value, 'issuer', 'issuer_pattern', at);
  return {
    name: textOf(value, 'name') ?? identity.value,
    until: untilOf(value, at),
    who: { kind: 'identity', identity, issuer },
    ...remitOf(value, at),
  };
}

function keyEntry(value: unknown, at: string, readKey: (file: string) => string): PolicyEntry {
  const file = textOf(value, 'file');
  const pem = textOf(value, 'pem') ?? (file === null ? null : readKey(file));
  if (pem === null) throw new TrustError('policy-malformed', `${at}: give the key as pem or as file.`);
  const id = textOf(value, 'id') ?? '';
  return {
    name: textOf(value, 'name') ?? id,
    until: untilOf(value, at),
    who: { kind: 'key', id, key: publicKeyFromPem(pem) },
    ...remitOf(value, at),
  };
}

function builderRule(value: unknown, at: string): BuilderRule {
  const level = pick(value, 'level');
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 0 || level > 4)
    throw new TrustError('policy-malformed', `${at}: level is a whole number from 0 to 4.`);
  return { id: needed(value, 'id', at), level };
}

function matchOf(value: unknown, exact: string, loose: string, at: string): Match {
  const [one, other] = [textOf(value, exact), textOf(value, loose)];
  if ((one === null) === (other === null))
    throw new TrustError('policy-malformed', `${at}: give ${exact}, or ${loose} if it must be a pattern.`);
  return one === null ? pattern(other as string) : exactly(one);
}

function needed(value: unknown, key: string, at: string): string {
  const found = textOf(value, key);
  if (found === null) throw new TrustError('policy-malformed', `${at}: ${key} is missing.`);
  return found;
}

function untilOf(value: unknown, at: string): number | null {
  const found = pick(value, 'until');
  if (found === undefined) return null;
  const time =
    found instanceof Date ? found.getTime() : typeof found === 'string' ? Date.parse(found) : Number.NaN;
  if (Number.isNaN(time))
    throw new TrustError('policy-malformed', `${at}: until is a date, as in 2027-01-31T00:00:00Z.`);
  return time;
}

function remitOf(value: unknown, at: string): Remit {
  const list = (key: string): string[] => {
    const found = pick(value, key);
    if (found === undefined) return [];
    if (!Array.isArray(found) || !found.every(one => typeof one === 'string'))
      throw new TrustError('policy-malformed', `${at}: ${key} is a list of texts.`);
    return found;
  };
  return {
    packages: list('packages'),
    apps: list('apps'),
    predicates: list('predicates'),
    models: list('models'),
  };
}

function isWho(entry: PolicyEntry, signer: Parameters<typeof allowing>[1]): boolean {
  const { who } = entry;
  if (who.kind === 'key') return signer.key !== null && signer.key.spki.equals(who.key.spki);
  return (
    signer.issuer !== null &&
    matches(who.issuer, signer.issuer) &&
    signer.names.some(name => matches(who.identity, name))
  );
}

/** Every bound that is set has to be met by what the evidence is about; a bound that the evidence says nothing about is not met. */
function speaksAbout(remit: Remit, about: About): boolean {
  const within = (bounds: readonly string[], values: readonly (readonly string[])[]): boolean =>
    bounds.length === 0 ||
    (values.length > 0 &&
      values.every(names => names.some(name => bounds.some(bound => covers(bound, name)))));
  const one = (value: string | null): readonly (readonly string[])[] => (value === null ? [] : [[value]]);
  return (
    within(
      remit.packages,
      about.packages.map(purl => [withoutVersion(purl)]),
    ) &&
    within(remit.apps, about.apps) &&
    within(remit.predicates, one(about.predicate)) &&
    within(remit.models, one(about.model))
  );
}

function covers(bound: string, value: string): boolean {
  return bound.endsWith('*') ? value.startsWith(bound.slice(0, -1)) : bound === value;
}

function withoutVersion(purl: string): string {
  return purl.replace(/[?#].*$/, '').replace(/@[^/@]*$/, '');
}
