import { isDeepStrictEqual } from 'node:util';
import { type Envelope, envelopeFromJson } from '../../formats/dsse/envelope.ts';
import { FormatError } from '../../formats/errors.ts';
import type { ProvenanceFacts, StatementFacts } from '../../formats/in-toto/facts.ts';
import { statementFromJson } from '../../formats/in-toto/statement.ts';
import { listOf, pick, textOf } from '../../formats/in-toto/values.ts';
import { isObject } from '../../formats/sigstore/fields.ts';
import type { Artifact } from '../artifact.ts';
import { type NamedKey, verifyEitherEncoding } from '../envelope.ts';
import { TrustError } from '../errors.ts';
import type { PublicKey } from '../keys.ts';
import { encodePae } from '../pae.ts';
import type { TrustMaterial } from '../root.ts';
import { matchSubject } from '../subject.ts';
import { checkInputs, splitBuilder } from './github.ts';
import { checkRef, type ProvenanceExpectations, repositoryOf } from './source.ts';

const BUILDER = 'https://cloudbuild.googleapis.com/GoogleHostedWorker';

/** Key ids of Google Cloud Build: those of a region sign the payload alone, the global ones DSSE's encoding. */
const PAYLOAD_KEY =
  /^projects\/verified-builder\/locations\/[a-z0-9-]+\/keyRings\/attestor\/cryptoKeys\/builtByGCB\/cryptoKeyVersions\/1$/;

export interface GcbVerified {
  readonly statement: StatementFacts;
  readonly builder: string;
  readonly keyId: string;
  readonly key: PublicKey;
}

/** Whether a JSON value is what `gcloud artifacts docker images describe --show-provenance` prints. */
export function isGcb(value: unknown): boolean {
  return isObject(pick(value, 'provenance_summary')) && isObject(pick(value, 'image_summary'));
}

/**
 * Verifies the provenance of Google Cloud Build: one of its envelopes signed by one of Google's keys (which the trust material must hold under their ids),
 * and everything around it, which nobody signed, in agreement with it. Checks and their order are those of slsa-verifier.
 */
export function verifyGcb(
  value: unknown,
  artifact: Artifact,
  expected: ProvenanceExpectations,
  material: TrustMaterial,
): GcbVerified {
  const wanted = wantedBuilder(expected.builderId);
  const found = signedProvenance(value, material);
  const facts = found.statement.predicate.provenance;
  if (facts === null)
    throw new TrustError(
      'predicate-mismatch',
      `The statement is ${found.statement.predicateType}, not provenance.`,
    );
  const builder = checkBuilder(facts, wanted);
  matchSubject(found.payload, artifact);
  if (expected.sourceUri !== null) checkGcbSource(facts, expected.sourceUri);
  checkMetadata(found.entry, artifact);
  checkSummary(value, artifact);
  checkText(found.entry, found.json);
  checkRef(expected, facts.ref, null);
  checkInputs(facts, expected.inputs);
  return { statement: found.statement, builder, keyId: found.keyId, key: found.key };
}

interface Found {
  readonly entry: unknown;
  readonly payload: Buffer;
  readonly json: unknown;
  readonly statement: StatementFacts;
  readonly keyId: string;
  readonly key: PublicKey;
}

function signedProvenance(value: unknown, material: TrustMaterial): Found {
  const entries = listOf(value, 'provenance_summary', 'provenance');
  if (entries.length === 0) throw new TrustError('evidence-malformed', 'The file lists no provenance.');
  let known = false;
  for (const entry of entries.slice(0, 100)) {
    const envelope = readEnvelope(pick(entry, 'envelope'));
    for (const signature of envelope?.signatures ?? [])
      for (const { key } of material.keys.get(signature.keyId ?? '') ?? []) {
        known = true;
        const id = signature.keyId as string;
        if (verifyEitherEncoding(key, signedBytes(envelope as Envelope, { id, key }), signature.signature))
          return { entry, keyId: id, key, ...statementIn(envelope as Envelope) };
      }
  }
  if (known)
    throw new TrustError(
      'signature-invalid',
      'No envelope of the file has a signature that a trusted key of Google Cloud Build made.',
    );
  throw new TrustError(
    'key-unknown',
    'No envelope of the file names a trusted key of Google Cloud Build; give its keys with --key or in the trust policy.',
    { missing: material.keys.size === 0 },
  );
}

