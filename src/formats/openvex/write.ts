import {
  actionOf,
  compact,
  type Finding,
  type FindingDocument,
  type FindingThing,
  idOf,
  impactOf,
  timesOf,
} from '../finding-document.ts';

/**
 * Writes findings as OpenVEX 0.2.0, a statement each, with the component as subcomponent of the product. What has no verdict (`unknown`) is left out: OpenVEX
 * has no word for it. Null when nothing is left, since a document needs a statement.
 */
export function writeOpenVex(document: FindingDocument): string | null {
  const settled = document.findings.filter(finding => finding.status !== 'unknown');
  if (settled.length === 0) return null;
  const { first, last } = timesOf(document);
  const vex = compact({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': document.id,
    author: document.author,
    role: document.role,
    timestamp: first,
    last_updated: first === last ? null : last,
    version: document.revisions.length,
    tooling: `${document.tool.name} ${document.tool.version}`,
    statements: settled.map(finding => statementOf(document, finding, last)),
  });
  return `${JSON.stringify(vex, null, 2)}\n`;
}

function statementOf(document: FindingDocument, finding: Finding, last: string): object {
  const { vulnerability, component, status } = finding;
  const notAffected = status === 'not_affected';
  return compact({
    vulnerability: compact({
      name: vulnerability.id,
      description: vulnerability.summary,
      aliases: vulnerability.aliases,
    }),
    timestamp: finding.time ?? last,
    products: [
      compact({
        ...thingOf(document.product),
        subcomponents: component === null ? [] : [thingOf(component)],
      }),
    ],
    status,
    justification: notAffected ? finding.justification : null,
    impact_statement: notAffected ? impactOf(finding) : null,
    action_statement: status === 'affected' ? actionOf(finding) : null,
    status_notes: notAffected ? null : finding.statement,
  });
}

function thingOf(thing: FindingThing): { [key: string]: unknown } {
  return compact({ '@id': idOf(thing), identifiers: thing.purl === null ? null : { purl: thing.purl } });
}
