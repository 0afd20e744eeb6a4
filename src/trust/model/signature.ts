import type { Envelope } from '../../formats/dsse/envelope.ts';
import { type Bundle, bundleFromJson } from '../../formats/sigstore/bundle.ts';
import { verifyBundle } from '../bundle.ts';
import {
  type Certificate,
  extendedKeyUsageOf,
  keyOf,
  keyUsageOf,
  OID,
  parseCertificate,
  strangeCriticalOf,
  subjectText,
} from '../certificate.ts';
import { chainToRoots, checkTimes, iso, issuersOf } from '../chain.ts';
import { TrustError } from '../errors.ts';
import { claimsOf } from '../fulcio.ts';
import { checkIdentity, type IdentityPolicy } from '../identity.ts';
import { keyName, type PublicKey, publicKeyFromPem, verifyBytes } from '../keys.ts';
import { encodeEarlyModelPae, encodePae } from '../pae.ts';
import type { TrustMaterial } from '../root.ts';
import type { Signer } from '../signer.ts';
import { Steps } from '../steps.ts';
import { EARLY_PREDICATE, type Manifest, readManifest } from './manifest.ts';

/** How the signer of a model must be known: by a key, by certificate roots, or by an identity that Sigstore vouches for. */
export type ModelSignerRule =
  | { readonly kind: 'key'; readonly key: PublicKey }
  | {
      readonly kind: 'roots';
      readonly roots: readonly Certificate[];
      /** Which of those whom the authority vouches for; null when anybody. */
      readonly identity?: IdentityPolicy | null;
    }
  | { readonly kind: 'sigstore'; readonly material: TrustMaterial; readonly identity: IdentityPolicy };

export interface SignedModel {
  readonly manifest: Manifest;
  readonly statement: unknown;
  /** Names of the signer, for policies and people. */
  readonly signer: {
    readonly kind: 'certificate' | 'key';
    readonly subject: string;
    readonly issuer: string | null;
  };
  readonly times: readonly number[];
}

/**
 * Verifies the signature of a model (OMS v1.0) without looking at its files: pure, bytes and trust material in, what was signed out. `now` only serves to say that a
 * certificate has ended; whether it held is judged at its own beginning, as the reference implementation does, since nothing proves the time of signing.
 */
export function verifyModelSignature(
  value: unknown,
  rule: ModelSignerRule,
  now: number,
  steps = new Steps(),
): SignedModel {
  const bundle = steps.check(
    'format',
    () => bundleFromJson(value),
    one => `Sigstore bundle ${one.version}`,
  );
  if (bundle.content.kind !== 'envelope')
    throw new TrustError('evidence-malformed', 'A model signature is an envelope, and this bundle has none.');
  const { envelope } = bundle.content;
  if (envelope.payloadType !== 'application/vnd.in-toto+json')
    throw new TrustError(
      'statement-malformed',
      `The envelope holds ${JSON.stringify(envelope.payloadType)}.`,
    );
  const statement = parse(envelope);
  const { signer, times } = verifySigner(bundle, envelope, statement, rule, now, steps);
  const manifest = steps.check(
    'manifest',
    () => readManifest(statement),
    one => `${one.entries.length} ${one.serialization.method} by ${one.serialization.hash}`,
  );
  for (const note of manifest.notes) steps.skip('layout', note);
  return { manifest, statement, signer, times };
}

function parse(envelope: Envelope): unknown {
  try {
    return JSON.parse(envelope.payload.toString('utf8'));
  } catch (cause) {
    throw new TrustError('statement-malformed', 'The signed statement is not JSON.', { cause });
  }
}

function verifySigner(
  bundle: Bundle,
  envelope: Envelope,
  statement: unknown,
  rule: ModelSignerRule,
  now: number,
  steps: Steps,
): Pick<SignedModel, 'signer' | 'times'> {
  switch (rule.kind) {
    case 'key':
      return steps.check(
        'signature',
        () => byKey(bundle, envelope, statement, rule.key),
        () => `Signed with the ${keyName(rule.key)}.`,
      );
    case 'roots':
      return byCertificate(bundle, envelope, statement, rule, now, steps);
    case 'sigstore':
      return bySigstore(bundle, rule.material, rule.identity, steps);
  }
}

function byKey(
  bundle: Bundle,
  envelope: Envelope,
  statement: unknown,
  key: PublicKey,
): Pick<SignedModel, 'signer' | 'times'> {
  if (bundle.signer.kind !== 'key')
    throw new TrustError(
      'key-mismatch',
      'The model was signed with a certificate, not with a key; give its roots with --certificate-chain.',
    );
  // Signatures up to model_signing 1.0.1 carry the key. It proves nothing, but another one than given says at once what is wrong.
  const carried = bundle.signer.pem;
  if (carried !== null && !publicKeyFromPem(carried).spki.equals(key.spki))
    throw new TrustError('key-mismatch', 'The model was signed with another key than the one given.');
  checkEnvelopeSignature(envelope, statement, key);
  return { signer: { kind: 'key', subject: keyName(key), issuer: null }, times: [] };
}

