import { COUNTERS } from '../findings.ts';

/**
 * The tables. Two kinds: *evidence* (bytes, when and whence they came, tombstones), whose shape only ever gains columns, and *derived* ones, which
 * `reindex` drops and rebuilds from the evidence. A change to a derived table raises SCHEMA_VERSION; an older larder is then rebuilt, never patched.
 */
export const SCHEMA_VERSION = 7;

/** `application_id` of the file: "Lrdr". */
export const APPLICATION_ID = 0x4c726472;

/** Times without an end. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

/** BOMs in one segment of the membership tables, and how many segments merge into one of the next level. */
export const SEGMENT_BOMS = 1024;
export const MERGE_WIDTH = 16;

/** Columns of the counters of findings, in their order. */
export const COUNT_COLUMNS: readonly string[] = COUNTERS.map(counter => `n_${counter}`);

export const EVIDENCE_TABLES = `
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evidence(
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  name TEXT NOT NULL,
  container BLOB,
  container_path TEXT,
  recorded_from INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS evidence_container ON evidence(container) WHERE container IS NOT NULL;
CREATE INDEX IF NOT EXISTS evidence_recorded ON evidence(recorded_from);
CREATE TABLE IF NOT EXISTS bytes(document INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tombstone(sha256 BLOB PRIMARY KEY, who TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
`;

