import type { Format } from './format.ts';

/** The format family. Adding a member is its folder and one line here. Loaded once per reader worker, never at start-up of the CLI. */
const members: readonly (() => Promise<{ readonly format: Format }>)[] = [
  () => import('./csaf/format.ts'),
  () => import('./cve/format.ts'),
  () => import('./cyclonedx/format.ts'),
  () => import('./dsse/format.ts'),
  () => import('./epss/format.ts'),
  () => import('./in-toto/format.ts'),
  () => import('./kev/format.ts'),
  () => import('./nswg/format.ts'),
  () => import('./openvex/format.ts'),
  () => import('./osv/format.ts'),
  () => import('./sigstore/format.ts'),
  () => import('./spdx/format.ts'),
  () => import('./spdx3/format.ts'),
];

let loaded: Promise<readonly Format[]> | null = null;

/** Every format Larder reads. */
export function formats(): Promise<readonly Format[]> {
  loaded ??= Promise.all(members.map(async load => (await load()).format));
  return loaded;
}
