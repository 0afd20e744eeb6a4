import {
  classicType,
  type LayoutFacts,
  type LayoutStep,
  layoutFrom,
  statementValue,
} from '../../formats/in-toto/classic.ts';
import { statementFromJson } from '../../formats/in-toto/statement.ts';
import { jsonOrNull } from '../../formats/json.ts';
import { decodeHex } from '../../io/base64.ts';
import type { Digest } from '../../model/facts.ts';
import type { Artifact } from '../artifact.ts';
import { type NamedKey, verifyEnvelope } from '../envelope.ts';
import { TrustError } from '../errors.ts';
import { type PublicKey, publicKeyFromPem, publicKeyFromSpki } from '../keys.ts';
import { type SignedEnvelope, signedEnvelope } from '../signed-envelope.ts';
import type { Steps } from '../steps.ts';
import { applyRules, type StepRecord, same } from './rules.ts';

/** A signed layout or link, under the name it was given by. */
export interface SignedPart extends SignedEnvelope {
  readonly name: string;
  readonly payload: unknown;
}

/** Reads evidence that may be a layout or a link; null for anything else. */
export function signedPart(name: string, value: unknown): SignedPart | null {
  const signed = signedEnvelope(value);
  return signed === null ? null : { ...signed, name, payload: jsonOrNull(signed.envelope.payload) };
}

export function isLayout(part: SignedPart): boolean {
  return classicType(part.payload) === 'layout';
}

/**
 * Judges a supply chain by its layout (in-toto-spec.md, section 5.2): signed by its owner and not expired, each step done by enough of its functionaries, who agree, and
 * every artifact rule kept; the artifact is a product of a step. Nothing is executed: a layout with inspections stays unverifiable. Sublayouts and GPG keys are not supported.
 * Returns the owner's key. Throws TrustError.
 */
export function verifyLayout(
  layout: SignedPart,
  links: readonly SignedPart[],
  owners: readonly NamedKey[],
  artifact: Artifact | null,
  now: number,
  steps: Steps,
): NamedKey {
  const owner = steps.check(
    'signature',
    () => signersOf(layout, owners, false)[0] as NamedKey,
    () => 'The layout is signed by its owner.',
  );
  const facts = layoutFrom(layout.payload);
  steps.check(
    'expiry',
    () => checkExpiry(facts, now),
    () => `The layout holds until ${facts.expires}.`,
  );
  const records = new Map<string, StepRecord>();
  for (const step of facts.steps)
    steps.check(
      'step',
      () => records.set(step.name, recordOf(step, facts, links)),
      () => `${step.name}: recorded by ${step.threshold} or more of its functionaries.`,
    );
  for (const step of facts.steps)
    steps.check(
      'rules',
      () => {
        applyRules(step.name, 'materials', step.materials, records);
        applyRules(step.name, 'products', step.products, records);
      },
      () => `${step.name}: materials and products keep its rules.`,
    );
  if (artifact !== null)
    steps.check(
      'artifact',
      () => producedBy(artifact, records),
      name => `${artifact.name} is a product of the step ${JSON.stringify(name)}.`,
    );
  const [inspection] = facts.inspections;
  if (inspection !== undefined)
    throw new TrustError(
      'evidence-unsupported',
      `All steps are right, but the layout asks for the inspection ${JSON.stringify(inspection.name)}, which runs a command; Larder runs none.`,
      { missing: true },
    );
  return owner;
}

function signersOf(part: SignedPart, keys: readonly NamedKey[], idMustMatch: boolean): NamedKey[] {
  return verifyEnvelope(part.envelope, keys, { threshold: 1, idMustMatch, ...part.over });
}

function checkExpiry({ expires }: LayoutFacts, now: number): void {
  const end = Date.parse(expires ?? '');
  if (Number.isNaN(end)) throw new TrustError('evidence-malformed', 'The layout has no readable end.');
  if (now > end) throw new TrustError('layout-expired', `The layout expired at ${expires}.`);
}

