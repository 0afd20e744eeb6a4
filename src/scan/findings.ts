import type { AdvisoryBase } from '../advisories/base.ts';
import { Coverage, kindOf, type Uncovered } from '../advisories/coverage.ts';
import { type Attention, attentionOf, byRisk, findingId, type Risk, riskOf } from '../advisories/finding.ts';
import { type Match, Matcher, type MatchOptions } from '../advisories/match.ts';
import { type Target, targetOf } from '../advisories/select.ts';
import { mainScope } from './answer.ts';
import type { Project, ScannedComponent, ScanScope } from './extractor.ts';

/** One vulnerability in one component of one project. */
export interface ScanFinding {
  readonly id: string;
  readonly match: Match;
  readonly vulnerability: string;
  readonly component: string;
  readonly version: string | null;
  readonly purl: string;
  readonly project: Project;
  readonly scope: ScanScope | null;
  readonly risk: Risk;
  readonly attention: Attention;
  readonly locations: ScannedComponent['locations'];
  readonly direct: readonly { readonly purl: string; readonly to: string | null; readonly why?: string }[];
}

export interface ScanFindings {
  /** By risk, highest first. */
  readonly findings: readonly ScanFinding[];
  /** Components with a version that could not be judged: nothing identifies them. */
  readonly unidentified: number;
  /** Components that nothing pins to a version: a range has no verdict. */
  readonly unpinned: number;
  readonly notCovered: readonly Uncovered[];
}

/** What the advisories say of what a scan found. The same matcher as the larder's audit. */
export function findingsOfScan(
  projects: readonly Project[],
  base: AdvisoryBase,
  options: MatchOptions & {
    /** What the scanned tree as a whole is, beside what its projects say of themselves. */
    readonly product?: readonly Target[];
  },
): ScanFindings {
  const matcher = new Matcher(base, options);
  const whole = options.product ?? [];
  const coverage = new Coverage(base);
  // The projects of one tree hold the same packages again and again.
  const targets = new Map<string, Target>();
  const findings: ScanFinding[] = [];
  let unidentified = 0;
  let unpinned = 0;
  for (const project of projects) {
    const { purl, version } = project.subject;
    const own = purl === null ? [] : [targetOf({ purls: [purl], version })];
    const subjects = [...own, ...whole];
    const ways = new Ways(project, targets);
    for (const [index, component] of project.components.entries()) {
      if (component.version === null) unpinned++;
      else if (component.purl === null) unidentified++;
      if (component.version === null || component.purl === null) continue;
      const target = ways.target(index);
      const [purl] = target.purls;
      if (purl !== undefined) coverage.count(kindOf(purl), component.purl);
      const product = { subjects, holders: () => ways.holders(index) };
      for (const match of matcher.match(target, product))
        findings.push(
          findingOf(project, component, component.purl, match, ways.direct(index, match.verdict.fixed)),
        );
    }
  }
  return {
    findings: findings.sort((a, b) => byRisk(ranked(a), ranked(b))),
    unidentified,
    unpinned,
    notCovered: coverage.uncovered(),
  };
}

function findingOf(
  project: Project,
  component: ScannedComponent,
  purl: string,
  match: Match,
  direct: ScanFinding['direct'],
): ScanFinding {
  const vulnerability = match.ids[0] ?? '';
  return {
    id: findingId(project.path, purl, vulnerability),
    match,
    vulnerability,
    component: component.name,
    version: component.version,
    purl,
    project,
    scope: mainScope(component),
    risk: riskOf(match),
    attention: attentionOf(match, match.verdict.status),
    locations: component.locations,
    direct,
  };
}

function ranked(finding: ScanFinding) {
  return {
    risk: finding.risk,
    score: finding.match.severity.score,
    vulnerability: finding.vulnerability,
    component: `${finding.purl} ${finding.project.file} ${finding.id}`,
  };
}

/** Who needs whom in a project, turned round when first needed. */
class Ways {
  readonly #project: Project;
  /** By purl and version. */
  readonly #targets: Map<string, Target>;
  #up: Map<number, number[]> | null = null;

  constructor(project: Project, targets: Map<string, Target>) {
    this.#project = project;
    this.#targets = targets;
  }

  target(index: number): Target {
    const { purl = null, version = null } = this.#project.components[index] ?? {};
    const key = `${purl} ${version}`;
    let target = this.#targets.get(key);
    if (target === undefined) {
      target = targetOf({ purls: purl === null ? [] : [purl], version });
      this.#targets.set(key, target);
    }
    return target;
  }

  holders(index: number): Target[] {
    return this.#above(index)
      .filter(holder => holder !== index)
      .map(holder => this.target(holder));
  }

  /** The direct dependencies through which the project comes to a component; itself when it is one. */
  direct(index: number, fixed: readonly string[]): ScanFinding['direct'] {
    return this.#above(index).flatMap(holder => {
      const component = this.#project.components[holder];
      if (component?.direct !== true || component.purl === null) return [];
      return [{ purl: component.purl, to: holder === index ? (fixed[0] ?? null) : null }];
    });
  }

  /** A component and all that needs it, over any number of hops; cycles end because each is entered once. */
  #above(index: number): number[] {
    const up = this.#upward();
    const seen = new Set([index]);
    for (const one of seen) for (const holder of up.get(one) ?? []) if (holder >= 0) seen.add(holder);
    return [...seen];
  }

  #upward(): Map<number, number[]> {
    if (this.#up !== null) return this.#up;
    this.#up = new Map();
    for (const [from, to] of this.#project.dependencies) {
      const list = this.#up.get(to);
      if (list) list.push(from);
      else this.#up.set(to, [from]);
    }
    return this.#up;
  }
}
