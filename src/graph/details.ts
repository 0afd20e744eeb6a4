import { documentInput } from '../formats/input.ts';
import { formats } from '../formats/list.ts';
import type { Component, ReadResult } from '../model/facts.ts';
import type { DocumentRecord, Store } from '../store/ports.ts';
import { GraphError } from './errors.ts';

/**
 * A document read again from its bytes, for what the index does not hold. Null where no reader is known for it (a container, an unread kind).
 * @throws GraphError `unreadable-document` when the bytes are gone
 */
export async function readAgain(store: Store, record: DocumentRecord): Promise<ReadResult | null> {
  const bytes = await store.bytes.read(record.sha256);
  if (bytes === null) {
    const remedy = 'run larder doctor, and add the document again from where it came.';
    throw new GraphError(
      'unreadable-document',
      `The bytes of ${record.name} (${record.sha256}) are not in the larder; ${remedy}`,
    );
  }
  const format = (await formats()).find(candidate => candidate.id === record.format);
  return format === undefined ? null : format.read(documentInput(bytes, record.name));
}

/** The components of a BOM as its document states them, by ordinal; empty when it is no BOM or cannot be read. */
export async function componentsOf(store: Store, record: DocumentRecord): Promise<readonly Component[]> {
  return (await readAgain(store, record))?.bom?.components ?? [];
}
