import type { ExploitationFacts } from '../../model/advisory.ts';
import { Diagnostics } from '../../model/diagnostic.ts';
import type { ReadResult } from '../../model/facts.ts';
import type { DocumentInput, Format, Head } from '../format.ts';

/** FIRST's EPSS scores: a CSV of every CVE, with a comment line that names the model and the date. */
export const format: Format = { id: 'epss', title: 'EPSS scores', detect, read, validate: null };

function detect(head: Head): number {
  return head.looksLike === 'text' && /^(?:#[^\n]*\n)?cve,epss,percentile\r?$/m.test(head.text) ? 0.95 : 0;
}

function read(input: DocumentInput): ReadResult {
  const diagnostics = new Diagnostics();
  const epss: { cve: string; score: number; percentile: number }[] = [];
  const lines = input.text().split('\n');
  const comment = lines[0]?.startsWith('#') ? lines[0] : '';
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('#') || line.startsWith('cve,') || line.trim() === '') continue;
    const [cve = '', score = '', percentile = ''] = line.trim().split(',');
    const values = [Number(score), Number(percentile)] as const;
    if (/^CVE-\d{4}-\d+$/.test(cve) && values.every(value => value >= 0 && value <= 1) && score !== '') {
      epss.push({ cve, score: values[0], percentile: values[1] });
    } else {
      diagnostics.error(
        'odd-line',
        `${JSON.stringify(line.slice(0, 60))} is no line "CVE,score,percentile"; it was left out.`,
        `line ${index + 1}`,
      );
    }
  }
  if (epss.length === 0) diagnostics.error('no-scores', 'No line of it is "CVE,score,percentile".', null);
  const exploitation: ExploitationFacts = {
    kev: [],
    kevReleased: null,
    epss,
    epssDate: /score_date:([^,\s]+)/.exec(comment)?.[1] ?? null,
  };
  const listed = diagnostics.list();
  return {
    kind: 'scores',
    format: 'epss',
    encoding: 'csv',
    specVersion: /model_version:([^,\s]+)/.exec(comment)?.[1] ?? null,
    status: epss.length === 0 ? 'rejected' : listed.length > 0 ? 'partial' : 'accepted',
    diagnostics: listed,
    bom: null,
    facts: { type: 'exploitation', exploitation },
  };
}
