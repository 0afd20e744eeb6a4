import { compareRows } from '../../store/findings.ts';
import type { Finding } from './findings.ts';
import { rowOf } from './rows.ts';

/**
 * Findings, each once: one vulnerability in one package of one release is one finding, however many documents state it. Where they disagree, the one that asks for most counts, in
 * whatever order the documents came.
 */
export class FindingsOnce {
  readonly #findings = new Map<string, Finding>();

  add(finding: Finding): void {
    const other = this.#findings.get(finding.id);
    if (other === undefined || order(finding, other) < 0) this.#findings.set(finding.id, finding);
  }

  list(): Finding[] {
    return [...this.#findings.values()];
  }
}

function order(a: Finding, b: Finding): number {
  return (
    compareRows(rowOf(a.match), rowOf(b.match)) || (a.bom.document.sha256 < b.bom.document.sha256 ? -1 : 1)
  );
}
