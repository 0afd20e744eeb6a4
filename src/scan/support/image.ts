import type { PurlParts } from '../../model/purl.ts';
import type { LockNode } from './lock-graph.ts';

/** An image reference, `host/path/name:tag@sha256:...`, as a component. A tag can move: only a digest pins, and it is the version where there is one. */
export function imageNode(
  reference: string,
): Pick<LockNode, 'name' | 'version' | 'range' | 'purl' | 'digests'> {
  const [main = '', digest = null] = reference.split('@');
  const colon = main.lastIndexOf(':');
  const hasTag = colon > main.lastIndexOf('/');
  const name = hasTag ? main.slice(0, colon) : main;
  const tag = hasTag ? main.slice(colon + 1) : null;
  const parts = name.split('/');
  const isHost = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] ?? '');
  const host = isHost ? (parts[0] ?? null) : null;
  const path = isHost ? parts.slice(1) : parts;
  const qualifiers: (readonly [string, string])[] = host === null ? [] : [['repository_url', host]];
  const version = digest ?? tag;
  const purl: PurlParts = {
    type: 'docker',
    namespace: path.slice(0, -1).join('/') || null,
    name: path.at(-1) ?? '',
    version,
    qualifiers,
  };
  // The digest of an image names its manifest by content: it joins as a digest does.
  return {
    name,
    version,
    range: null,
    purl: path.at(-1) ? purl : null,
    digests: digest?.startsWith('sha256:') ? [digest] : [],
  };
}
