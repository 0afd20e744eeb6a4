import type { FoundEvidence } from '../dsse/evidence.ts';
import { readEvidence } from '../dsse/evidence.ts';
import type { Format } from '../format.ts';
import { listOf, pick } from '../in-toto/values.ts';
import { bundleFromJson } from './bundle.ts';
import { integrityBundles } from './integrity.ts';

/** Sigstore bundles of any version, one or one a line, and the lists of them that npm and PyPI serve. */
export const format: Format = {
  id: 'sigstore',
  title: 'Sigstore bundle',
  detect: head => {
    if (head.looksLike !== 'json') return 0;
    if (/"application\/vnd\.dev\.sigstore\.bundle[+.]/.test(head.text)) return 0.95;
    const keys = head.topLevelKeys();
    return keys.includes('attestation_bundles') ||
      keys.includes('verificationMaterial') ||
      (keys.includes('verification_material') && keys.includes('envelope'))
      ? 0.95
      : 0;
  },
  read: input => readEvidence(input, 'sigstore', versionOf, find),
  validate: null,
};

function versionOf(value: unknown): string | null {
  const [first] = bundleValues(value);
  const type = pick(first, 'mediaType');
  return typeof type === 'string' ? (/0\.\d/.exec(type)?.[0] ?? null) : null;
}

function find(value: unknown): FoundEvidence[] {
  return bundleValues(value).map(one => {
    const { content } = bundleFromJson(one);
    return content.kind === 'envelope'
      ? { kind: 'bundle', envelope: content.envelope, statement: null }
      : { kind: 'signature', envelope: null, statement: null };
  });
}

/** The bundles in a value: itself, those of npm's attestation response, those of PyPI's integrity response. */
export function bundleValues(value: unknown): readonly unknown[] {
  const served = listOf(value, 'attestations');
  if (served.some(one => pick(one, 'bundle') !== undefined)) return served.map(one => pick(one, 'bundle'));
  const integrity = integrityBundles(value);
  return integrity.length > 0 ? integrity.map(one => one.bundle) : [value];
}
