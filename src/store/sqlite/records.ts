import type { DocumentKind, ReadResult, ReadStatus } from '../../model/facts.ts';
import type { AppRule, StatedCounts, SubjectIntake } from '../intake.ts';
import type { BomRecord, DocumentRecord } from '../ports.ts';
import type { Scope, TrustState } from '../scope.ts';
import { FOREVER } from './schema.ts';
import { type Condition, heldAt } from './scope.ts';

/** Columns of `documentRow`, from `evidence e JOIN document d ON d.id = e.id`, as they are at the scope's moment. Their values come before all others of the statement. */
export function documentColumns(scope: Scope): Condition {
  const held = heldAt('t', scope);
  const sql = `e.id, e.sha256, e.size, e.name, e.container, e.container_path, e.recorded_from, d.kind, d.format, d.encoding, d.spec_version, d.status,
  d.diagnostic_count, d.bom, coalesce((SELECT t.state FROM trust t WHERE t.document = e.id AND ${held.sql}), 'unsigned'), d.stated`;
  return { sql, values: held.values };
}

export type DocumentRow = readonly [
  id: number,
  sha256: Uint8Array,
  size: number,
  name: string,
  container: Uint8Array | null,
  containerPath: string | null,
  recordedFrom: number,
  kind: string,
  format: string,
  encoding: string,
  specVersion: string | null,
  status: string,
  diagnosticCount: number,
  bom: number | null,
  trust: string,
  stated: string | null,
];

/** How many columns a DocumentRow has: BOM columns follow them. */
const DOCUMENT_WIDTH = 16;

export function documentRecord(row: DocumentRow): DocumentRecord {
  const container = row[4];
  return {
    id: row[0],
    sha256: hex(row[1]),
    size: row[2],
    name: row[3],
    container: container === null ? null : { sha256: hex(container), path: row[5] ?? '' },
    recordedFrom: row[6],
    kind: row[7] as DocumentKind,
    format: row[8],
    encoding: row[9] as ReadResult['encoding'],
    specVersion: row[10],
    status: row[11] as ReadStatus,
    diagnosticCount: row[12],
    bom: row[13],
    trust: row[14] as TrustState,
    stated: row[15] === null ? null : (JSON.parse(row[15]) as StatedCounts),
  };
}

/** Columns of a BOM record: those of its document, then these. What replaced or retired it later is not known at the moment. */
export function bomColumns(scope: Scope): Condition {
  const document = documentColumns(scope);
  const superseded: Condition =
    scope.asOf === null
      ? { sql: 'p.superseded_at', values: [] }
      : { sql: `iif(p.superseded_at > ?, ${FOREVER}, p.superseded_at)`, values: [scope.asOf] };
  const retired = heldAt('x', scope);
  const sql = `${document.sql}, b.id, a.key, a.name, p.rule, r.release, r.branch, l.phase, l.tool, p.line, b.created, ${superseded.sql},
  (SELECT min(x.recorded_from) FROM retirement x WHERE ${retired.sql}
     AND ((x.scope = 'app' AND x.target = p.app) OR (x.scope = 'release' AND x.target = p.release) OR (x.scope = 'bom' AND x.target = p.bom))),
  b.serial, b.revision, b.namespace, b.title, b.tools, b.supplier, b.subjects,
  b.components, b.dependencies, b.dependency_entries, b.files, b.services, b.vulnerabilities, b.distinct_packages,
  b.no_version, b.no_identity, b.no_supplier, b.no_licence, b.no_path, b.no_subject, b.no_edges`;
  return { sql, values: [...document.values, ...superseded.values, ...retired.values] };
}

export const BOM_TABLES = `bom b JOIN placing p ON p.bom = b.id JOIN evidence e ON e.id = b.document JOIN document d ON d.id = b.document
  JOIN app a ON a.id = p.app JOIN release r ON r.id = p.release JOIN line l ON l.id = p.line`;

type BomTail = readonly [
  id: number,
  app: string,
  appName: string,
  rule: string,
  release: string,
  branch: string,
  phase: string,
  tool: string,
  line: number,
  created: number | null,
  supersededAt: number,
  retiredAt: number | null,
  serial: string | null,
  revision: number | null,
  namespace: string | null,
  title: string | null,
  tools: string,
  supplier: string | null,
  subjects: string,
  ...counts: number[],
];

export type BomRow = readonly [...DocumentRow, ...BomTail];

export function bomRecord(row: BomRow): BomRecord {
  const document = documentRecord(row.slice(0, DOCUMENT_WIDTH) as unknown as DocumentRow);
  const tail = row.slice(DOCUMENT_WIDTH) as unknown as BomTail;
  const count = (at: number): number => (tail[19 + at] as number | undefined) ?? 0;
  return {
    id: tail[0],
    document,
    app: tail[1],
    appName: tail[2],
    rule: tail[3] as AppRule,
    release: orNull(tail[4]),
    branch: orNull(tail[5]),
    phase: orNull(tail[6]),
    tool: orNull(tail[7]),
    line: tail[8],
    created: tail[9],
    supersededAt: tail[10] === FOREVER ? null : tail[10],
    retiredAt: tail[11],
    serialNumber: tail[12],
    revision: tail[13],
    namespace: tail[14],
    title: tail[15],
    tools: JSON.parse(tail[16]) as string[],
    supplier: tail[17],
    subjects: JSON.parse(tail[18]) as SubjectIntake[],
    counts: {
      components: count(0),
      dependencies: count(1),
      dependencyEntries: count(2),
      files: count(3),
      services: count(4),
      vulnerabilities: count(5),
    },
    distinctPackages: count(6),
    gaps: {
      withoutVersion: count(7),
      withoutIdentity: count(8),
      withoutSupplier: count(9),
      withoutLicence: count(10),
      withoutPath: count(11),
      withoutSubject: count(12),
      withoutEdges: count(13),
    },
  };
}

/** Empty text stands for null where a column is part of a key. */
export function orNull(text: string): string | null {
  return text === '' ? null : text;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

export function unhex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}

/** A column of numbers as the blob that stores it, and back. Little-endian, as every platform of Node 24 is. */
export function columnBlob(column: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

export function blobColumn(blob: Uint8Array): Uint32Array {
  return new Uint32Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + (blob.length & ~3)));
}
