import { messageOf } from '../model/errors.ts';
import { TrustError } from './errors.ts';
import { type TrustMaterial, trustMaterialFromJson } from './root.ts';

/**
 * The public-good root as Sigstore's TUF repository gives it now, checked against the root that @sigstore/tuf carries. The only thing in this room that uses the network,
 * and only for `--online`; its cache lies in `folder`.
 */
export async function onlineMaterial(folder: string): Promise<TrustMaterial> {
  const [{ getTrustedRoot }, { TrustedRoot }] = await Promise.all([
    import('@sigstore/tuf'),
    import('@sigstore/protobuf-specs'),
  ]);
  try {
    return trustMaterialFromJson(
      TrustedRoot.toJSON(await getTrustedRoot({ cachePath: folder })),
      'the Sigstore public-good root, just refreshed',
    );
  } catch (cause) {
    throw new TrustError(
      'network-forbidden',
      `Sigstore's TUF repository could not be read (${messageOf(cause)}).`,
      { missing: true, cause },
    );
  }
}