/** What enough functionaries of a step say of it, all the same. */
function recordOf(step: LayoutStep, layout: LayoutFacts, links: readonly SignedPart[]): StepRecord {
  const keys = keysOf(step, layout);
  const found = new Map<string, StepRecord>();
  for (const link of links) {
    const signer = nameOf(link) === step.name ? functionaryOf(link, keys) : null;
    if (signer === null) continue;
    if (isLayout(link))
      throw new TrustError(
        'evidence-unsupported',
        `The step ${JSON.stringify(step.name)} was delegated to a layout of its own, which is not followed.`,
        { missing: true },
      );
    found.set(signer.spki.toString('base64'), recordIn(link));
  }
  const [first, ...others] = [...found.values()];
  if (first === undefined || found.size < Math.max(1, step.threshold))
    throw new TrustError(
      'layout-step-missing',
      `The step ${JSON.stringify(step.name)} was recorded by ${found.size} of its functionaries; ${step.threshold} are needed. Give their links with --bundle.`,
      { missing: true },
    );
  if (
    !others.every(other => alike(first.materials, other.materials) && alike(first.products, other.products))
  )
    throw new TrustError(
      'layout-rule-broken',
      `The functionaries of the step ${JSON.stringify(step.name)} recorded different files.`,
    );
  return first;
}

function nameOf(link: SignedPart): string | null {
  if (isLayout(link)) return link.name.split('/').at(-1)?.split('.')[0] ?? null;
  return factsIn(link)?.predicate.about ?? null;
}

function functionaryOf(link: SignedPart, keys: readonly NamedKey[]): PublicKey | null {
  try {
    return signersOf(link, keys, true)[0]?.key ?? null;
  } catch (error) {
    if (error instanceof TrustError) return null;
    throw error;
  }
}

function keysOf(step: LayoutStep, layout: LayoutFacts): NamedKey[] {
  return layout.functionaries.flatMap(({ id, keyType, publicKey }) => {
    if (!step.functionaries.includes(id) || publicKey === null) return [];
    const key = keyFrom(keyType, publicKey);
    return key === null ? [] : [{ id, key }];
  });
}

/** DER before a raw Ed25519 key (RFC 8410). */
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

function keyFrom(type: string | null, text: string): PublicKey | null {
  try {
    const raw = type === 'ed25519' ? decodeHex(text.toLowerCase()) : null;
    return raw === null ? publicKeyFromPem(text) : publicKeyFromSpki(Buffer.concat([ED25519, raw]));
  } catch (error) {
    if (error instanceof TrustError) return null;
    throw error;
  }
}

function factsIn(link: SignedPart): ReturnType<typeof statementFromJson> | null {
  try {
    const facts = statementFromJson(statementValue(link.payload));
    return facts.predicate.kind === 'link' ? facts : null;
  } catch {
    return null;
  }
}

function recordIn(link: SignedPart): StepRecord {
  const facts = factsIn(link);
  const named = (list: readonly { name: string | null; uri: string | null; digests: readonly Digest[] }[]) =>
    new Map(list.map(one => [one.name ?? one.uri ?? '', one.digests]));
  const materials = (facts?.predicate.resources ?? []).filter(([role]) => role === 'material');
  return { materials: named(materials.map(([, one]) => one)), products: named(facts?.subjects ?? []) };
}

function alike(a: StepRecord['materials'], b: StepRecord['materials']): boolean {
  return a.size === b.size && [...a].every(([name, digests]) => same(digests, b.get(name)));
}

function producedBy(artifact: Artifact, records: ReadonlyMap<string, StepRecord>): string {
  const digests = (['sha256', 'sha512'] as const).flatMap(algorithm => {
    const value = artifact.digest(algorithm)?.toString('hex');
    return value === undefined ? [] : [{ algorithm, value }];
  });
  for (const [name, { products }] of [...records].reverse())
    if ([...products.values()].some(product => same(product, digests))) return name;
  throw new TrustError('subject-mismatch', `${artifact.name} is a product of no step of the layout.`);
}
