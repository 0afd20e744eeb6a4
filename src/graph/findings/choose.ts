import type { AppRecord, BomRecord } from '../../store/ports.ts';
import { GraphError } from '../errors.ts';
import type { Finding } from './findings.ts';
import { appRef } from './parts.ts';

const SHOWN = 5;

/** The finding of an id, or of its first digits. @throws GraphError `unknown-thing`, `ambiguous-thing` */
export function findingOfId(findings: readonly Finding[], id: string): Finding {
  const [found, ...others] = findings.filter(finding => finding.id.startsWith(id.toLowerCase()));
  if (found === undefined)
    throw new GraphError(
      'unknown-thing',
      `No finding here has the id '${id}'; larder audit --json lists them.`,
    );
  if (others.length > 0)
    throw new GraphError(
      'ambiguous-thing',
      `'${id}' fits ${others.length + 1} findings; give more of its digits.`,
    );
  return found;
}

/**
 * The findings of a vulnerability in an app, in one package of it when that is named.
 * @param name a purl, a name or `NAME@VERSION`
 * @throws GraphError `unknown-thing` with what there is
 */
export function findingsNamed(
  findings: readonly Finding[],
  title: string,
  vulnerability: string,
  name: string | null,
): readonly Finding[] {
  const wanted = vulnerability.toLowerCase();
  const all = findings.filter(finding => finding.match.ids.some(id => id.toLowerCase() === wanted));
  const found = name === null ? all : all.filter(finding => isNamed(finding, name));
  if (found.length > 0) return found;
  const near = [
    ...new Set((all.length > 0 ? all.map(shown) : findings.map(one => one.vulnerability)).slice(0, SHOWN)),
  ];
  const known =
    near.length === 0 ? 'it has no findings' : `${all.length > 0 ? 'it is in' : 'it has'} ${near.join(', ')}`;
  throw new GraphError(
    'unknown-thing',
    `${title} has no finding of ${vulnerability}${name === null ? '' : ` in ${name}`}; ${known}.`,
  );
}

function isNamed(finding: Finding, name: string): boolean {
  const { purl, component, version } = finding;
  return (
    purl === name ||
    component === name ||
    `${component}@${version}` === name ||
    purl?.split(/[@?#]/)[0] === name
  );
}

function shown(finding: Finding): string {
  return `${finding.component} ${finding.version ?? ''}`.trim();
}

/** What a decision on findings is about: one release, by all its names, and the components in it. */
export interface Decided {
  readonly app: Pick<AppRecord, 'key' | 'name'>;
  readonly release: string | null;
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly products: readonly string[];
  readonly components: readonly string[];
}

/** Findings by release and vulnerability, in a fixed order. */
export function decidedOf(findings: readonly Finding[]): readonly Decided[] {
  const groups = new Map<string, { readonly first: Finding; readonly components: Set<string> }>();
  for (const finding of findings) {
    const { bom, vulnerability } = finding;
    const key = JSON.stringify([bom.app, bom.release, vulnerability]);
    const group = groups.get(key) ?? { first: finding, components: new Set<string>() };
    groups.set(key, group);
    group.components.add(nameOf(finding));
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { first, components }]) => ({
      app: { key: first.bom.app, name: first.bom.appName },
      release: first.bom.release,
      vulnerability: first.vulnerability,
      aliases: first.match.ids.slice(1),
      products: productNames(first.bom),
      components: [...components].sort(),
    }));
}

/**
 * The names of a release in a VEX statement: the purl of what its document is about, by which others know it too, and Larder's own. A purl without a version would
 * speak of every release, so it is named only where the app has none.
 */
export function productNames(bom: BomRecord): readonly string[] {
  const { app, release, subjects } = bom;
  const [subject, ...others] = subjects;
  const purl = others.length === 0 ? (subject?.purl ?? null) : null;
  const fits = purl !== null && (release === null || /@[^/]+$/.test(purl.replace(/[?#].*$/, '')));
  return [...(fits ? [purl] : []), appRef(app, release)];
}

function nameOf(finding: Finding): string {
  const { purl, target, component, version } = finding;
  const name = purl ?? target.cpes[0] ?? target.refs[0];
  if (name === undefined)
    throw new GraphError(
      'unknown-thing',
      `${component} ${version ?? ''} has no identity that a statement could name; larder identify gives it one.`,
    );
  return name;
}
