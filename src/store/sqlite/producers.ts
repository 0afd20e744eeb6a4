import { withoutVersion } from '../../model/tool-name.ts';
import type { ProducerRow } from '../ports.ts';
import type { Scope } from '../scope.ts';
import type { Database } from './database.ts';
import { scopeCondition } from './scope.ts';

/** Who made the BOMs of a scope, and what these lack. */
export function readProducers(
  db: Database,
  by: 'tool' | 'tool-name' | 'supplier',
  scope: Scope,
): ProducerRow[] {
  const condition = scopeCondition(db, scope);
  const producer = by === 'supplier' ? 'b.supplier' : 't.text';
  const tools =
    by === 'supplier' ? '' : 'LEFT JOIN bom_tool bt ON bt.bom = b.id LEFT JOIN tool t ON t.id = bt.tool';
  const rows = db.rows<(string | number | null)[]>(
    `SELECT ${producer}, count(*), sum(b.components), sum(d.status = 'partial'), sum(b.no_version), sum(b.no_identity), sum(b.no_supplier), sum(b.no_licence), sum(b.no_path), sum(b.no_subject), sum(b.no_edges)
       FROM placing p JOIN bom b ON b.id = p.bom JOIN document d ON d.id = b.document ${tools} WHERE ${condition.sql} GROUP BY ${producer}`,
    ...condition.values,
  );
  return mergeProducers(rows.map(producerRow), by === 'tool-name');
}

const VERSION = /[\s-]v?\d/;

function producerRow(row: (string | number | null)[]): ProducerRow {
  const sum = (at: number): number => Number(row[at] ?? 0);
  return {
    producer: row[0] === null ? null : String(row[0]),
    documents: sum(1),
    components: sum(2),
    partial: sum(3),
    gaps: {
      withoutVersion: sum(4),
      withoutIdentity: sum(5),
      withoutSupplier: sum(6),
      withoutLicence: sum(7),
      withoutPath: sum(8),
      withoutSubject: sum(9),
      withoutEdges: sum(10),
    },
  };
}

/** Joins rows of one producer, when asked by tool name, which is the text without a last word that looks like a version; most documents first. */
function mergeProducers(rows: readonly ProducerRow[], byName: boolean): ProducerRow[] {
  const merged = new Map<string | null, ProducerRow>();
  for (const row of rows) {
    const producer = row.producer === null || !byName ? row.producer : withoutVersion(row.producer, VERSION);
    const before = merged.get(producer);
    merged.set(producer, before === undefined ? { ...row, producer } : addRows(before, row));
  }
  return [...merged.values()].sort(
    (a, b) => b.documents - a.documents || ((a.producer ?? '') < (b.producer ?? '') ? -1 : 1),
  );
}

function addRows(a: ProducerRow, b: ProducerRow): ProducerRow {
  const gaps = { ...a.gaps };
  for (const key of Object.keys(gaps) as (keyof typeof gaps)[])
    Object.assign(gaps, { [key]: a.gaps[key] + b.gaps[key] });
  return {
    producer: a.producer,
    documents: a.documents + b.documents,
    components: a.components + b.components,
    partial: a.partial + b.partial,
    gaps,
  };
}
