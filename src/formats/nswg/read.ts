import {
  type AdvisoryFacts,
  type Claim,
  EMPTY_SELECTOR,
  type Justification,
  type ProductSelector,
  type StatedSeverity,
  type VersionRange,
} from '../../model/advisory.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { readAdvisories } from '../advisory-document.ts';
import { type Fields, isObject, type JsonObject } from '../fields.ts';
import type { DocumentInput, Head } from '../format.ts';
import { patchedVersions, vulnerableIntervals, vulnerableVers } from './ranges.ts';

export function detect(head: Head): number {
  if (head.looksLike !== 'json') return 0;
  const { text } = head;
  if (text.includes('"vulnerable_versions"') && text.includes('"module_name"')) return 0.85;
  if (text.includes('"vulnerable"') && text.includes('"affectedEnvironments"')) return 0.85;
  return /"reason"\s*:\s*"(?:vulnerable_code|component_not|inline_mit)/.test(text) && text.includes('"cve"')
    ? 0.8
    : 0;
}

/** Reads one record, or an index: an object of records under their numbers. */
export function read(input: DocumentInput): ReadResult {
  return readAdvisories(
    { format: 'nswg', kind: 'advisory', encoding: 'json' },
    input.json,
    (root, fields) => {
      const single = readRecord(root, '', fields);
      const advisories =
        single !== null
          ? [single]
          : Object.entries(root).flatMap(([number, record]) => {
              const read = isObject(record) ? readRecord(record, `/${number}`, fields) : null;
              if (read === null)
                fields.drop('not-nswg', 'This is no advisory; it was left out.', `/${number}`);
              return read ?? [];
            });
      const missing = '"vulnerable_versions", "vulnerable" or "reason"';
      return { specVersion: null, advisories: advisories.length === 0 ? null : advisories, missing };
    },
  );
}

function readRecord(record: JsonObject, at: string, fields: Fields): AdvisoryFacts | null {
  if (Object.hasOwn(record, 'module_name')) return readPackage(record, at, fields);
  if (Object.hasOwn(record, 'vulnerable')) return readCore(record, at, fields);
  return Object.hasOwn(record, 'reason') ? readDependency(record, at, fields) : null;
}

/** A vulnerability of a package of npm. */
function readPackage(record: JsonObject, at: string, fields: Fields): AdvisoryFacts {
  const number = fields.number(record, 'id', at);
  const name = fields.string(record, 'module_name', at) ?? '';
  const id = `NSWG-ECO-${number ?? name}`;
  const vector = vectorOf(fields.string(record, 'cvss_vector', at));
  const score = fields.number(record, 'cvss_score', at);
  const product = { ...EMPTY_SELECTOR, package: { ecosystem: 'npm', name }, name };
  const vulnerable = fields.string(record, 'vulnerable_versions', at);
  const patched = fields.string(record, 'patched_versions', at);
  const severities =
    vector ?? (score === null ? [] : [{ type: 'score', value: String(score), source: null }]);
  return {
    ...COMMON,
    id,
    vulnerability: id,
    aliases: fields.strings(record, 'cves', at),
    published: fields.string(record, 'publish_date', at) ?? fields.string(record, 'created_at', at),
    modified: fields.string(record, 'updated_at', at),
    summary: fields.string(record, 'title', at),
    severities,
    references: fields.strings(record, 'references', at).map(url => ({ type: 'WEB', url })),
    claims: rangeClaim(product, vulnerable, patched, severities, {
      at,
      key: 'vulnerable_versions',
      advice: fields.string(record, 'recommendation', at),
      fields,
    }),
  };
}

/** A vulnerability of Node.js itself. Records have no id of their own; their CVE is it. */
function readCore(record: JsonObject, at: string, fields: Fields): AdvisoryFacts {
  const vulnerable = fields.string(record, 'vulnerable', at);
  const patched = fields.string(record, 'patched', at);
  const label = fields.string(record, 'severity', at);
  const vector = vectorOf(fields.string(record, 'cvss', at));
  const severities =
    vector ?? (label === null ? [] : [{ type: 'label', value: label, source: null } as const]);
  return {
    ...named(record, at, fields),
    published: fields.string(record, 'publish_date', at),
    severities,
    cwes: /^CWE-\d+/.exec(fields.string(record, 'type', at) ?? '')?.slice(0, 1) ?? [],
    claims: rangeClaim(NODE, vulnerable, patched, severities, {
      at,
      key: 'vulnerable',
      advice: null,
      fields,
    }),
  };
}

