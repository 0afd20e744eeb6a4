import type { PurlParts } from '../../model/purl.ts';

/** An npm name, `@scope/name` or `name`, as purl parts. */
export function npmPurl(
  name: string,
  version: string | null,
  qualifiers: PurlParts['qualifiers'] = [],
): PurlParts {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  return slash < 0
    ? { type: 'npm', name, version, qualifiers }
    : { type: 'npm', namespace: name.slice(0, slash), name: name.slice(slash + 1), version, qualifiers };
}

/** A Go module path. */
export function goPurl(path: string, version: string | null): PurlParts {
  return slashed('golang', path, version);
}

/** `group:artifact`. */
export function mavenPurl(
  group: string,
  artifact: string,
  version: string | null,
  qualifiers: PurlParts['qualifiers'] = [],
): PurlParts {
  return { type: 'maven', namespace: group, name: artifact, version, qualifiers };
}

/** A name whose last `/`-separated part is the purl's name. */
export function slashed(
  type: string,
  path: string,
  version: string | null,
  qualifiers: PurlParts['qualifiers'] = [],
): PurlParts {
  const slash = path.lastIndexOf('/');
  return {
    type,
    namespace: slash < 0 ? null : path.slice(0, slash),
    name: path.slice(slash + 1),
    version,
    qualifiers,
  };
}

/** The `vcs_url` qualifier of something fetched from a repository: `git+https://host/path@commit`. */
export function vcsUrl(url: string, commit: string | null): readonly [string, string] {
  const clean = url.replace(/#.*$/, '').replace(/^git\+/, '');
  return ['vcs_url', `git+${clean}${commit === null ? '' : `@${commit}`}`];
}