/** Name, then what follows it in CREATE TABLE; indexes after. Order matters only to people. */
const DERIVED: readonly (readonly [string, string])[] = [
  [
    'document',
    `(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL, format TEXT NOT NULL, encoding TEXT NOT NULL, spec_version TEXT, status TEXT NOT NULL,
  diagnostic_count INTEGER NOT NULL, diagnostics TEXT, stated TEXT,
  bom INTEGER
)`,
  ],
  [
    'trust',
    `(
  document INTEGER NOT NULL, recorded_from INTEGER NOT NULL, recorded_to INTEGER NOT NULL,
  state TEXT NOT NULL, identity TEXT, reason TEXT,
  PRIMARY KEY(document, recorded_from)
) WITHOUT ROWID`,
  ],
  // What the verified statements of a document are about; a row holds as long as the verdict of the same beginning.
  [
    'attested',
    '(document INTEGER NOT NULL, recorded_from INTEGER NOT NULL, digest TEXT NOT NULL, level INTEGER NOT NULL, PRIMARY KEY(document, recorded_from, digest)) WITHOUT ROWID',
  ],
  [
    'app',
    '(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, rule TEXT NOT NULL, alias_of INTEGER)',
  ],
  // What an app was said to be, over record time. `alias_of` is what holds now, at hand for the common questions.
  [
    'alias',
    '(app INTEGER NOT NULL, recorded_from INTEGER NOT NULL, recorded_to INTEGER NOT NULL, target INTEGER NOT NULL, PRIMARY KEY(app, recorded_from)) WITHOUT ROWID',
  ],
  [
    'release',
    '(id INTEGER PRIMARY KEY, app INTEGER NOT NULL, release TEXT NOT NULL, branch TEXT NOT NULL, UNIQUE(app, release, branch))',
  ],
  [
    'line',
    '(id INTEGER PRIMARY KEY, release INTEGER NOT NULL, phase TEXT NOT NULL, tool TEXT NOT NULL, stands_alone BLOB NOT NULL, UNIQUE(release, phase, tool, stands_alone))',
  ],
  [
    'bom',
    `(
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL UNIQUE, recorded_from INTEGER NOT NULL,
  created INTEGER, serial TEXT, revision INTEGER, namespace TEXT, title TEXT, supplier TEXT,
  tools TEXT NOT NULL, subjects TEXT NOT NULL, own_line TEXT NOT NULL,
  components INTEGER NOT NULL, dependencies INTEGER NOT NULL, dependency_entries INTEGER NOT NULL,
  files INTEGER NOT NULL, services INTEGER NOT NULL, vulnerabilities INTEGER NOT NULL, distinct_packages INTEGER NOT NULL,
  no_version INTEGER NOT NULL, no_identity INTEGER NOT NULL, no_supplier INTEGER NOT NULL, no_licence INTEGER NOT NULL,
  no_path INTEGER NOT NULL, no_subject INTEGER NOT NULL, no_edges INTEGER NOT NULL
)`,
  ],
  // Where a BOM stands, over record time: an assertion may move it, a later document of the line supersedes it.
  [
    'placing',
    `(
  bom INTEGER NOT NULL, recorded_from INTEGER NOT NULL, recorded_to INTEGER NOT NULL,
  app INTEGER NOT NULL, release INTEGER NOT NULL, line INTEGER NOT NULL, rule TEXT NOT NULL, superseded_at INTEGER NOT NULL,
  PRIMARY KEY(bom, recorded_from)
) WITHOUT ROWID`,
  ],
  [
    'bom_graph',
    `(
  bom INTEGER PRIMARY KEY, graph BLOB NOT NULL, packages BLOB NOT NULL, package_flags BLOB NOT NULL, identifiers BLOB NOT NULL, plain BLOB NOT NULL,
  licences BLOB NOT NULL, licence_uses BLOB NOT NULL, digests INTEGER NOT NULL
)`,
  ],
  ['tool', '(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)'],
  ['bom_tool', '(bom INTEGER NOT NULL, tool INTEGER NOT NULL, PRIMARY KEY(bom, tool)) WITHOUT ROWID'],
  [
    'link',
    '(bom INTEGER NOT NULL, position INTEGER NOT NULL, from_ordinal INTEGER, target TEXT NOT NULL, relation INTEGER, inward INTEGER NOT NULL, digests TEXT, PRIMARY KEY(bom, position)) WITHOUT ROWID',
  ],
  ['name', '(id INTEGER PRIMARY KEY, type TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL)'],
  [
    'match_key',
    '(id INTEGER PRIMARY KEY, name INTEGER NOT NULL, version TEXT NOT NULL, qualifiers TEXT NOT NULL, UNIQUE(name, version, qualifiers))',
  ],
  ['package', '(id INTEGER PRIMARY KEY, match INTEGER NOT NULL, purl TEXT NOT NULL UNIQUE)'],
  ['identifier', '(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, UNIQUE(kind, value))'],
  ['plain', '(id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, supplier TEXT NOT NULL)'],
  ['licence', '(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)'],
  [
    'segment',
    '(id INTEGER PRIMARY KEY, level INTEGER NOT NULL, first_bom INTEGER NOT NULL, last_bom INTEGER NOT NULL, boms INTEGER NOT NULL, state TEXT NOT NULL)',
  ],
  [
    'member',
    '(segment INTEGER NOT NULL, package INTEGER NOT NULL, bom INTEGER NOT NULL, flags INTEGER NOT NULL, PRIMARY KEY(segment, package, bom)) WITHOUT ROWID',
  ],
  [
    'identifier_member',
    '(segment INTEGER NOT NULL, identifier INTEGER NOT NULL, bom INTEGER NOT NULL, flags INTEGER NOT NULL, PRIMARY KEY(segment, identifier, bom)) WITHOUT ROWID',
  ],
  [
    'plain_member',
    '(segment INTEGER NOT NULL, plain INTEGER NOT NULL, bom INTEGER NOT NULL, flags INTEGER NOT NULL, PRIMARY KEY(segment, plain, bom)) WITHOUT ROWID',
  ],
  // Many entries in each row: digest-pages.ts.
  [
    'digest_page',
    '(id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, first BLOB NOT NULL, entries BLOB NOT NULL, UNIQUE(segment, first))',
  ],
  [
    'licence_member',
    '(licence INTEGER NOT NULL, bom INTEGER NOT NULL, components INTEGER NOT NULL, PRIMARY KEY(licence, bom)) WITHOUT ROWID',
  ],
  [
    'statement',
    `(
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL, recorded_from INTEGER NOT NULL,
  type TEXT NOT NULL, target TEXT NOT NULL, who TEXT NOT NULL, said_at INTEGER NOT NULL, because TEXT, body TEXT NOT NULL
)`,
  ],
  // What labels and retirements say, over record time; `scope` is a BOM, release or app number.
  [
    'label',
    '(scope TEXT NOT NULL, target INTEGER NOT NULL, key TEXT NOT NULL, recorded_from INTEGER NOT NULL, recorded_to INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY(scope, target, key, recorded_from)) WITHOUT ROWID',
  ],
  [
    'retirement',
    '(scope TEXT NOT NULL, target INTEGER NOT NULL, recorded_from INTEGER NOT NULL, recorded_to INTEGER NOT NULL, PRIMARY KEY(scope, target, recorded_from)) WITHOUT ROWID',
  ],
  // Findings (store/findings.ts). An identity is a package number * 2 or an identifier number * 2 + 1.
  ['finding_state', '(one INTEGER PRIMARY KEY CHECK(one = 1), basis TEXT NOT NULL)'],
  [
    'finding_todo',
    '(step INTEGER NOT NULL, id INTEGER NOT NULL, taken INTEGER NOT NULL, PRIMARY KEY(step, id)) WITHOUT ROWID',
  ],
  [
    'part',
    '(id INTEGER PRIMARY KEY, identities TEXT NOT NULL UNIQUE, component TEXT NOT NULL, name TEXT NOT NULL, kind TEXT, judged INTEGER NOT NULL, within TEXT)',
  ],
  [
    'part_identity',
    '(identity INTEGER NOT NULL, part INTEGER NOT NULL, PRIMARY KEY(identity, part)) WITHOUT ROWID',
  ],
  [
    'bom_part',
    '(bom INTEGER PRIMARY KEY, own INTEGER NOT NULL, unidentified INTEGER NOT NULL, own_unidentified INTEGER, parts BLOB NOT NULL, subjects BLOB NOT NULL)',
  ],
  [
    'matched',
    `(
  part INTEGER NOT NULL, vulnerability TEXT NOT NULL, component TEXT NOT NULL, name TEXT NOT NULL,
  status INTEGER NOT NULL, minus_risk INTEGER NOT NULL, minus_score INTEGER NOT NULL, level INTEGER NOT NULL, marks INTEGER NOT NULL,
  PRIMARY KEY(part, vulnerability)
) WITHOUT ROWID`,
  ],
  [
    'own_finding',
    `(
  bom INTEGER NOT NULL, vulnerability TEXT NOT NULL, component TEXT NOT NULL, name TEXT NOT NULL,
  status INTEGER NOT NULL, minus_risk INTEGER NOT NULL, minus_score INTEGER NOT NULL, level INTEGER NOT NULL, marks INTEGER NOT NULL,
  PRIMARY KEY(bom, vulnerability, component)
) WITHOUT ROWID`,
  ],
  [
    'release_count',
    `(release INTEGER PRIMARY KEY, app INTEGER NOT NULL, heads INTEGER NOT NULL, ${COUNT_COLUMNS.map(column => `${column} INTEGER NOT NULL`).join(', ')})`,
  ],
  [
    'app_count',
    `(app INTEGER PRIMARY KEY, ${COUNT_COLUMNS.map(column => `${column} INTEGER NOT NULL`).join(', ')})`,
  ],
];

