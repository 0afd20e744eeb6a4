import type { Claim, ProductSelector } from '../../model/advisory.ts';
import { tryPurl } from '../../model/purl.ts';
import { cpeKey } from '../cpe-match.ts';
import { nameKey, osvKey } from '../ecosystems.ts';
import type { Target } from '../select.ts';

/** Beside lookup keys, a change names the vulnerability whose advisories or aliases it touches, and whether scores changed. */
export const CHANGED_ID = 'id:';
export const CHANGED_SCORES = 'scores';

/** The keys under which a claim is found: one for each identity its product (or, for a product as a whole, that product) can be named by. */
export function keysOfClaim(claim: Pick<Claim, 'product'>): readonly string[] {
  return [...keysOfSelector(claim.product)];
}

/** The keys under which claims on a target are looked up. Equal keys are where a selector and a target can meet; `select` then decides. */
export function keysOfTarget(target: Target): readonly string[] {
  const keys = new Set<string>();
  for (const lookups of target.lookups) for (const { key } of lookups) keys.add(key);
  for (const cpe of target.cpes) {
    const key = cpeKey(cpe);
    if (key !== null) keys.add(key);
  }
  for (const digest of target.digests) keys.add(`digest:${digest.algorithm}:${digest.value}`);
  for (const ref of target.refs) keys.add(`ref:${ref}`);
  return [...keys];
}

function* keysOfSelector(selector: ProductSelector): Generator<string> {
  if (selector.package !== null) yield osvKey(selector.package.ecosystem, selector.package.name);
  const purl = selector.purl === null ? null : tryPurl(selector.purl);
  if (purl !== null) {
    const key = nameKey(purl);
    if (selector.package === null || osvKey(selector.package.ecosystem, selector.package.name) !== key)
      yield key;
  }
  const cpe = selector.cpe === null ? null : cpeKey(selector.cpe);
  if (cpe !== null) yield cpe;
  for (const digest of selector.digests) yield `digest:${digest.algorithm}:${digest.value}`;
  if (selector.ref !== null) yield `ref:${selector.ref}`;
}
