import { formatOf } from '../../formats/detect.ts';
import { documentInput } from '../../formats/input.ts';
import { archiveOf, members } from '../../io/archive.ts';
import { compressionOf, decompress } from '../../io/compression.ts';
import { sha256 } from '../../io/hash.ts';
import type { AdvisoryDocumentFacts } from '../../model/advisory.ts';
import type { Diagnostics } from '../../model/diagnostic.ts';
import { messageOf } from '../../model/errors.ts';
import type { ReadResult } from '../../model/facts.ts';
import { AdvisoryError } from '../errors.ts';
import { MIRROR_BOUNDS } from './bounds.ts';
import { importOsvZip } from './import.ts';
import type { MirrorRecord, MirrorWriter } from './writer.ts';

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
  if (archive === null) return importDocument(writer, bytes, name, unreadable);
  if (archive === 'zip' && /(?:^|[/\\])all\.zip$/.test(name)) {
    const before = writer.total;
    for (const fault of await importOsvZip(writer, bytes, name))
      unreadable.add(fault.severity, fault.code, fault.message, fault.at);
    return { documents: 1, records: writer.total - before };
  }
  let documents = 0;
  let records = 0;
  for await (const member of members(bytes, archive, name, undefined, MIRROR_BOUNDS)) {
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

async function importDocument(
  writer: MirrorWriter,
  bytes: Uint8Array,
  name: string,
  unreadable: Diagnostics,
): Promise<FileCount> {
  let result: ReadResult | null = null;
  let why: string | undefined;
  try {
    result = await readKnown(bytes, name);
    if (result?.status === 'rejected')
      why = result.diagnostics.find(diagnostic => diagnostic.severity === 'error')?.message;
  } catch (error) {
    why = messageOf(error);
  }
  const facts = result === null || result.status === 'rejected' ? null : advisoryFacts(result);
  if (facts === null) {
    if (why === undefined)
      unreadable.info('no-advisory', `${name} is no advisory, VEX or score; it was passed over.`, name);
    else unreadable.error('unreadable', `${name} could not be read: ${why}`, name);
    return { documents: 0, records: 0 };
  }
  return {
    documents: 1,
    records: putFacts(writer, facts, {
      sha256: sha256(bytes),
      document: null,
      body: bytes,
    }),
  };
}

/** Puts all that a document states; gives how many records that are. One document may hold many advisories: its bytes are kept with the first. */
export function putFacts(
  writer: MirrorWriter,
  facts: AdvisoryDocumentFacts,
  from: Omit<MirrorRecord, 'advisory'>,
): number {
  if (facts.type === 'exploitation') {
    writer.putExploitation(facts.exploitation, from.recordedFrom ?? null);
    return facts.exploitation.kev.length + facts.exploitation.epss.length;
  }
  for (const [index, advisory] of facts.advisories.entries()) {
    writer.put({ ...from, advisory, body: index === 0 ? from.body : null });
  }
  return facts.advisories.length;
}

/** The document read by the format it is of; null when it is of none. A reader that throws is a fault of ours, and still only costs this document. */
export async function readKnown(bytes: Uint8Array, name: string): Promise<ReadResult | null> {
  const input = documentInput(bytes, name);
  const format = await formatOf(input);
  try {
    return format === null ? null : format.read(input);
  } catch (error) {
    throw new AdvisoryError(
      'bad-source',
      `${name} could not be read as ${format?.title}: ${messageOf(error)}.`,
      error,
    );
  }
}

/** The advisory facts of a reading, or null when it is of another kind. */
export function advisoryFacts(result: ReadResult): AdvisoryDocumentFacts | null {
  const facts = result.facts as Partial<AdvisoryDocumentFacts> | null;
  return facts?.type === 'advisories' || facts?.type === 'exploitation'
    ? (facts as AdvisoryDocumentFacts)
    : null;
}