const DERIVED_INDEXES = `
CREATE INDEX document_status ON document(status) WHERE status <> 'accepted';
CREATE INDEX attested_digest ON attested(digest, level);
CREATE INDEX document_kind ON document(kind);
CREATE INDEX bom_states ON bom(document) WHERE vulnerabilities > 0;
CREATE INDEX bom_serial ON bom(serial) WHERE serial IS NOT NULL;
CREATE INDEX bom_namespace ON bom(namespace) WHERE namespace IS NOT NULL;
CREATE INDEX placing_line ON placing(line);
CREATE INDEX placing_head ON placing(line) WHERE recorded_to = 9007199254740991 AND superseded_at = 9007199254740991;
CREATE INDEX placing_app ON placing(app);
CREATE INDEX app_name ON app(name COLLATE NOCASE, key);
CREATE INDEX alias_target ON alias(target);
CREATE INDEX app_alias ON app(alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX bom_tool_tool ON bom_tool(tool);
CREATE INDEX link_target ON link(target);
CREATE INDEX name_name ON name(name COLLATE NOCASE, type, namespace);
CREATE INDEX package_match ON package(match);
CREATE INDEX plain_name ON plain(name COLLATE NOCASE, version, supplier);
CREATE INDEX licence_member_bom ON licence_member(bom);
CREATE INDEX statement_type ON statement(type);
CREATE INDEX statement_target ON statement(target);
CREATE INDEX statement_document ON statement(document);
CREATE INDEX part_kind ON part(kind, component);
CREATE INDEX matched_risk ON matched(minus_risk, minus_score, vulnerability, name, component, part);
CREATE INDEX matched_vulnerability ON matched(vulnerability);
CREATE INDEX own_finding_risk ON own_finding(minus_risk, minus_score, vulnerability, name, component, bom);
CREATE INDEX own_finding_vulnerability ON own_finding(vulnerability);
CREATE INDEX placing_release ON placing(release) WHERE recorded_to = 9007199254740991 AND superseded_at = 9007199254740991;
`;

/** Whatever changes where a BOM stands has its findings counted again: no writer can forget to say so. Steps: 0 a BOM, 3 a release. */
const DERIVED_TRIGGERS = `
CREATE TRIGGER placed AFTER INSERT ON placing BEGIN
  INSERT OR REPLACE INTO finding_todo VALUES(0, new.bom, 0), (3, new.release, 0);
END;
CREATE TRIGGER moved AFTER UPDATE OF recorded_to, superseded_at, release ON placing BEGIN
  INSERT OR REPLACE INTO finding_todo VALUES(0, new.bom, 0), (3, new.release, 0), (3, old.release, 0);
END;
CREATE TRIGGER unplaced AFTER DELETE ON placing BEGIN
  INSERT OR REPLACE INTO finding_todo VALUES(0, old.bom, 0), (3, old.release, 0);
END;
`;

/** Creates the derived tables, empty. */
export function createDerived(): string {
  return `${DERIVED.map(([name, rest]) => `CREATE TABLE ${name}${rest};`).join('\n')}${DERIVED_INDEXES}${DERIVED_TRIGGERS}`;
}

/** Every derived table of this version. */
export const DERIVED_TABLES: readonly string[] = DERIVED.map(([name]) => name);

/** Tables that `reindex` keeps. */
export const KEPT_TABLES: ReadonlySet<string> = new Set(['meta', 'evidence', 'bytes', 'tombstone']);
