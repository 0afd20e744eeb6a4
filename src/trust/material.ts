import { bundledMaterial } from './bundled.ts';
import { TrustError } from './errors.ts';
import type { TrustPolicy } from './policy.ts';
import {
  ALWAYS,
  joinMaterial,
  NO_MATERIAL,
  type TrustMaterial,
  trustMaterialFromJson,
  withKeys,
} from './root.ts';

/**
 * The material a run believes: the roots given, or those of the policy with the bundled one, and the policy's keys under their ids. `readText` reads the files
 * that are named.
 */
export async function materialOf(
  policy: TrustPolicy,
  given: readonly string[],
  readText: (file: string) => Promise<string>,
): Promise<TrustMaterial> {
  const files = given.length > 0 ? given : policy.roots;
  let material = given.length === 0 && policy.bundled ? await bundledMaterial() : NO_MATERIAL;
  for (const file of files) {
    const root = trustMaterialFromJson(parse(await readText(file), file), file);
    material = material === NO_MATERIAL ? root : joinMaterial(material, root);
  }
  const keys = policy.entries.flatMap(entry =>
    entry.who.kind === 'key' && entry.who.id !== ''
      ? [[entry.who.id, { key: entry.who.key, window: ALWAYS, usage: null }] as const]
      : [],
  );
  return withKeys(material, keys);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TrustError('root-malformed', `The trusted root ${file} is no JSON.`, { cause });
  }
}
