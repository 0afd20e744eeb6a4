import { globSync } from 'node:fs';
import { bundleFromJson } from '../../formats/sigstore/bundle.ts';
import { type Artifact, artifactOfBytes } from '../artifact.ts';
import { type BundleVerdict, verifyBundle } from '../bundle.ts';
import { bundledMaterial } from '../bundled.ts';
import { exactly } from '../identity.ts';
import { publicKeyFromPem } from '../keys.ts';
import { type TrustMaterial, trustMaterialFromJson } from '../root.ts';
import { refusalOf } from '../steps.ts';
import { dataBytes, dataPath, hasData } from './data.ts';

/** One case of sigstore-conformance, as its README describes them. */
export interface ConformanceCase {
  readonly name: string;
  readonly accepted: boolean;
  readonly bundle: Buffer;
  readonly verify: (
    bundle: unknown,
  ) => Pick<BundleVerdict, 'verdict' | 'code' | 'message'> & Partial<BundleVerdict>;
}

const SUITE = 'sigstore-conformance/bundle-verify';
const DEFAULT_IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';

export async function conformanceCases(): Promise<ConformanceCase[]> {
  const bundled = await bundledMaterial();
  return globSync('*/', { cwd: dataPath(SUITE) })
    .sort()
    .map(name => caseOf(name.replace(/\/$/, ''), bundled));
}

function caseOf(name: string, bundled: TrustMaterial): ConformanceCase {
  const file = (part: string): Buffer | null =>
    hasData(`${SUITE}/${name}/${part}`) ? dataBytes(`${SUITE}/${name}/${part}`) : null;
  const text = (part: string, otherwise: string): string => file(part)?.toString('utf8').trim() ?? otherwise;
  const artifact: Artifact = artifactOfBytes('artifact', file('artifact') ?? dataBytes(`${SUITE}/a.txt`));
  const keyText = file('key.pub')?.toString('utf8');
  const identity = {
    identity: exactly(text('identity', DEFAULT_IDENTITY)),
    issuer: exactly(text('issuer', 'https://token.actions.githubusercontent.com')),
  };
  const rootText = file('trusted_root.json')?.toString('utf8');
  let material: TrustMaterial | null = null;
  return {
    name,
    accepted: !name.endsWith('_fail'),
    bundle: file('bundle.sigstore.json') as Buffer,
    verify: bundle => {
      try {
        material ??=
          rootText === undefined
            ? bundled
            : trustMaterialFromJson(JSON.parse(rootText), 'the root of the case');
        const key = keyText === undefined ? null : publicKeyFromPem(keyText);
        return verifyBundle(bundleFromJson(bundle), {
          material,
          artifact,
          key,
          identity: key === null ? identity : null,
        });
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}
