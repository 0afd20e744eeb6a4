import { type Cpe, formatCpe, tryCpe } from './cpe.ts';
import { formatDigest, readDigest } from './digest.ts';
import type { Component, Digest } from './facts.ts';
import { formatPurl, type Purl, tryPurl } from './purl.ts';

/** What a component can be known by (DESIGN, "identity"). A name alone is none: the triple with version and supplier is. */
export type Identity =
  | { readonly kind: 'purl'; readonly purl: Purl }
  | { readonly kind: 'cpe'; readonly cpe: Cpe }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'swid'; readonly tagId: string }
  | { readonly kind: 'gitoid'; readonly uri: string }
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly version: string | null;
      readonly supplier: string | null;
    };

/** One canonical text per identity: equal identities have equal keys, and no two kinds share one. */
export function identityKey(identity: Identity): string {
  switch (identity.kind) {
    case 'purl':
      return formatPurl(identity.purl);
    case 'cpe':
      return formatCpe(identity.cpe);
    case 'digest':
      return `digest:${formatDigest(identity.digest)}`;
    case 'swid':
      return `swid:${identity.tagId}`;
    case 'gitoid':
      return identity.uri;
    case 'name':
      return `name:${JSON.stringify([identity.name, identity.version, identity.supplier])}`;
  }
}

/** What a component states, strongest first: purls, CPEs, digests, gitoids, SWIDs, and its name. What cannot be read is left out; readers have said so. */
export function identitiesOf(
  component: Pick<
    Component,
    'purls' | 'cpes' | 'digests' | 'swids' | 'gitoids' | 'group' | 'name' | 'version' | 'supplier'
  >,
): Identity[] {
  const found: Identity[] = [];
  for (const text of component.purls) {
    const purl = tryPurl(text);
    if (purl !== null) found.push({ kind: 'purl', purl });
  }
  for (const text of component.cpes) {
    const cpe = tryCpe(text);
    if (cpe !== null) found.push({ kind: 'cpe', cpe });
  }
  for (const stated of component.digests) {
    const digest = readDigest(stated.algorithm, stated.value);
    if (typeof digest !== 'string') found.push({ kind: 'digest', digest });
  }
  for (const text of component.gitoids) {
    const uri = normaliseGitoid(text);
    if (uri !== null) found.push({ kind: 'gitoid', uri });
  }
  for (const text of component.swids) {
    const tagId = normaliseSwid(text);
    if (tagId !== '') found.push({ kind: 'swid', tagId });
  }
  const name = component.group ? `${component.group}/${component.name}` : component.name;
  if (name.trim() !== '')
    found.push({
      kind: 'name',
      name: name.trim(),
      version: component.version,
      supplier: component.supplier?.name.trim() || null,
    });
  return found;
}

const GIT_TYPES: Readonly<Record<string, string>> = { cnt: 'blob', dir: 'tree', rev: 'commit', rel: 'tag' };

/**
 * A gitoid (OmniBOR artifact ids are such) in lower case. A Software Heritage id of a content, directory, revision or release is the git object id
 * with SHA-1 by its own definition, so it becomes that gitoid; a snapshot has no git counterpart and stays. Null for anything else.
 */
export function normaliseGitoid(text: string): string | null {
  const lower = text.trim().toLowerCase().replace(/;.*$/, '');
  const swh = /^swh:1:(cnt|dir|rev|rel|snp):([0-9a-f]{40})$/.exec(lower);
  if (swh !== null) return swh[1] === 'snp' ? lower : `gitoid:${GIT_TYPES[swh[1] ?? '']}:sha1:${swh[2]}`;
  return /^gitoid:(?:blob|tree|commit|tag):(?:sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64})$/.test(lower)
    ? lower
    : null;
}

/** A SWID tag id without `swid:` before it, in lower case: tag ids are not case sensitive (ISO/IEC 19770-2). */
function normaliseSwid(text: string): string {
  return text
    .trim()
    .replace(/^swid:/i, '')
    .toLowerCase();
}
