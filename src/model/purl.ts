import { ModelError } from './errors.ts';
import { isPlainCanonical, KEY } from './purl-plain.ts';
import { purlTypeRule } from './purl-types.ts';
import { pypiName } from './pypi-name.ts';

/**
 * A package URL, canonical in each part: type in lower case, parts decoded and folded by the rules of their type, qualifiers sorted by key
 * without empty values. Source of the rules: package-url/purl-spec (ECMA-427).
 */
export interface Purl {
  readonly type: string;
  /** Segments joined by `/`, decoded. */
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: readonly (readonly [string, string])[];
  readonly subpath: string | null;
}

/** Parts to build a purl from; what is left out is absent. */
export type PurlParts = Pick<Purl, 'type' | 'name'> & Partial<Purl>;

/** The (type, namespace, name) a package is known by, folded as its registry looks names up. */
export interface PurlName {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** Longer texts are no package URL: the longest of 1.2 million real ones has under 2,000 characters. */
const MAX_LENGTH = 16_384;
const TYPE = /^[a-z][a-z0-9.-]*$/;

/**
 * Parses a package URL strictly, as the specification and the definition of its type demand.
 * @throws ModelError `invalid-purl` with a sentence that says what is wrong.
 */
export function parsePurl(text: string): Purl {
  const read = readPurl(text);
  if (typeof read === 'string')
    throw new ModelError('invalid-purl', `${quote(text)} is no package URL: ${read}.`);
  const fault = read.oddities[0] ?? purlFault(read.purl);
  if (fault !== null)
    throw new ModelError('invalid-purl', `${quote(text)} is no valid package URL: ${fault}.`);
  return read.purl;
}

/**
 * Parses a package URL as documents have them: a part that its type demands may be missing or too much, a qualifier key may be in upper case,
 * an odd qualifier is left out, white space around it is cut off. Null only when no type and name can be read.
 */
export function tryPurl(text: string): Purl | null {
  const read = readPurl(text.trim());
  return typeof read === 'string' ? null : read.purl;
}

/** Builds a Purl from parts, folded by the rules of the type. @throws ModelError `invalid-purl` when type, name or a qualifier key cannot be one. */
export function makePurl(parts: PurlParts): Purl {
  const type = typeof parts.type === 'string' ? parts.type.toLowerCase() : '';
  if (!TYPE.test(type))
    throw new ModelError('invalid-purl', `A package URL needs a type, not ${quote(parts.type)}.`);
  if (typeof parts.name !== 'string' || parts.name === '') {
    throw new ModelError('invalid-purl', `A package URL of type ${type} needs a name.`);
  }
  const bad = parts.qualifiers?.find(([key]) => !KEY.test(key.toLowerCase()));
  if (bad) throw new ModelError('invalid-purl', `${quote(bad[0])} cannot be the key of a qualifier.`);
  return fold({
    type,
    namespace: parts.namespace || null,
    name: parts.name,
    version: parts.version || null,
    qualifiers: sortQualifiers((parts.qualifiers ?? []).map(([key, value]) => [key.toLowerCase(), value])),
    subpath: cleanSubpath(parts.subpath ?? ''),
  });
}

/** The canonical text. @throws ModelError `invalid-purl` when type, name or a qualifier key cannot be one. */
export function formatPurl(parts: PurlParts): string {
  return print(makePurl(parts));
}

/**
 * The canonical text of a package URL as documents have them (see tryPurl), or null. Text that is canonical already comes back at once, and so does what only has
 * a plus that should have been encoded, which is one in four of those that are not.
 */
export function canonicalPurl(text: string): string | null {
  if (text.length <= MAX_LENGTH && isPlainCanonical(text)) return text;
  if (text.includes('+')) {
    const escaped = text.replaceAll('+', '%2B');
    if (escaped.length <= MAX_LENGTH && isPlainCanonical(escaped)) return escaped;
  }
  const read = readPurl(text.trim());
  return typeof read === 'string' ? null : print(read.purl);
}

/** What the definition of its type refuses in a well-formed purl, as a clause; null when nothing. */
export function purlFault(purl: Purl): string | null {
  const rule = purlTypeRule(purl.type);
  if (rule.namespace === 'required' && purl.namespace === null) return `type ${purl.type} needs a namespace`;
  if (rule.namespace === 'prohibited' && purl.namespace !== null) return `type ${purl.type} has no namespace`;
  switch (purl.type) {
    case 'chrome-extension':
      if (!/^[a-p]{32}$/.test(purl.name)) return 'a chrome-extension name has 32 letters from a to p';
      if (purl.version !== null && !/^\d+(?:\.\d+){0,3}$/.test(purl.version))
        return 'a chrome-extension version has one to four numbers';
      return null;
    case 'cpan':
      return purl.name.includes('::') ? 'a cpan name is a distribution, not a module' : null;
    case 'cocoapods':
      return /[\s+]|^\./.test(purl.name) ? 'a pod name has no space, no plus and no leading dot' : null;
    case 'julia':
      return qualifier(purl, 'uuid') === null ? 'type julia needs the qualifier uuid' : null;
    case 'swid':
      return qualifier(purl, 'tag_id') === null ? 'type swid needs the qualifier tag_id' : null;
    default:
      return null;
  }
}

/** The value of a qualifier, or null. */
export function qualifier(purl: Purl, key: string): string | null {
  return purl.qualifiers.find(([name]) => name === key)?.[1] ?? null;
}

/**
 * The name a package is looked up by. Canonical purls keep what their registries ignore: PyPI treats runs of `-`, `_` and `.` as one
 * (PEP 503), NuGet ignores case, and Go module paths were put in lower case by older purl libraries, so all three are folded here.
 */
export function purlName(purl: Purl): PurlName {
  return {
    type: purl.type,
    namespace: foldForLookup(purl.type, purl.namespace),
    name: foldForLookup(purl.type, purl.name) ?? '',
  };
}

/**
 * The key an advisory is matched by, in purl spelling: lookup name, version and the qualifiers that change a verdict for this type (listed in
 * purl-types). Two components with equal keys always get equal findings.
 */
export function matchKey(purl: Purl): string {
  const wanted = purlTypeRule(purl.type).verdict;
  const qualifiers = wanted.length === 0 ? [] : purl.qualifiers.filter(([key]) => wanted.includes(key));
  const { type, namespace, name } = purlName(purl);
  return print({ type, namespace, name, version: purl.version, qualifiers, subpath: null });
}

/** What the dictionary keeps of a package: the name it is looked up by, its version decoded, and its match key. */
export interface PurlLookup {
  readonly name: PurlName;
  readonly version: string | null;
  readonly key: string;
}

/** `purlName` and `matchKey` of a canonical text, together; null for what is no purl. Most are cut, without being decoded and encoded again. */
export function lookupOf(canonical: string): PurlLookup | null {
  const parts = CUT.exec(canonical);
  const type = parts?.[1];
  if (parts === null || type === undefined || type === 'git') {
    const purl = tryPurl(canonical);
    return purl === null ? null : { name: purlName(purl), version: purl.version, key: matchKey(purl) };
  }
  const namespace = foldForLookup(type, parts[2] ?? null);
  const name = foldForLookup(type, parts[3] ?? '') ?? '';
  const version = parts[4];
  const path = namespace === null ? name : `${namespace}/${name}`;
  const qualifiers = verdictQualifiers(type, parts[5]);
  const key = `pkg:${type}/${path}${version === undefined ? '' : `@${version}`}${qualifiers}`;
  return { name: { type, namespace, name }, version: version === undefined ? null : decode(version), key };
}

/** Type, namespace, name, version and qualifiers of a canonical text whose namespace and name hold nothing encoded. */
const CUT = /^pkg:([a-z][a-z0-9.-]*)\/(?:([^@?#%]+)\/)?([^@?#%/]+)(?:@([^?#@]+))?(?:\?([^?#]+))?(?:#[^#]*)?$/;

/** Those of a canonical text's qualifiers that change a verdict for the type, with the `?` in front. */
function verdictQualifiers(type: string, stated: string | undefined): string {
  const wanted = stated === undefined ? NONE : purlTypeRule(type).verdict;
  if (stated === undefined || wanted.length === 0) return '';
  const kept = stated.split('&').filter(pair => wanted.includes(pair.slice(0, pair.indexOf('='))));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

const NONE: readonly string[] = [];

/** Lower case without `_`, `.` or `--`: what no registry folds further. */
const LOOKUP_READY = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function foldForLookup(type: string, text: string | null): string | null {
  if (text === null || LOOKUP_READY.test(text)) return text;
  switch (type) {
    case 'pypi':
      return pypiName(text);
    case 'nuget':
    case 'golang':
    case 'githubactions':
      return text.toLowerCase();
    default:
      return text;
  }
}

/** The parts as written, and what a strict reader refuses; or a clause that says why nothing can be read. */
function readPurl(text: string): { purl: Purl; oddities: string[] } | string {
  if (text.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  const scheme = text.slice(0, 4);
  if (scheme !== 'pkg:' && scheme.toLowerCase() !== 'pkg:') return 'it does not start with pkg:';
  const oddities: string[] = [];
  let rest = text.slice(4);
  const hash = rest.lastIndexOf('#');
  const subpath =
    hash < 0
      ? null
      : cleanSubpath(
          rest
            .slice(hash + 1)
            .split('/')
            .map(decode)
            .join('/'),
        );
  if (hash >= 0) rest = rest.slice(0, hash);
  // The first `?`, not the last: names and versions have none, but URLs in values are often left unencoded.
  const question = rest.indexOf('?');
  const qualifiers = question < 0 ? [] : readQualifiers(rest.slice(question + 1), oddities);
  if (question >= 0) rest = rest.slice(0, question);
  rest = trimSlashes(rest);
  const slash = rest.indexOf('/');
  const type = (slash < 0 ? rest : rest.slice(0, slash)).toLowerCase();
  if (!TYPE.test(type)) return `${quote(type)} cannot be a type`;
  if (slash < 0) return 'it has no name';
  const path = trimSlashes(rest.slice(slash + 1), false);
  const at = versionStart(path);
  const version = at < 0 ? null : decode(path.slice(at + 1)) || null;
  const segments = pathSegments(at < 0 ? path : path.slice(0, at));
  if (segments.length === 0) return 'it has no name';
  // `git` names are the whole path on the host (its definition); elsewhere the name is the last segment.
  const cut = type === 'git' ? Math.min(1, segments.length - 1) : segments.length - 1;
  const namespace = segments.slice(0, cut).join('/') || null;
  return {
    purl: fold({ type, namespace, name: segments.slice(cut).join('/'), version, qualifiers, subpath }),
    oddities,
  };
}

/**
 * Where the `@` before the version is, or -1. It is the last one, but for an npm scope left unencoded in a purl without version (`pkg:npm/@scope/name`).
 */
function versionStart(path: string): number {
  const at = path.lastIndexOf('@');
  const scope = at === 0 || path[at - 1] === '/';
  return scope && path.includes('/', at) ? -1 : at;
}

/** Decoded segments. `%2F` separates as `/` does: some tools encode the whole path (`pkg:npm/%40scope%2Fname`). An empty name stays empty. */
function pathSegments(path: string): string[] {
  if (path === '' || path.endsWith('/')) return [];
  if (!path.includes('%') && !path.includes('//')) return path.split('/');
  return path
    .split('/')
    .map(decode)
    .join('/')
    .split('/')
    .filter(segment => segment !== '');
}

function readQualifiers(text: string, oddities: string[]): (readonly [string, string])[] {
  const found: [string, string][] = [];
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) {
      if (pair !== '') oddities.push(`the qualifier ${quote(pair)} has no key or no value`);
      continue;
    }
    const stated = pair.slice(0, equals);
    const key = stated.toLowerCase();
    if (!KEY.test(key)) oddities.push(`${quote(stated)} cannot be the key of a qualifier`);
    else if (found.some(([other]) => other === key)) oddities.push(`the qualifier ${key} is there twice`);
    else found.push([key, decode(pair.slice(equals + 1))]);
    // The suite refuses `Platform` and `Arch` but reads `repositorY_url`: a key starts with a lower-case letter.
    if (/^[A-Z]/.test(stated)) oddities.push(`the qualifier key ${quote(stated)} is not in lower case`);
  }
  return sortQualifiers(found);
}

function sortQualifiers(pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const kept = pairs.filter(([, value]) => value !== '');
  return kept.length < 2 ? kept : kept.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function cleanSubpath(text: string): string | null {
  const segments = text.split('/').filter(segment => segment !== '' && segment !== '.' && segment !== '..');
  return segments.length === 0 ? null : segments.join('/');
}

/** Puts the parts in the spelling the type's definition demands. */
function fold(purl: Purl): Purl {
  const rule = purlTypeRule(purl.type);
  const lower = rule.lowerNamespace || rule.lowerName || rule.lowerVersion;
  const folded: Purl = lower
    ? {
        ...purl,
        namespace:
          rule.lowerNamespace && purl.namespace !== null ? purl.namespace.toLowerCase() : purl.namespace,
        name: rule.lowerName ? purl.name.toLowerCase() : purl.name,
        version: rule.lowerVersion && purl.version !== null ? purl.version.toLowerCase() : purl.version,
      }
    : purl;
  const { namespace, name } = folded;
  switch (purl.type) {
    case 'pypi':
      return name.includes('_') ? { ...folded, name: name.replaceAll('_', '-') } : folded;
    case 'pub':
      return { ...folded, name: name.replaceAll(/[^a-z0-9_]/g, '_') };
    case 'cpan':
      return { ...folded, namespace: namespace?.toUpperCase() ?? null };
    case 'mlflow':
      return isDatabricks(purl) ? { ...folded, name: name.toLowerCase() } : folded;
    case 'git':
      return ignoresCase(namespace)
        ? { ...folded, namespace: namespace?.toLowerCase() ?? null, name: name.toLowerCase() }
        : folded;
    default:
      return folded;
  }
}

/** Databricks model names are not case sensitive, those of other MLflow servers are (mlflow definition). */
function isDatabricks(purl: Purl): boolean {
  return qualifier(purl, 'repository_url')?.toLowerCase().includes('databricks') ?? false;
}

/** These git hosts ignore the case of owner and repository. */
function ignoresCase(host: string | null): boolean {
  return host !== null && /^(?:github|bitbucket)(?:\.com|\.org)?$/i.test(host);
}

/** Parts that are canonical already, to their text. */
function print(purl: Purl): string {
  let text = `pkg:${purl.type}/`;
  if (purl.namespace !== null) text += `${encodePath(purl.namespace)}/`;
  text += purl.type === 'git' ? encodePath(purl.name) : encode(purl.name);
  if (purl.version !== null) text += `@${encode(purl.version)}`;
  let separator = '?';
  for (const [key, value] of purl.qualifiers) {
    text += `${separator}${key}=${encode(value)}`;
    separator = '&';
  }
  return purl.subpath === null ? text : `${text}#${encodePath(purl.subpath)}`;
}

function encodePath(path: string): string {
  return SAFE_PATH.test(path) ? path : path.split('/').filter(Boolean).map(encode).join('/');
}

const SAFE = /^[A-Za-z0-9.\-_~:]*$/;
const SAFE_PATH = /^[A-Za-z0-9.\-_~:]+(?:\/[A-Za-z0-9.\-_~:]+)*$/;

/** Percent-encodes all but letters, digits, `.`, `-`, `_`, `~` and `:` (the specification's own set, unlike encodeURIComponent's). */
function encode(text: string): string {
  if (SAFE.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Percent-decodes; a `%` that encodes nothing stands for itself, as writers who forgot to encode meant it. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, run => {
      try {
        return decodeURIComponent(run);
      } catch {
        return run;
      }
    });
  }
}

function trimSlashes(text: string, trailing = true): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) === 47) start++;
  while (trailing && end > start && text.charCodeAt(end - 1) === 47) end--;
  return text.slice(start, end);
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 197)}..."` : text;
}