/** Version 0.2 signed its own encoding, with SHA-256 for every curve; its predicate type tells it apart, and no other is tried for either. */
function checkEnvelopeSignature(envelope: Envelope, statement: unknown, key: PublicKey): void {
  const [signature] = envelope.signatures;
  const early =
    typeof statement === 'object' &&
    statement !== null &&
    'predicateType' in statement &&
    statement.predicateType === EARLY_PREDICATE;
  const right =
    signature !== undefined &&
    (verifyBytes(key, encodePae(envelope.payloadType, envelope.payload), signature.signature) ||
      (early &&
        verifyBytes(
          key,
          encodeEarlyModelPae(envelope.payloadType, envelope.payload),
          signature.signature,
          'sha256',
        )));
  if (!right)
    throw new TrustError(
      'signature-invalid',
      `The model's signature was not made by the ${keyName(key)} over this statement.`,
    );
}

function byCertificate(
  bundle: Bundle,
  envelope: Envelope,
  statement: unknown,
  { roots, identity = null }: Extract<ModelSignerRule, { readonly kind: 'roots' }>,
  now: number,
  steps: Steps,
): Pick<SignedModel, 'signer' | 'times'> {
  if (bundle.signer.kind === 'key')
    throw new TrustError(
      'key-mismatch',
      'The model was signed with a key, not with a certificate; give it with --key.',
    );
  const sent = (bundle.signer.kind === 'chain' ? bundle.signer.ders : [bundle.signer.der]).map(
    parseCertificate,
  );
  const leaf = sent[0] as Certificate;
  steps.check(
    'certificate',
    () => checkLeaf(leaf, sent, roots),
    () => `The certificate of ${subjectText(leaf)}, issued under the roots given.`,
  );
  const claims = claimsOf(leaf);
  const names = claims.names.length > 0 ? claims.names : [subjectText(leaf)];
  if (identity !== null)
    steps.check(
      'identity',
      () => checkIdentity(identity, { ...claims, names }, leaf),
      () => 'The signer is who was asked for.',
    );
  steps.check(
    'signature',
    () => checkEnvelopeSignature(envelope, statement, keyOf(leaf)),
    () => 'The signature is right.',
  );
  const ended = now > leaf.notAfter ? ` The certificate ended ${iso(leaf.notAfter)}.` : '';
  steps.skip('time', `Nothing proves when the model was signed.${ended}`);
  return {
    signer: { kind: 'certificate', subject: names[0] as string, issuer: null },
    times: [],
  };
}

function checkLeaf(leaf: Certificate, sent: readonly Certificate[], roots: readonly Certificate[]): void {
  const strange = strangeCriticalOf(leaf);
  if (strange !== null)
    throw new TrustError(
      'certificate-invalid',
      `The signing certificate has the critical extension ${strange}, which is not understood.`,
    );
  if (keyUsageOf(leaf)?.digitalSignature !== true && !extendedKeyUsageOf(leaf).includes(OID.codeSigning))
    throw new TrustError(
      'certificate-invalid',
      `The certificate of ${subjectText(leaf)} is for neither signatures nor code signing.`,
    );
  const [issuer] = issuersOf(leaf, chainToRoots(sent, roots));
  if (issuer !== undefined) checkTimes(leaf, issuer, [leaf.notBefore]);
}

function bySigstore(
  bundle: Bundle,
  material: TrustMaterial,
  identity: IdentityPolicy,
  steps: Steps,
): Pick<SignedModel, 'signer' | 'times'> {
  const verdict = verifyBundle(bundle, { material, artifact: null, identity });
  for (const step of verdict.steps) if (step.step !== 'format' && step.step !== 'artifact') steps.add(step);
  const { signer } = verdict;
  if (verdict.code !== 'ok' || signer === null)
    throw new TrustError(verdict.code === 'ok' ? 'evidence-malformed' : verdict.code, verdict.message, {
      missing: verdict.verdict === 'unverifiable',
    });
  return { signer: named(signer), times: verdict.times };
}

function named(signer: Signer): SignedModel['signer'] {
  if (signer.kind === 'key') return { kind: 'key', subject: signer.hint, issuer: null };
  return { kind: 'certificate', subject: signer.claims.names[0] ?? '', issuer: signer.claims.issuer };
}
