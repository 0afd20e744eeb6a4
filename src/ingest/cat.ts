import { sha256 } from '../io/hash.ts';
import { StoreError } from '../store/errors.ts';
import type { DocumentRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { IngestError } from './errors.ts';

/**
 * A document's original bytes, byte for byte, by its SHA-256 or the beginning of it.
 * @throws IngestError `not-found`, with the tombstone's reason where it was erased; StoreError `ambiguous`, `damaged`
 */
export async function readOriginal(
  store: Store,
  name: string,
  scope: Scope,
): Promise<{ readonly document: DocumentRecord; readonly bytes: Uint8Array }> {
  const document = await store.documents.find(name, scope);
  if (document === null) throw new IngestError('not-found', await absence(store, name));
  const bytes = await store.bytes.read(document.sha256);
  if (bytes === null || sha256(bytes) !== document.sha256) {
    throw new StoreError(
      'damaged',
      `The stored bytes of document ${document.sha256} are missing or not those that were taken in; run larder doctor.`,
    );
  }
  return { document, bytes };
}

async function absence(store: Store, name: string): Promise<string> {
  const tombstone = /^[0-9a-f]{64}$/i.test(name) ? await store.documents.tombstone(name.toLowerCase()) : null;
  if (tombstone === null)
    return `No document of this larder begins with ${name}; larder documents lists them.`;
  return `Document ${name} was erased by ${tombstone.who} on ${new Date(tombstone.when).toISOString().slice(0, 10)}: ${tombstone.reason}`;
}
