import { createHash } from 'node:crypto';
import { compact, type Finding, type FindingDocument, type FindingThing, idOf } from '../finding-document.ts';

type Json = { [key: string]: unknown };

/**
 * Writes findings as SARIF 2.1.0: a rule per vulnerability, a result per finding at the file that brings the component. What is fixed or does not affect the
 * product is written as suppressed, so that a viewer shows that it was seen and by whom it was settled.
 */
export function writeSarif(document: FindingDocument): string {
  const rules = new Map<string, { readonly index: number; readonly findings: Finding[] }>();
  for (const finding of document.findings) {
    const { id } = finding.vulnerability;
    const rule = rules.get(id) ?? { index: rules.size, findings: [] };
    rules.set(id, rule);
    rule.findings.push(finding);
  }
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: document.tool.name,
            version: document.tool.version,
            rules: [...rules].map(([id, { findings }]) => ruleOf(id, findings)),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: document.findings.map(finding =>
          resultOf(document, finding, rules.get(finding.vulnerability.id)?.index ?? 0),
        ),
      },
    ],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

function ruleOf(id: string, findings: readonly Finding[]): Json {
  const summary = findings.find(one => one.vulnerability.summary)?.vulnerability.summary ?? id;
  const scores = findings.flatMap(one => one.severity?.score ?? []);
  const aliases = [...new Set(findings.flatMap(one => one.vulnerability.aliases))];
  return compact({
    id,
    shortDescription: { text: summary || id },
    fullDescription: {
      text: [summary || id, ...(aliases.length > 0 ? [`Also known as ${aliases.join(', ')}.`] : [])].join(
        '\n',
      ),
    },
    defaultConfiguration: { level: levelOf(findings) },
    properties: compact({
      tags: ['security', 'vulnerability'],
      // The scale by which code scanning services sort.
      'security-severity': scores.length > 0 ? Math.max(...scores).toFixed(1) : null,
    }),
  });
}

function resultOf(document: FindingDocument, finding: Finding, ruleIndex: number): Json {
  const component: FindingThing = finding.component ?? document.product;
  return compact({
    ruleId: finding.vulnerability.id,
    ruleIndex,
    level: levelOf([finding]),
    message: { text: messageOf(component, finding) },
    locations: [
      compact({
        physicalLocation: finding.location === null ? null : physical(finding.location),
        logicalLocations: [{ fullyQualifiedName: idOf(component), kind: 'package' }],
      }),
    ],
    partialFingerprints: { 'larder/1': fingerprint(idOf(document.product), idOf(component), finding) },
    suppressions: suppressionsOf(finding),
  });
}

function messageOf(component: FindingThing, finding: Finding): string {
  const { vulnerability, status, fixed, reasons } = finding;
  const name = [component.name || 'unnamed', component.version].filter(Boolean).join(' ');
  const said: Readonly<Record<Finding['status'], string>> = {
    affected: 'is affected by',
    not_affected: 'is not affected by',
    fixed: 'has the fix for',
    under_investigation: 'may be affected by',
    unknown: 'cannot be told to be affected by',
  };
  const advice = finding.action ?? (fixed.length > 0 ? `Update to ${fixed.join(' or ')}.` : null);
  return [`${name} ${said[status]} ${vulnerability.id}.`, ...(advice ? [advice] : []), ...reasons].join('\n');
}

function physical({ file, line }: NonNullable<Finding['location']>): Json {
  // A relative reference (RFC 3986): what a path may hold and a URI may not is escaped, step by step.
  const uri = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return compact({
    artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
    region: line !== null && Number.isInteger(line) && line > 0 ? { startLine: line } : null,
  });
}

/** Settled findings stay visible as suppressed ones. */
function suppressionsOf(finding: Finding): Json[] {
  if (finding.status !== 'not_affected' && finding.status !== 'fixed') return [];
  const why = finding.statement ?? finding.justification?.replaceAll('_', ' ') ?? null;
  return [compact({ kind: 'external', status: 'accepted', justification: why })];
}

/** `error` for critical and high, `warning` for medium and what has no score, `note` below. */
function levelOf(findings: readonly Finding[]): 'error' | 'warning' | 'note' {
  const levels = findings.map(one => one.severity?.level ?? 'unknown');
  if (levels.some(level => level === 'critical' || level === 'high')) return 'error';
  return levels.some(level => level === 'medium' || level === 'unknown') ? 'warning' : 'note';
}

/** The same for the same vulnerability in the same component of the same product, wherever in the file it stands; the version is left out, so that an update that does not help is no new finding. */
function fingerprint(product: string, component: string, finding: Finding): string {
  const bare = (purl: string) => purl.replace(/@[^@/]*$/, '');
  const key = JSON.stringify([
    bare(product),
    bare(component),
    finding.vulnerability.id,
    finding.location?.file ?? '',
  ]);
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}
