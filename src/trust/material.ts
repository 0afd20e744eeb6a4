import { hash } from 'node:crypto';
import { bundledMaterial } from './bundled.ts';
import { TrustError } from './errors.ts';
import type { PublicKey } from './keys.ts';
import type { TrustPolicy } from './policy.ts';
import {
  ALWAYS,
  joinMaterial,
  NO_MATERIAL,
  type TrustedKey,
  type TrustMaterial,
  trustMaterialFromJson,
  withKeys,
} from './root.ts';
import { keyHint } from './sign.ts';

/**
 * The material a run believes: the roots given, or those of the policy with the bundled one, and the policy's keys under their ids. `readText` reads the files
 * that are named; `fresh` is the root that takes the place of the bundled one, and of no other.
 */
export async function materialOf(
  policy: TrustPolicy,
  given: readonly string[],
  readText: (file: string) => Promise<string>,
  fresh: TrustMaterial | null = null,
): Promise<TrustMaterial> {
  const files = given.length > 0 ? given : policy.roots;
  let material = NO_MATERIAL;
  if (given.length === 0 && policy.bundled) {
    const bundled = await bundledMaterial();
    material = fresh === null ? bundled : { ...fresh, keys: bundled.keys };
  }
  for (const file of files) {
    const root = trustMaterialFromJson(parse(await readText(file), file), file);
    material = material === NO_MATERIAL ? root : joinMaterial(material, root);
  }
  const keys = policy.entries.flatMap(entry => (entry.who.kind === 'key' ? trusted(entry.who) : []));
  return withKeys(material, keys);
}

/** A key that the policy gives no id goes by what evidence calls a key by itself: as Larder writes it, and as cosign does. */
function namesOf({ id, key }: { readonly id: string; readonly key: PublicKey }): readonly string[] {
  return id === '' ? [keyHint(key), hash('sha256', key.spki, 'base64')] : [id];
}

function trusted(who: { readonly id: string; readonly key: PublicKey }): (readonly [string, TrustedKey])[] {
  return namesOf(who).map(id => [id, { key: who.key, window: ALWAYS, usage: null }]);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TrustError('root-malformed', `The trusted root ${file} is no JSON.`, { cause });
  }
}
