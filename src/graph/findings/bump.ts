import type { Matcher } from '../../advisories/match.ts';
import { NO_PRODUCT } from '../../advisories/match.ts';
import { targetOf } from '../../advisories/select.ts';
import { messageOf } from '../../model/errors.ts';
import { formatPurl, type Purl, tryPurl } from '../../model/purl.ts';
import type { Registry } from '../../registries/registry.ts';
import { packageName } from '../naming.ts';
import { Resolver } from './bump-resolve.ts';
import { ordered, type ResolveRules, rulesFor } from './bump-rules.ts';
import type { DirectDependency } from './findings.ts';

/** A finding as far as this question needs it: of a larder or of a scan. */
export interface Bumpable {
  readonly purl: string | null;
  readonly vulnerability: string;
  readonly direct: readonly DirectDependency[];
}

/** How many versions of a direct dependency are tried. */
const MOST_TRIED = 60;

/**
 * Finds, for each direct dependency that brings a vulnerable package, the smallest version of it with which a fresh resolution reaches only versions of the
 * package that are not affected, or none. Its own version when that allows a fixed one already: then only the lockfile is behind.
 */
export class Bumps {
  readonly #matcher: Matcher;
  readonly #open: (purlType: string) => Promise<Registry>;
  readonly #resolvers = new Map<string, Promise<{ resolver: Resolver; rules: ResolveRules } | string>>();

  /** @param open a client of the registry for a purl type; may throw, and then the answer is unknown with its message */
  constructor(matcher: Matcher, open: (purlType: string) => Promise<Registry>) {
    this.#matcher = matcher;
    this.#open = open;
  }

  /** The direct dependencies of a finding, with the versions to bump to filled in where they can be found, else with why not. */
  async of(finding: Bumpable): Promise<readonly DirectDependency[]> {
    const vulnerable = finding.purl === null ? null : tryPurl(finding.purl);
    if (vulnerable === null) return finding.direct;
    const found: DirectDependency[] = [];
    for (const direct of finding.direct) {
      found.push(
        direct.purl === finding.purl ? direct : await this.#bump(direct, vulnerable, finding.vulnerability),
      );
    }
    return found;
  }

  async #bump(direct: DirectDependency, vulnerable: Purl, id: string): Promise<DirectDependency> {
    const purl = tryPurl(direct.purl);
    if (purl === null || purl.version === null) return { ...direct, why: 'it states no version' };
    // Some tools leave out the v with which every version of a Go module begins.
    const version = purl.type === 'golang' ? purl.version.replace(/^(?=\d)/, 'v') : purl.version;
    if (purl.type !== vulnerable.type) return { ...direct, why: 'it is of another ecosystem' };
    const open = await this.#resolver(purl.type);
    if (typeof open === 'string') return { ...direct, why: open };
    try {
      return { ...direct, ...(await this.#smallest(open, purl, version, vulnerable, id)) };
    } catch (error) {
      return { ...direct, why: messageOf(error) };
    }
  }

  async #smallest(
    { resolver, rules }: { readonly resolver: Resolver; readonly rules: ResolveRules },
    direct: Purl,
    current: string,
    vulnerable: Purl,
    id: string,
  ): Promise<{ readonly to: string | null; readonly why?: string }> {
    const name = packageName(direct);
    const all = ordered(rules.purlType, [
      ...(await resolver.versions(name)).filter(one => !one.yanked && one.version !== current),
      { version: current },
    ]).map(one => one.version);
    const later = all
      .slice(all.indexOf(current))
      .filter(version => version === current || rules.isPrerelease(current) || !rules.isPrerelease(version));
    const wanted = packageName(vulnerable);
    const now = await resolver.reach(name, current, wanted, rules.scopes);
    const scopes = now?.size === 0 ? rules.wide : rules.scopes;
    let unknown = 0;
    for (const version of later.slice(0, MOST_TRIED)) {
      const reached = await resolver.reach(name, version, wanted, scopes);
      if (reached === null) unknown++;
      else if ([...reached].every(one => this.#isClear(vulnerable, one, id))) {
        return unknown === 0
          ? { to: version }
          : { to: version, why: `${unknown} earlier could not be resolved` };
      }
    }
    if (unknown > 0) return { to: null, why: 'its requirements cannot be resolved from the registry alone' };
    return {
      to: null,
      why:
        later.length > MOST_TRIED
          ? `none of the next ${MOST_TRIED} versions clears it`
          : 'no version of it clears it yet',
    };
  }

  #isClear(vulnerable: Purl, version: string, id: string): boolean {
    const purl = formatPurl({ ...vulnerable, version });
    const matches = this.#matcher.match(targetOf({ purls: [purl], version }), NO_PRODUCT);
    const same = matches.find(match => match.ids.includes(id));
    return same === undefined || same.verdict.status === 'not_affected' || same.verdict.status === 'fixed';
  }

  #resolver(purlType: string): Promise<{ resolver: Resolver; rules: ResolveRules } | string> {
    let opened = this.#resolvers.get(purlType);
    if (opened === undefined) {
      opened = this.#openResolver(purlType);
      this.#resolvers.set(purlType, opened);
    }
    return opened;
  }

  async #openResolver(purlType: string): Promise<{ resolver: Resolver; rules: ResolveRules } | string> {
    const rules = await rulesFor(purlType);
    if (rules === null) return `Larder knows no registry for ${purlType}`;
    try {
      return { resolver: new Resolver(await this.#open(purlType), rules), rules };
    } catch (error) {
      return messageOf(error);
    }
  }
}
