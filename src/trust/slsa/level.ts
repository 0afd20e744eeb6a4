import type { ProvenanceFacts } from '../../formats/in-toto/facts.ts';
import { levelOfBuilder, ownLevel, type TrustPolicy } from '../policy.ts';
import type { Signer } from '../signer.ts';
import { GITHUB_ISSUER, isDelegator } from './github.ts';

/** The SLSA build level that provenance earned, with the builder and the rule that gave it. */
export interface EarnedLevel {
  readonly builder: string;
  readonly level: number;
  readonly rule: string;
}

/** Builders whose id is the same for all who use them; the certificate names the workflow beside it. */
const SHARED_RUNNER = /^https:\/\/github\.com\/actions\/runner(?:\/(?:github|self)-hosted)?$/;

/** Google's own keys, as a policy names them; nobody else's key makes a build theirs. */
const CLOUD_BUILD_KEY = /^projects\/verified-builder\//;

/**
 * The level of rightly signed provenance (SLSA v1.2, "Verifying build platforms"): a builder counts only when the signature proves that it was that builder. Anybody
 * who may sign can write another's id into provenance; then the signature earns level 1 and no more, unless a rule of one's own says otherwise. Null when the
 * provenance names no builder.
 */
export function earnedLevel(policy: TrustPolicy, facts: ProvenanceFacts, signer: Signer): EarnedLevel | null {
  const { builder } = facts;
  if (builder === null) return null;
  const runner = signer.kind === 'certificate' ? signer.claims.runnerEnvironment : null;
  if (isProved(builder, signer)) return { builder, ...levelOfBuilder(policy, builder, runner) };
  // A certificate that names another builder contradicts the provenance; a key names none, so that the policy may.
  const own = signer.kind === 'key' ? ownLevel(policy, builder) : null;
  return { builder, ...(own ?? { level: 1, rule: 'its signature does not prove the builder' }) };
}

function isProved(builder: string, signer: Signer): boolean {
  if (signer.kind === 'key')
    return CLOUD_BUILD_KEY.test(signer.hint) && builder.startsWith('https://cloudbuild.googleapis.com/');
  const { claims } = signer;
  if (claims.buildSigner === builder) return true;
  if (claims.issuer !== GITHUB_ISSUER || claims.buildSigner === null) return false;
  return SHARED_RUNNER.test(builder) || isDelegator(claims.buildSigner);
}
