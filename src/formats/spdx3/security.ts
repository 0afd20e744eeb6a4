import type { StatedVulnerability } from '../../model/facts.ts';
import type { Entry } from '../spdx/values.ts';
import { identifiersOf } from './agents.ts';
import { type Element3, type Graph3, refOf, textOf, valuesOf } from './graph.ts';

/** VEX classes of the security profile and the status each states. */
const STATES = new Map([
  ['security_VexAffectedVulnAssessmentRelationship', 'affected'],
  ['security_VexFixedVulnAssessmentRelationship', 'fixed'],
  ['security_VexNotAffectedVulnAssessmentRelationship', 'not_affected'],
  ['security_VexUnderInvestigationVulnAssessmentRelationship', 'under_investigation'],
]);

const VULNERABILITY = 'security_Vulnerability';

type Rating = StatedVulnerability['ratings'][number];

/** One statement for each VEX relationship, and one for each vulnerability that is only listed. */
export function vulnerabilities3(graph: Graph3): StatedVulnerability[] {
  const known = graph.ofType(VULNERABILITY);
  if (known.length === 0) return [];
  const ratings = new Map<string, Rating[]>();
  const listed = new Map<string, string[]>();
  const statements: StatedVulnerability[] = [];
  const judged = new Set<string>();
  for (const element of graph.elements) {
    if (!element.type.endsWith('Relationship')) continue;
    noteRating(ratings, element);
    noteListed(listed, element);
  }
  for (const element of graph.elements) {
    const state = STATES.get(element.type);
    const id = refOf(element.entry['from']);
    const vulnerability = state === undefined || id === null ? undefined : graph.find(id);
    if (state === undefined || id === null || vulnerability?.type !== VULNERABILITY) continue;
    judged.add(id);
    statements.push(
      statement(graph, vulnerability, state, element, refsOf(element.entry, 'to'), ratings.get(id)),
    );
  }
  for (const vulnerability of known) {
    if (vulnerability.id !== null && judged.has(vulnerability.id)) continue;
    const affects = vulnerability.id === null ? [] : (listed.get(vulnerability.id) ?? []);
    const rated = vulnerability.id === null ? undefined : ratings.get(vulnerability.id);
    statements.push(statement(graph, vulnerability, null, vulnerability, affects, rated));
  }
  return statements;
}

function statement(
  graph: Graph3,
  vulnerability: Element3,
  state: string | null,
  said: Element3,
  affects: readonly string[],
  ratings: readonly Rating[] | undefined,
): StatedVulnerability {
  const [id, ...aliases] = names(graph, vulnerability.entry);
  return {
    id: id ?? vulnerability.id ?? '',
    aliases,
    source: null,
    state,
    justification: textOf(said.entry, 'security_justificationType'),
    responses: valuesOf(said.entry, 'security_actionStatement').flatMap(value => refOf(value) ?? []),
    detail: textOf(said.entry, 'security_impactStatement') ?? textOf(said.entry, 'security_statusNotes'),
    affects: affects.map(ref => ({ ref, versions: [] })),
    ratings: ratings ?? [],
    at: said.pointer,
  };
}

/** Its CVE first, then its other ids, then its name. */
function names(graph: Graph3, entry: Entry): string[] {
  const cves: string[] = [];
  const others: string[] = [];
  for (const found of identifiersOf(graph, entry)) {
    const identifier = textOf(found, 'identifier');
    if (identifier === null) continue;
    (textOf(found, 'externalIdentifierType') === 'cve' ? cves : others).push(identifier);
  }
  const name = textOf(entry, 'name');
  return [...new Set([...cves, ...others, ...(name === null ? [] : [name])])];
}

function noteRating(ratings: Map<string, Rating[]>, { type, entry }: Element3): void {
  const method = /^security_(Cvss(?:V[234])|Epss)VulnAssessmentRelationship$/.exec(type)?.[1];
  const id = refOf(entry['from']);
  if (method === undefined || id === null) return;
  const score = entry['security_score'] ?? entry['security_probability'];
  const number =
    typeof score === 'number'
      ? score
      : typeof score === 'string' && score !== ''
        ? Number(score)
        : Number.NaN;
  push(ratings, id, {
    method,
    vector: textOf(entry, 'security_vectorString'),
    score: Number.isFinite(number) ? number : null,
    severity: textOf(entry, 'security_severity'),
  });
}

/** `package hasAssociatedVulnerability vulnerability`. */
function noteListed(listed: Map<string, string[]>, { entry }: Element3): void {
  if (textOf(entry, 'relationshipType') !== 'hasAssociatedVulnerability') return;
  const from = refOf(entry['from']);
  if (from === null) return;
  for (const id of refsOf(entry, 'to')) push(listed, id, from);
}

function refsOf(entry: Entry, name: string): string[] {
  return valuesOf(entry, name).flatMap(value => refOf(value) ?? []);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
