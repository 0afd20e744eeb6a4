import type {
  AdvisoryFacts,
  Claim,
  CveStatus,
  CveVersionEntry,
  StatedSeverity,
  VersionRange,
} from '../../model/advisory.ts';
import type { ReadResult } from '../../model/facts.ts';
import { readAdvisories } from '../advisory-document.ts';
import type { Fields, JsonObject } from '../fields.ts';
import type { DocumentInput, Head } from '../format.ts';
import { readConfigurations } from './configurations.ts';

export function detect(head: Head): number {
  if (head.looksLike !== 'json') return 0;
  if (/"dataType"\s*:\s*"CVE_RECORD"/.test(head.text)) return 0.95;
  return head.text.includes('"cveMetadata"') || head.topLevelKeys().includes('cveMetadata') ? 0.85 : 0;
}

/** Reads one CVE record: the CNA container and every ADP container, each `affected` object a claim. */
export function read(input: DocumentInput): ReadResult {
  return readAdvisories(
    { format: 'cve', kind: 'advisory', encoding: 'json' },
    input.json,
    (record, fields) => {
      const metadata = fields.object(record, 'cveMetadata', '');
      const id = metadata && fields.string(metadata, 'cveId', '/cveMetadata');
      const version = record['dataVersion'];
      const specVersion = typeof version === 'string' || typeof version === 'number' ? String(version) : null;
      return {
        specVersion,
        advisories: id ? [readRecord(record, metadata, id, fields)] : null,
        missing: '"cveMetadata" with a "cveId"',
      };
    },
  );
}

function readRecord(record: JsonObject, metadata: JsonObject, id: string, fields: Fields): AdvisoryFacts {
  const containers = containersOf(record, fields);
  const rejected = fields.string(metadata, 'state', '/cveMetadata') === 'REJECTED';
  const tags = containers.flatMap(container => fields.strings(container.value, 'tags', container.at));
  const english = containers
    .flatMap(container => fields.objects(container.value, 'descriptions', container.at))
    .find(isEnglish);
  return {
    id,
    vulnerability: id,
    source: 'cve',
    publisher: fields.string(metadata, 'assignerShortName', '/cveMetadata'),
    publisherRole: 'vendor',
    kind: 'vulnerability',
    state: rejected ? 'rejected' : tags.includes('disputed') ? 'disputed' : 'published',
    aliases: [],
    upstream: [],
    related: [],
    published: fields.string(metadata, 'datePublished', '/cveMetadata'),
    modified: fields.string(metadata, 'dateUpdated', '/cveMetadata'),
    withdrawn: fields.string(metadata, 'dateRejected', '/cveMetadata'),
    summary:
      containers
        .map(container => fields.string(container.value, 'title', container.at))
        .find(title => title !== null) ??
      (english ? fields.string(english.value, 'value', english.at) : null),
    severities: containers.flatMap(container => readMetrics(container, fields)),
    cwes: containers.flatMap(container => readWeaknesses(container, fields)),
    references: containers.flatMap(container =>
      fields.objects(container.value, 'references', container.at).flatMap(({ value, at }) => {
        const url = fields.string(value, 'url', at);
        return url === null ? [] : [{ type: fields.strings(value, 'tags', at)[0] ?? 'web', url }];
      }),
    ),
    claims: containers.flatMap(container => readClaims(container, fields)),
  };
}

interface Container {
  readonly value: JsonObject;
  readonly at: string;
  readonly provider: string | null;
}

function containersOf(record: JsonObject, fields: Fields): Container[] {
  const containers = fields.object(record, 'containers', '');
  if (containers === null) return [];
  const cna = fields.object(containers, 'cna', '/containers');
  const all = [
    ...(cna ? [{ value: cna, at: '/containers/cna' }] : []),
    ...fields.objects(containers, 'adp', '/containers'),
  ];
  return all.map(({ value, at }) => {
    const provider = fields.object(value, 'providerMetadata', at);
    return {
      value,
      at,
      provider: provider && fields.string(provider, 'shortName', `${at}/providerMetadata`),
    };
  });
}

function readClaims(container: Container, fields: Fields): Claim[] {
  const products = fields
    .objects(container.value, 'affected', container.at)
    .map(({ value, at }) => readAffected(value, at, fields));
  return [...products.flat(), ...readConfigurations(container.value, container.at, fields)];
}

