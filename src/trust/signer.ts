import type { Certificate } from './certificate.ts';
import type { SignerClaims } from './fulcio.ts';
import type { PublicKey } from './keys.ts';

/** Who made a signature. */
export type Signer =
  | {
      readonly kind: 'certificate';
      readonly certificate: Certificate;
      readonly claims: SignerClaims;
      readonly key: PublicKey;
    }
  | { readonly kind: 'key'; readonly hint: string; readonly key: PublicKey };
