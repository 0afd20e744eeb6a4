import type { PurlParts } from '../../model/purl.ts';
import { npmPurl, vcsUrl } from './purls.ts';

/** Where an npm package comes from, by what a lockfile says of it. */
export interface NpmSource {
  readonly kind: 'registry' | 'git' | 'tarball' | 'local';
  readonly url: string;
  readonly commit: string | null;
}

const SHORTHANDS: Readonly<Record<string, string>> = {
  github: 'https://github.com/',
  gitlab: 'https://gitlab.com/',
  bitbucket: 'https://bitbucket.org/',
};

/** Reads what stands for a version or a `resolved` place: a URL, a repository, a local path; null for a plain version. */
export function npmSource(text: string): NpmSource | null {
  const hash = text.indexOf('#');
  const url = hash < 0 ? text : text.slice(0, hash);
  const fragment = hash < 0 ? null : text.slice(hash + 1).replace(/^commit=/, '') || null;
  const colon = text.indexOf(':');
  const scheme = colon < 0 ? '' : text.slice(0, colon);
  if (Object.hasOwn(SHORTHANDS, scheme) && !url.startsWith('//', colon + 1)) {
    return { kind: 'git', url: `${SHORTHANDS[scheme]}${url.slice(colon + 1)}`, commit: fragment };
  }
  if (scheme === 'git' || scheme.startsWith('git+') || scheme === 'ssh')
    return { kind: 'git', url: url.replace(/^git\+/, ''), commit: fragment };
  if (scheme === 'http' || scheme === 'https') {
    if (url.endsWith('.git')) return { kind: 'git', url, commit: fragment };
    // A forge's archive of one commit is that commit, whatever the package calls itself.
    const archive =
      /\/(?:tar\.gz|tarball|archive)\/(?:refs\/(?:tags|heads)\/)?([0-9a-f]{40})(?:\.tar\.gz|\.tgz)?$/.exec(
        url,
      );
    return { kind: 'tarball', url, commit: archive?.[1] ?? null };
  }
  if (scheme === 'file' || scheme === 'link' || scheme === 'portal')
    return { kind: 'local', url: text.slice(colon + 1), commit: null };
  if (/^\.{0,2}\//.test(text)) return { kind: 'local', url: text, commit: null };
  return null;
}

/** The purl of an npm package by its source: none for a local path, which no registry knows. */
export function npmSourcePurl(
  name: string,
  version: string | null,
  source: NpmSource | null,
): PurlParts | null {
  if (source === null || source.kind === 'registry') return npmPurl(name, version);
  if (source.kind === 'local') return null;
  if (source.kind === 'git') return npmPurl(name, version, [vcsUrl(source.url, source.commit)]);
  return npmPurl(name, version, [['download_url', source.url]]);
}

/** Archives that forges make of a repository, and files of their releases. They too have the name of the package or `/-/` in them, but no registry knows them. */
const FORGE_ARCHIVE = /\/(?:-\/archive|archive|tarball|tar\.gz|releases\/download)\/(?!-\/)/;

/** Whether a tarball lies where registries keep them: `/name/-/name-1.0.0.tgz`, or by name and version elsewhere. */
export function isRegistryTarball(url: string, name: string): boolean {
  return (
    /^https?:/.test(url) &&
    !FORGE_ARCHIVE.test(url) &&
    (url.includes('/-/') || url.includes(`/${name}/`) || url.includes(encodeURIComponent(name)))
  );
}