/** One `affected` object: a claim for the package it names, and one for each CPE. */
function readAffected(affected: JsonObject, at: string, fields: Fields): Claim[] {
  const vendor = fields.string(affected, 'vendor', at);
  const product = fields.string(affected, 'product', at);
  const cpes = fields.strings(affected, 'cpes', at);
  const range = readVersions(affected, at, fields);
  const base = {
    digests: [],
    ref: null,
    name: [vendor, product].filter(Boolean).join(' ') || null,
    ranges: range,
    versions: [],
    allVersions: false,
  };
  const pack = packageOf(affected, at, fields);
  const purl = fields.string(affected, 'packageURL', at);
  const selectors = [
    ...(pack !== null || purl !== null || cpes.length === 0
      ? [{ ...base, package: pack, purl, cpe: null }]
      : []),
    ...cpes.map(cpe => ({ ...base, package: null, purl: null, cpe })),
  ];
  return selectors.map(selector => ({
    kind: 'range',
    product: selector,
    within: null,
    status: 'affected',
    justification: null,
    statedJustification: null,
    statement: null,
    fixed: fixedOf(range),
    severities: [],
    remediations: [],
    time: null,
    at,
  }));
}

/** Words in a `collectionURL` that tell a package registry; `packageName` is then the name there. */
const REGISTRIES: readonly (readonly [RegExp, string])[] = [
  [/\bpkg\.go\b/, 'Go'],
  [/\bpypi\b/, 'PyPI'],
  [/\bnpmjs\b/, 'npm'],
  [/\brubygems\b/, 'RubyGems'],
  [/\bcrates\b/, 'crates.io'],
  [/\bpackagist\b/, 'Packagist'],
  [/\bnuget\b/, 'NuGet'],
  [/\bmaven2?\b|\bmvnrepository\b/, 'Maven'],
  [/\bhex\.pm\b/, 'Hex'],
];

function packageOf(
  affected: JsonObject,
  at: string,
  fields: Fields,
): { ecosystem: string; name: string } | null {
  const collection = fields.string(affected, 'collectionURL', at);
  const name = fields.string(affected, 'packageName', at);
  if (collection === null || name === null) return null;
  const known = REGISTRIES.find(([word]) => word.test(collection));
  return known ? { ecosystem: known[1], name: known[1] === 'Maven' ? name.replace('/', ':') : name } : null;
}

function readVersions(affected: JsonObject, at: string, fields: Fields): VersionRange[] {
  const entries = fields
    .objects(affected, 'versions', at)
    .flatMap(({ value, at: place }): CveVersionEntry[] => {
      const version = fields.string(value, 'version', place);
      if (version === null) {
        fields.drop('no-version', 'The entry has no version; it was left out.', place);
        return [];
      }
      return [
        {
          version,
          status: statusOf(fields.string(value, 'status', place)),
          versionType: fields.string(value, 'versionType', place),
          lessThan: fields.string(value, 'lessThan', place),
          lessThanOrEqual: fields.string(value, 'lessThanOrEqual', place),
          changes: fields.objects(value, 'changes', place).flatMap(change => {
            const changeAt = fields.string(change.value, 'at', change.at);
            return changeAt === null
              ? []
              : [{ at: changeAt, status: statusOf(fields.string(change.value, 'status', change.at)) }];
          }),
        },
      ];
    });
  return [{ kind: 'cve', defaultStatus: statusOf(fields.string(affected, 'defaultStatus', at)), entries }];
}

function statusOf(stated: string | null): CveStatus {
  return stated === 'affected' || stated === 'unaffected' ? stated : 'unknown';
}

/** The version at which an affected range ends is the first that is not affected. */
function fixedOf(ranges: readonly VersionRange[]): string[] {
  const fixed = new Set<string>();
  for (const range of ranges) {
    if (range.kind !== 'cve') continue;
    for (const entry of range.entries) {
      const end = entry.changes.find(change => change.status === 'unaffected')?.at ?? entry.lessThan;
      if (entry.status === 'affected' && end !== null && !end.endsWith('*')) fixed.add(end);
    }
  }
  return [...fixed];
}

function readMetrics(container: Container, fields: Fields): StatedSeverity[] {
  return fields.objects(container.value, 'metrics', container.at).flatMap(({ value, at }) =>
    (['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'] as const).flatMap((key): StatedSeverity[] => {
      const metric = fields.object(value, key, at);
      const vector = metric && fields.string(metric, 'vectorString', `${at}/${key}`);
      const type = key === 'cvssV4_0' ? 'CVSS_V4' : key === 'cvssV2_0' ? 'CVSS_V2' : 'CVSS_V3';
      return vector ? [{ type, value: vector, source: container.provider }] : [];
    }),
  );
}

function readWeaknesses(container: Container, fields: Fields): string[] {
  return fields
    .objects(container.value, 'problemTypes', container.at)
    .flatMap(({ value, at }) =>
      fields
        .objects(value, 'descriptions', at)
        .flatMap(description => fields.string(description.value, 'cweId', description.at) ?? []),
    );
}

function isEnglish(description: { readonly value: JsonObject }): boolean {
  const language = description.value['lang'];
  return typeof language === 'string' && language.toLowerCase().startsWith('en');
}
