import zlib from 'node:zlib';
import type { Format } from '../../formats/format.ts';
import { documentInput, headOf } from '../../formats/input.ts';
import { formats } from '../../formats/list.ts';
import { archiveOf, members } from '../../io/archive.ts';
import { compressionOf, decompress } from '../../io/compression.ts';
import { sha256 } from '../../io/hash.ts';
import type { AdvisoryDocumentFacts } from '../../model/advisory.ts';
import { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { importOsvZip } from './import.ts';
import type { MirrorWriter } from './writer.ts';

/** What one file of a source gave. */
export interface FileCount {
  readonly documents: number;
  readonly records: number;
}

/**
 * Imports one file of a source, whatever it is: an `all.zip` of the OSV bucket, a zip of CVE records, a CSAF or OpenVEX document, a KEV catalogue, EPSS scores, also compressed.
 * What is no advisory is told and left out.
 */
export async function importFile(
  writer: MirrorWriter,
  bytes: Uint8Array,
  name: string,
  unreadable: Diagnostics,
): Promise<FileCount> {
  const compression = compressionOf(bytes);
  if (compression !== null)
    return importFile(writer, await decompress(bytes, compression, name), name, unreadable);
  const archive = archiveOf(bytes);
  if (archive === null) return importDocument(writer, bytes, name, unreadable, await formats());
  if (archive === 'zip' && /(?:^|[/\\])all\.zip$/.test(name)) {
    const before = writer.total;
    for (const fault of await importOsvZip(writer, bytes, name))
      unreadable.add(fault.severity, fault.code, fault.message, fault.at);
    return { documents: 1, records: writer.total - before };
  }
  let documents = 0;
  let records = 0;
  for await (const member of members(bytes, archive, name)) {
    if (member.problem !== null) {
      unreadable.error(member.problem.code, member.problem.message, member.path);
      continue;
    }
    const count = await importFile(writer, member.bytes, `${name}!/${member.path}`, unreadable);
    documents += count.documents;
    records += count.records;
  }
  return { documents, records };
}

function importDocument(
  writer: MirrorWriter,
  bytes: Uint8Array,
  name: string,
  unreadable: Diagnostics,
  known: readonly Format[],
): FileCount {
  const result = readDocument(bytes, name, known);
  const facts = result === null ? null : advisoryFacts(result);
  if (result === null || facts === null || result.status === 'rejected') {
    const why = result?.diagnostics.find(diagnostic => diagnostic.severity === 'error')?.message;
    unreadable.error(
      'no-advisory',
      `${name} is no advisory, VEX or score that Larder reads${why === undefined ? '' : `: ${why}`}`,
      name,
    );
    return { documents: 0, records: 0 };
  }
  if (facts.type === 'exploitation') {
    writer.putExploitation(facts.exploitation);
    return { documents: 1, records: facts.exploitation.kev.length + facts.exploitation.epss.length };
  }
  const digest = sha256(bytes);
  // One document may hold many advisories; its bytes are kept with the first.
  for (const [index, advisory] of facts.advisories.entries()) {
    writer.put({
      advisory,
      sha256: digest,
      document: null,
      body: index === 0 ? zlib.zstdCompressSync(bytes) : null,
    });
  }
  return { documents: 1, records: facts.advisories.length };
}

/** The reading of the format that is surest of a document; null when none is. A reader that throws is a fault of ours, and still only costs this document. */
function readDocument(bytes: Uint8Array, name: string, known: readonly Format[]): ReadResult | null {
  const input = documentInput(bytes, name);
  try {
    const head = headOf(input);
    const [best] = known
      .map(format => ({ format, score: format.detect(head) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    return best ? best.format.read(input) : null;
  } catch (error) {
    const diagnostics = new Diagnostics();
    diagnostics.error('unreadable', messageOf(error), null);
    return {
      kind: 'unknown',
      format: 'unknown',
      encoding: 'none',
      specVersion: null,
      status: 'rejected',
      diagnostics: diagnostics.list(),
      bom: null,
      facts: null,
    };
  }
}

/** The advisory facts of a reading, or null when it is of another kind. */
export function advisoryFacts(result: ReadResult): AdvisoryDocumentFacts | null {
  const facts = result.facts as Partial<AdvisoryDocumentFacts> | null;
  return facts?.type === 'advisories' || facts?.type === 'exploitation'
    ? (facts as AdvisoryDocumentFacts)
    : null;
}
