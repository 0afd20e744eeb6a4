import { CPE_ANY, CPE_NA, type Cpe } from '../model/cpe.ts';
import type { Purl } from '../model/purl.ts';
import { versionOf } from '../model/purl-version.ts';
import { packageName } from './naming.ts';
import type { IdentityLabel } from './resolve.ts';

export function cpeLabel(text: string, cpe: Cpe): IdentityLabel {
  const plain = cpe.version.replaceAll(/\\(.)/g, '$1');
  const version = cpe.version === CPE_ANY || cpe.version === CPE_NA ? null : plain;
  return { kind: 'cpe', text, name: `${cpe.vendor}:${cpe.product}`, version };
}

export function purlLabel(text: string, purl: Purl): IdentityLabel {
  return { kind: 'purl', text, name: packageName(purl), version: versionOf(purl) };
}
