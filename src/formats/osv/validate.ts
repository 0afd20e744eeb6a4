import type { Diagnostics } from '../../model/diagnostic.ts';
import { isObject, type JsonObject } from '../fields.ts';
import type { DocumentInput, Validation } from '../format.ts';
import { ANY_TEXT, checkShape, form, list, object, type Rule, text, URI, words } from '../shape-rules.ts';
import { judgeJson } from '../strict.ts';
import { ECOSYSTEMS, PREFIXES } from './names.ts';

/**
 * Judges a record by the OSV schema (1.7.5) and by what it says of events in words: a range has an `introduced`, `fixed` and `last_affected` exclude each
 * other, and no version begins and ends a range at once.
 */
export async function validate(input: DocumentInput): Promise<Validation> {
  return judgeJson(input, (root, diagnostics) => {
    checkShape(root, RECORD, '', ({ code, message, at }) => {
      // Only the record itself is closed; its parts may hold more.
      if (code !== 'unknown-field' || at.lastIndexOf('/') === 0) diagnostics.error(code, message, at);
    });
    if (isObject(root)) judgeAffected(root, diagnostics);
    const version = isObject(root) ? root['schema_version'] : null;
    return typeof version === 'string' ? version : null;
  });
}

const OPEN: Rule = object({}, { others: { kind: 'any' } });
const TIME = text(
  form(
    'a time in UTC that ends in Z (RFC 3339)',
    /^[0-9]{4}-(?:0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]+)?Z$/,
  ),
);
const id = text({
  name: 'an id with a prefix that the schema lists, or one that starts with x_',
  test: value => value.startsWith('x_') || PREFIXES.some(prefix => value.startsWith(`${prefix}-`)),
});
const ecosystem = text({
  name: 'an ecosystem that the schema lists, with a suffix after a colon where there is one',
  test: value => /^[^:]+(?::.+)?$/s.test(value) && ECOSYSTEMS.includes(value.split(':')[0] ?? ''),
});

const V2 =
  /^(?:(?:AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)|CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND))(?:\/(?!$)|$))+$/;
const V3 =
  /^CVSS:3\.[01](?:\/(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH]))+$/;
const V4 =
  /^CVSS:4\.0\/AV:[NALP]\/AC:[LH]\/AT:[NP]\/PR:[NLH]\/UI:[NPA]\/VC:[HLN]\/VI:[HLN]\/VA:[HLN]\/SC:[HLN]\/SI:[HLN]\/SA:[HLN](?:\/E:[XAPU])?(?:\/CR:[XHML])?(?:\/IR:[XHML])?(?:\/AR:[XHML])?(?:\/MAV:[XNALP])?(?:\/MAC:[XLH])?(?:\/MAT:[XNP])?(?:\/MPR:[XNLH])?(?:\/MUI:[XNPA])?(?:\/MVC:[XNLH])?(?:\/MVI:[XNLH])?(?:\/MVA:[XNLH])?(?:\/MSC:[XNLH])?(?:\/MSI:[XNLHS])?(?:\/MSA:[XNLHS])?(?:\/S:[XNP])?(?:\/AU:[XNY])?(?:\/R:[XAUI])?(?:\/V:[XDC])?(?:\/RE:[XLMH])?(?:\/U:(?:X|Clear|Green|Amber|Red))?$/;
const SCORES: Readonly<Record<string, Rule>> = {
  CVSS_V2: text(form('a CVSS 2.0 vector', V2)),
  CVSS_V3: text(form('a CVSS 3 vector', V3)),
  CVSS_V4: text(form('a CVSS 4.0 vector', V4)),
  Ubuntu: words('negligible', 'low', 'medium', 'high', 'critical'),
};

const severity = orNull(
  list(
    {
      kind: 'chosen',
      choose: value => {
        const type = isObject(value) ? value['type'] : null;
        const score = typeof type === 'string' && Object.hasOwn(SCORES, type) ? SCORES[type] : undefined;
        return object({ 'type!': words(...Object.keys(SCORES)), 'score!': score ?? ANY_TEXT });
      },
    },
    { min: 0 },
  ),
);

const EVENTS = ['introduced', 'fixed', 'last_affected', 'limit'];
const HASH = text(
  form('0 or a commit hash of 40 or 64 hexadecimal digits', /^(?:0|[a-f0-9]{40}|[a-f0-9]{64})$/),
);
const range: Rule = {
  kind: 'chosen',
  choose: value => (isObject(value) && value['type'] === 'GIT' ? GIT_RANGE : RANGE),
};
const RANGE = rangeOf(ANY_TEXT, { repo: ANY_TEXT });
const GIT_RANGE = rangeOf(HASH, { 'repo!': ANY_TEXT });

