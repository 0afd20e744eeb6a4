import type { EvidenceFacts } from '../formats/dsse/evidence.ts';
import type { StatementFacts } from '../formats/in-toto/facts.ts';
import { documentInput } from '../formats/input.ts';
import { formats } from '../formats/list.ts';
import type { Digest } from '../model/facts.ts';
import type { TrustIntake } from '../store/intake.ts';
import type { DocumentRecord, Store } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { repositoryOf } from '../trust/slsa/source.ts';

/** Something an attestation in the larder says, with who said it and whether that was checked. */
export interface Claim {
  readonly document: DocumentRecord;
  /** Null for a statement that nobody signed. */
  readonly trust: TrustIntake | null;
  /** What ties it to the question: a subject or a resource has the digest, it was built by the builder or from the source, or signed by the identity. */
  readonly role: 'subject' | 'resource' | 'builder' | 'source' | 'signer';
  readonly predicateType: string;
  readonly subjects: readonly { readonly name: string | null; readonly digests: readonly Digest[] }[];
  readonly builder: string | null;
  readonly source: string | null;
  readonly commit: string | null;
}

const PAGE = 500;

/** Names of subjects that one claim lists. */
const MOST_SUBJECTS = 100;

/** Whether words name who made or signed something, not what is in something: a URL, or an e-mail address. */
export function isClaimant(words: string): boolean {
  return (
    // What follows the @ of `lodash@4.17.21` is a version and no host.
    /^(?:git\+)?[a-z][a-z0-9+.-]*:\/\/\S+$/.test(words) ||
    /^[^\s@/:]+@(?!v?\d+\.\d)[^\s@/:]+\.[a-z-]{2,}$/i.test(words)
  );
}

/**
 * All that attestations claim of a digest, a builder, a source repository, a commit or a signer, newest first. Attestations are read again for each question: a
 * larder has few of them beside its BOMs, and what they say is in their bytes.
 */
export async function claimsAbout(store: Store, words: string, scope: Scope): Promise<Claim[]> {
  const wide = { ...scope, includeSuperseded: true };
  const signed = new Set((await store.documents.signedBy(words, wide)).map(document => document.sha256));
  const found: Claim[] = [];
  for (let after: string | null = null; ; ) {
    const page = await store.documents.list({ kinds: ['attestation'] }, { limit: PAGE, after }, wide);
    for (const document of page.items)
      found.push(...(await claimsIn(store, document, words, signed.has(document.sha256), wide)));
    if (page.next === null) return found;
    after = page.next;
  }
}

async function claimsIn(
  store: Store,
  document: DocumentRecord,
  words: string,
  signer: boolean,
  scope: Scope,
): Promise<Claim[]> {
  const format = (await formats()).find(one => one.id === document.format);
  const bytes = format === undefined ? null : await store.bytes.read(document.sha256);
  if (format === undefined || bytes === null) return [];
  const { facts } = format.read(documentInput(bytes, document.name));
  const statements = ((facts as EvidenceFacts | null)?.entries ?? [])
    .map(entry => entry.statement)
    .filter(one => one !== null);
  const roles = statements.map(statement => ({
    statement,
    role: roleOf(statement, words) ?? (signer ? ('signer' as const) : null),
  }));
  const hits = roles.filter(one => one.role !== null);
  const trust = hits.length === 0 ? null : await store.documents.trust(document.id, scope);
  return hits.map(({ statement, role }) => ({
    document,
    trust,
    role: role as Claim['role'],
    predicateType: statement.predicateType,
    subjects: statement.subjects.slice(0, MOST_SUBJECTS).map(({ name, digests }) => ({ name, digests })),
    builder: statement.predicate.provenance?.builder ?? statement.predicate.producer,
    source: statement.predicate.provenance?.source ?? null,
    commit: statement.predicate.provenance?.commit ?? null,
  }));
}

function roleOf(statement: StatementFacts, words: string): Claim['role'] | null {
  const value = words.replace(/^[a-z0-9_-]+:(?=[0-9a-fA-F]{32,128}$)/i, '').toLowerCase();
  const has = (digests: readonly Digest[]): boolean => digests.some(digest => digest.value === value);
  if (statement.subjects.some(subject => has(subject.digests))) return 'subject';
  const { provenance, producer, resources } = statement.predicate;
  const builder = provenance?.builder ?? producer;
  if (builder !== null && (builder === words || builder.split('@')[0] === words)) return 'builder';
  if (
    provenance?.source !== null &&
    provenance !== null &&
    repositoryOf(provenance.source) === repositoryOf(words)
  )
    return 'source';
  if (provenance?.commit === value) return 'source';
  return resources.some(([, resource]) => has(resource.digests)) ? 'resource' : null;
}