/** An envelope that cannot be read is passed over: another one in the file may be the good one. */
function readEnvelope(value: unknown): Envelope | null {
  if (!Array.isArray(pick(value, 'signatures')))
    throw new TrustError('evidence-malformed', 'An envelope of the file has no list of signatures.');
  try {
    return envelopeFromJson({
      ...(value as object),
      signatures: listOf(value, 'signatures').filter(one => textOf(one, 'sig') !== null && isReadable(one)),
    });
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function isReadable(signature: unknown): boolean {
  try {
    return (
      envelopeFromJson({ payload: '', payloadType: '', signatures: [signature] }).signatures.length === 1
    );
  } catch {
    return false;
  }
}

/** What a key of Cloud Build signs, by its id. */
export function signedBytes(envelope: Envelope, key: NamedKey): Uint8Array {
  return PAYLOAD_KEY.test(key.id) ? envelope.payload : encodePae(envelope.payloadType, envelope.payload);
}

function statementIn(envelope: Envelope): {
  readonly payload: Buffer;
  readonly json: unknown;
  readonly statement: StatementFacts;
} {
  try {
    const json: unknown = JSON.parse(envelope.payload.toString('utf8'));
    return { payload: envelope.payload, json, statement: statementFromJson(json) };
  } catch (cause) {
    throw new TrustError('statement-malformed', 'The signed payload is no in-toto statement.', { cause });
  }
}

function wantedBuilder(expected: string | null): string | null {
  if (expected === null || splitBuilder(expected).name === BUILDER) return expected;
  throw new TrustError(
    'builder-unsupported',
    `Google Cloud Build's provenance was given, but the builder ${expected} was asked for.`,
  );
}

/** Recipe types each builder version writes; another one means that the statement was not made by it. */
const RECIPES: ReadonlyMap<string, RegExp> = new Map([
  ['v0.2', /^https:\/\/cloudbuild\.googleapis\.com\/GoogleHostedWorker@v0\.2$/],
  ['v0.3', /^https:\/\/cloudbuild\.googleapis\.com\/CloudBuild(Yaml|Steps)@v0\.1$/],
]);

function checkBuilder(facts: ProvenanceFacts, wanted: string | null): string {
  const id = facts.builder ?? '';
  const { name, ref } = splitBuilder(id);
  if (name !== BUILDER)
    throw new TrustError('builder-untrusted', `The provenance names the builder ${id || 'nobody'}.`);
  if (wanted !== null && splitBuilder(wanted).ref !== null && wanted !== id)
    throw new TrustError('builder-mismatch', `The builder is ${id}, not ${wanted}.`);
  const recipe = RECIPES.get(ref ?? '');
  const right =
    ref === null
      ? facts.buildType === 'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1'
      : recipe?.test(facts.buildType ?? '');
  if (!right)
    throw new TrustError(
      'builder-mismatch',
      `The builder ${id} does not make builds of the type ${facts.buildType ?? 'none'}.`,
    );
  return id;
}

/** Version 0.2 writes `https://host/owner/name/commit/HASH`; a bucket object is compared whole. */
function checkGcbSource(facts: ProvenanceFacts, expected: string): void {
  const stated = facts.source ?? '';
  const plain = stated.replace(/\/commit\/[0-9a-f]{40}$/, '');
  if (repositoryOf(plain) !== repositoryOf(expected) && stated !== expected)
    throw new TrustError(
      'source-mismatch',
      `The source is ${repositoryOf(plain) || 'not stated'}, not ${repositoryOf(expected)}.`,
    );
}

function checkMetadata(entry: unknown, artifact: Artifact): void {
  if (textOf(entry, 'kind') !== 'BUILD')
    throw new TrustError(
      'evidence-malformed',
      `The record is of the kind ${JSON.stringify(pick(entry, 'kind'))}, not BUILD.`,
    );
  const digest = /@sha256:([0-9a-f]{64})$/.exec(textOf(entry, 'resourceUri') ?? '')?.[1];
  if (digest !== artifact.digest('sha256')?.toString('hex'))
    throw new TrustError(
      'digest-mismatch',
      `The record is for the image sha256:${digest ?? '?'}, not for ${artifact.name}.`,
    );
}

function checkSummary(value: unknown, artifact: Artifact): void {
  const digest = artifact.digest('sha256')?.toString('hex');
  const summary = pick(value, 'image_summary');
  if (
    textOf(summary, 'digest') !== `sha256:${digest}` ||
    !textOf(summary, 'fully_qualified_digest')?.endsWith(`@sha256:${digest}`)
  )
    throw new TrustError(
      'digest-mismatch',
      `The summary is for the image ${textOf(summary, 'digest') ?? '?'}, not for ${artifact.name}.`,
    );
}

/** The readable copy of the statement is what people look at; it must say what was signed. */
function checkText(entry: unknown, signed: unknown): void {
  const second = pick(entry, 'build', 'inTotoSlsaProvenanceV1');
  const text = second ?? pick(entry, 'build', 'intotoStatement');
  const field = second === undefined ? 'slsaProvenance' : 'predicate';
  const same = ['_type', 'predicateType', 'subject', field].every(key =>
    isDeepStrictEqual(
      pick(text, key),
      pick(signed, key) ?? (key === 'slsaProvenance' ? pick(signed, 'predicate') : undefined),
    ),
  );
  if (!isObject(text) || !same)
    throw new TrustError(
      'provenance-mismatch',
      'The readable copy of the statement differs from what was signed.',
    );
}