function rangeOf(version: Rule, repo: { readonly [name: string]: Rule }): Rule {
  return object({
    'type!': words('GIT', 'SEMVER', 'ECOSYSTEM'),
    ...repo,
    'events!': list(object(Object.fromEntries(EVENTS.map(name => [name, version])))),
    database_specific: OPEN,
  });
}

const texts = list(ANY_TEXT, { min: 0 });
const affected = object({
  package: object({ 'ecosystem!': ecosystem, 'name!': ANY_TEXT, purl: ANY_TEXT }),
  severity,
  ranges: list(range, { min: 0 }),
  versions: texts,
  ecosystem_specific: OPEN,
  database_specific: OPEN,
});

const RECORD: Rule = object({
  schema_version: ANY_TEXT,
  'id!': id,
  'modified!': TIME,
  published: TIME,
  withdrawn: TIME,
  aliases: orNull(texts),
  related: texts,
  upstream: texts,
  summary: ANY_TEXT,
  details: ANY_TEXT,
  severity,
  affected: orNull(list(affected, { min: 0 })),
  references: orNull(
    list(
      object({
        'type!': words(
          'ADVISORY',
          'ARTICLE',
          'DETECTION',
          'DISCUSSION',
          'REPORT',
          'FIX',
          'INTRODUCED',
          'GIT',
          'PACKAGE',
          'EVIDENCE',
          'WEB',
        ),
        'url!': text(URI),
      }),
      { min: 0 },
    ),
  ),
  credits: list(
    object({
      'name!': ANY_TEXT,
      contact: texts,
      type: words(
        'FINDER',
        'REPORTER',
        'ANALYST',
        'COORDINATOR',
        'REMEDIATION_DEVELOPER',
        'REMEDIATION_REVIEWER',
        'REMEDIATION_VERIFIER',
        'TOOL',
        'SPONSOR',
        'OTHER',
      ),
    }),
    { min: 0 },
  ),
  database_specific: OPEN,
});

const NOTHING: Rule = { kind: 'any' };

function orNull(rule: Rule): Rule {
  return { kind: 'chosen', choose: value => (value === null ? NOTHING : rule) };
}

function judgeAffected(record: JsonObject, diagnostics: Diagnostics): void {
  for (const [index, one] of itemsOf(record, 'affected')) {
    const at = `/affected/${index}`;
    if (isStated(record['severity']) && isStated(one['severity']))
      diagnostics.error(
        'repeated-severity',
        'The severity is stated for the record; it cannot be stated again here.',
        `${at}/severity`,
      );
    for (const [number, range] of itemsOf(one, 'ranges'))
      judgeEvents(range, `${at}/ranges/${number}`, diagnostics);
  }
}

function judgeEvents(range: JsonObject, at: string, diagnostics: Diagnostics): void {
  const events = itemsOf(range, 'events');
  const having = (kind: string) => events.filter(([, event]) => Object.hasOwn(event, kind));
  if (events.length > 0 && having('introduced').length === 0)
    diagnostics.error('no-introduced', 'No event of the range has an "introduced" version.', `${at}/events`);
  if (having('fixed').length > 0 && having('last_affected').length > 0)
    diagnostics.error(
      'mixed-events',
      '"fixed" and "last_affected" exclude each other in one range.',
      `${at}/events`,
    );
  const ends = new Map<unknown, string>();
  for (const [index, event] of events) {
    const place = `${at}/events/${index}`;
    const kinds = EVENTS.filter(kind => Object.hasOwn(event, kind));
    if (kinds.length !== 1)
      diagnostics.error(
        'one-event',
        `An event has exactly one of ${EVENTS.join(', ')}, not ${kinds.length}.`,
        place,
      );
    for (const kind of kinds) {
      const version = event[kind];
      if (ends.has(version))
        diagnostics.error(
          'nondistinct-event',
          `The version ${JSON.stringify(version)} is already in an event of this range.`,
          place,
        );
      ends.set(version, kind);
    }
  }
}

function itemsOf(owner: JsonObject, key: string): [number, JsonObject][] {
  const value = Object.hasOwn(owner, key) ? owner[key] : null;
  return Array.isArray(value)
    ? [...value.entries()].filter((pair): pair is [number, JsonObject] => isObject(pair[1]))
    : [];
}

function isStated(value: unknown): boolean {
  return value !== undefined && value !== null;
}