/** A vulnerability of something that Node.js holds, which does not affect Node.js, and why. */
function readDependency(record: JsonObject, at: string, fields: Fields): AdvisoryFacts {
  const reason = fields.string(record, 'reason', at);
  const known = JUSTIFICATIONS.find(one => one === reason) ?? null;
  return {
    ...named(record, at, fields),
    claims: [
      {
        kind: 'statement',
        product: { ...NODE, cpe: NODE_CPE, allVersions: true },
        within: null,
        status: 'not_affected',
        justification: known,
        statedJustification: known === null ? reason : null,
        statement: fields.string(record, 'overview', at),
        fixed: [],
        severities: [],
        remediations: [],
        time: null,
        at,
      },
    ],
  };
}

function named(record: JsonObject, at: string, fields: Fields): AdvisoryFacts {
  const [cve, ...others] = fields.strings(record, 'cve', at);
  const ref = fields.string(record, 'ref', at);
  const overview = fields.string(record, 'overview', at);
  const vulnerability = cve ?? ref ?? `node${at}`;
  return {
    ...COMMON,
    id: `NSWG-CORE#${vulnerability}`,
    vulnerability,
    // One record may tell of several vulnerabilities that were fixed together: they are related, not the same.
    related: others,
    summary: fields.string(record, 'description', at) ?? overview,
    references: ref === null ? [] : [{ type: 'ADVISORY', url: ref }],
    claims: [],
  };
}

interface Context {
  readonly at: string;
  readonly key: string;
  readonly advice: string | null;
  readonly fields: Fields;
}

function rangeClaim(
  product: ProductSelector,
  vulnerable: string | null,
  patched: string | null,
  severities: readonly StatedSeverity[],
  { at, key, advice, fields }: Context,
): Claim[] {
  if (vulnerable === null) return [];
  try {
    const range = vulnerableVers(vulnerable, patched);
    if (range === null) return [];
    const every = range === 'vers:npm/*';
    const claims: Claim[] = [
      {
        kind: 'range',
        product: { ...product, ranges: every ? [] : [{ kind: 'vers', text: range }], allVersions: every },
        within: null,
        status: 'affected',
        justification: null,
        statedJustification: null,
        statement: null,
        fixed: patchedVersions(patched),
        severities,
        remediations: advice === null ? [] : [{ category: 'recommendation', text: advice, url: null }],
        time: null,
        at: `${at}/${key}`,
      },
    ];
    return product.purl === NODE.purl
      ? claims.flatMap(claim => [claim, cpeClaim(claim, vulnerable, patched)])
      : claims;
  } catch (error) {
    fields.drop('bad-range', messageOf(error), `${at}/${key}`);
    return [];
  }
}

/** Node.js as its CPE names it: the order of npm is that of its purl, so the versions are bounds here. */
function cpeClaim(claim: Claim, vulnerable: string, patched: string | null): Claim {
  const ranges = claim.product.allVersions
    ? []
    : vulnerableIntervals(vulnerable, patched).map(
        ({ from, to }): VersionRange => ({
          kind: 'bounds',
          versionType: 'semver',
          from: from?.version ?? null,
          fromInclusive: from?.inclusive ?? false,
          to: to?.version ?? null,
          toInclusive: to?.inclusive ?? false,
        }),
      );
  return { ...claim, product: { ...claim.product, purl: null, cpe: NODE_CPE, ranges } };
}

/** Vectors of core records lack the `CVSS:` in front. */
function vectorOf(stated: string | null): StatedSeverity[] | null {
  if (stated === null || stated === '') return null;
  const value = /^\d\.\d\//.test(stated) ? `CVSS:${stated}` : stated;
  const type = value.startsWith('CVSS:3') ? 'CVSS_V3' : value.startsWith('CVSS:4') ? 'CVSS_V4' : 'CVSS_V2';
  return [{ type, value, source: null }];
}

const JUSTIFICATIONS: readonly Justification[] = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
];

const NODE: ProductSelector = {
  ...EMPTY_SELECTOR,
  purl: 'pkg:generic/node',
  name: 'Node.js',
};

const NODE_CPE = 'cpe:2.3:a:nodejs:node.js:*:*:*:*:*:*:*:*';

const COMMON = {
  source: 'nswg',
  publisher: 'Node.js security-wg',
  publisherRole: 'database',
  kind: 'vulnerability',
  state: 'published',
  aliases: [],
  upstream: [],
  related: [],
  published: null,
  modified: null,
  withdrawn: null,
  severities: [],
  cwes: [],
} as const;
