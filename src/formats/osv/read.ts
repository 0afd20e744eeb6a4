import { parse as parseYaml } from 'yaml';
import type { AdvisoryFacts, Claim, StatedSeverity, VersionRange } from '../../model/advisory.ts';
import type { ReadResult } from '../../model/facts.ts';
import { readAdvisories } from '../advisory-document.ts';
import { Fields, isObject, type JsonObject } from '../fields.ts';
import type { DocumentInput, Head } from '../format.ts';

/** How sure it is that this is an OSV record: `id` and `modified` are the two required fields of the schema. */
export function detect(head: Head): number {
  if (head.looksLike === 'text') return /^id:/m.test(head.text) && /^modified:/m.test(head.text) ? 0.6 : 0;
  if (head.looksLike !== 'json' || !head.text.includes('"id"')) return 0;
  const keys = new Set(head.topLevelKeys());
  if (!keys.has('id') || keys.has('@context') || keys.has('bomFormat') || keys.has('spdxVersion')) return 0;
  const marks = ['modified', 'affected', 'schema_version', 'aliases', 'withdrawn'].filter(key =>
    keys.has(key),
  ).length;
  return marks >= 2 ? 0.7 + marks / 100 : 0;
}

/** Reads one OSV record, JSON or YAML. Records of a wrong shape are rejected; single odd fields are left out with their place. */
export function read(input: DocumentInput): ReadResult {
  const yaml = !/^\s*[{[]/.test(input.text());
  const parse = yaml ? () => parseYaml(input.text(), { maxAliasCount: 100, schema: 'core' }) : input.json;
  return readAdvisories(
    { format: 'osv', kind: 'advisory', encoding: yaml ? 'yaml' : 'json' },
    parse,
    (record, fields) => {
      const facts = readRecord(record, fields);
      return {
        specVersion: fields.string(record, 'schema_version', ''),
        advisories: facts === null ? null : [facts],
        missing: 'a string "id"',
      };
    },
  );
}

/**
 * The facts of one parsed OSV record, or null when it has no id. Used directly by the mirror, which reads records by the hundred thousand.
 * Source of the rules: OSV schema 1.7, https://ossf.github.io/osv-schema/.
 */
export function readRecord(record: JsonObject, fields: Fields): AdvisoryFacts | null {
  const id = fields.string(record, 'id', '');
  if (id === null || id === '') return null;
  const specific = readSpecific(record);
  const withdrawn = fields.string(record, 'withdrawn', '');
  const upstream = fields.strings(record, 'upstream', '');
  const label = typeof specific?.['severity'] === 'string' ? specific['severity'] : null;
  return {
    id,
    vulnerability: id,
    source: 'osv',
    publisher: id.split('-', 1)[0] ?? null,
    publisherRole: 'database',
    kind:
      id.startsWith('MAL-') || (specific !== null && Object.hasOwn(specific, 'malicious-packages-origins'))
        ? 'malicious'
        : 'vulnerability',
    state: withdrawn !== null ? 'withdrawn' : specific?.['isDisputed'] === true ? 'disputed' : 'published',
    aliases: [
      ...new Set([
        ...fields.strings(record, 'aliases', '').filter(alias => alias !== id),
        ...upstream.filter(other => isEntryOn(id, other)),
      ]),
    ],
    upstream,
    related: fields.strings(record, 'related', ''),
    published: fields.string(record, 'published', ''),
    modified: fields.string(record, 'modified', ''),
    withdrawn,
    summary: fields.string(record, 'summary', ''),
    severities: [...readSeverities(record, '', fields), ...labelled(label)],
    cwes: Array.isArray(specific?.['cwe_ids'])
      ? specific['cwe_ids'].filter(cwe => typeof cwe === 'string')
      : [],
    references: fields.objects(record, 'references', '').flatMap(({ value, at }) => {
      const url = fields.string(value, 'url', at);
      return url === null ? [] : [{ type: (fields.string(value, 'type', at) ?? 'WEB').toLowerCase(), url }];
    }),
    claims: fields.objects(record, 'affected', '').map(({ value, at }) => readAffected(value, at, fields)),
  };
}

/**
 * Debian, Ubuntu, Alpine and others have a record for each CVE, called after it (`DEBIAN-CVE-2024-3094`), and name it as upstream only. Such a record is on that vulnerability and no
 * other, so that what is exploited, how likely, and every statement on it by its own name count there too. A bulletin (`RHSA-...`) may be on several.
 */
function isEntryOn(id: string, upstream: string): boolean {
  return upstream.startsWith('CVE-') && id.endsWith(`-${upstream}`);
}

function readAffected(affected: JsonObject, at: string, fields: Fields): Claim {
  const pack = fields.object(affected, 'package', at);
  const ecosystem = pack && fields.string(pack, 'ecosystem', `${at}/package`);
  const name = pack && fields.string(pack, 'name', `${at}/package`);
  if (pack && (ecosystem === null || name === null)) {
    fields.drop(
      'incomplete-package',
      'The package has no ecosystem or no name; it matches nothing.',
      `${at}/package`,
    );
  }
  const ranges = fields
    .objects(affected, 'ranges', at)
    .flatMap(range => readRange(range.value, range.at, fields));
  const versions = fields.strings(affected, 'versions', at);
  if (ranges.length === 0 && versions.length === 0) {
    fields.diagnostics.warning(
      'no-versions',
      'This affected entry names no range and no version; by the OSV rules it matches nothing.',
      at,
    );
  }
  const specific = affected['ecosystem_specific'];
  const label = isObject(specific) && typeof specific['severity'] === 'string' ? specific['severity'] : null;
  return {
    kind: 'range',
    product: {
      package: ecosystem && name ? { ecosystem, name } : null,
      purl: pack && fields.string(pack, 'purl', `${at}/package`),
      cpe: null,
      digests: [],
      ref: null,
      name: name ?? null,
      ranges,
      versions,
      allVersions: false,
    },
    within: null,
    status: 'affected',
    justification: null,
    statedJustification: null,
    statement: null,
    fixed: fixedVersions(ranges),
    severities: [...readSeverities(affected, at, fields), ...labelled(label)],
    remediations: [],
    time: null,
    at,
  };
}

const EVENT_KINDS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

function readRange(range: JsonObject, at: string, fields: Fields): VersionRange[] {
  const type = fields.string(range, 'type', at);
  if (type !== 'SEMVER' && type !== 'ECOSYSTEM' && type !== 'GIT') {
    fields.drop(
      'unknown-range-type',
      `The range type is ${JSON.stringify(type)}, not SEMVER, ECOSYSTEM or GIT; the range was left out.`,
      `${at}/type`,
    );
    return [];
  }
  const events = fields.objects(range, 'events', at).flatMap(event =>
    EVENT_KINDS.flatMap(kind => {
      const version = fields.string(event.value, kind, event.at);
      return version === null ? [] : [{ kind, version }];
    }),
  );
  if (!events.some(event => event.kind === 'introduced')) {
    fields.diagnostics.warning(
      'no-introduced',
      'The range has no introduced event; by the OSV rules it holds no version.',
      `${at}/events`,
    );
  }
  return [{ kind: 'events', type, repo: fields.string(range, 'repo', at), events }];
}

function readSeverities(owner: JsonObject, at: string, fields: Fields): StatedSeverity[] {
  return fields.objects(owner, 'severity', at).flatMap((severity): StatedSeverity[] => {
    const type = fields.string(severity.value, 'type', severity.at);
    const value = fields.string(severity.value, 'score', severity.at);
    if (value === null) return [];
    if (type === 'CVSS_V2' || type === 'CVSS_V3' || type === 'CVSS_V4')
      return [{ type, value, source: null }];
    return [{ type: 'label', value, source: type }];
  });
}

function labelled(label: string | null): StatedSeverity[] {
  return label === null ? [] : [{ type: 'label', value: label, source: null }];
}

function fixedVersions(ranges: readonly VersionRange[]): string[] {
  const fixed = new Set<string>();
  for (const range of ranges) {
    if (range.kind !== 'events' || range.type === 'GIT') continue;
    for (const event of range.events) if (event.kind === 'fixed') fixed.add(event.version);
  }
  return [...fixed];
}

/** `database_specific` is the database's own; any shape is allowed, so nothing in it is a fault. */
function readSpecific(record: JsonObject): JsonObject | null {
  const specific = record['database_specific'];
  return isObject(specific) ? specific : null;
}
