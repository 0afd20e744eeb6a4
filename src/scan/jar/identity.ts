/** A Java archive's coordinates, as far as it states them. */
export interface Coordinates {
  readonly group: string | null;
  readonly artifact: string;
  readonly version: string | null;
}

/** What was found in an archive's META-INF. */
export interface JarNotes {
  /** pom.properties, each the coordinates of something that Maven packed in here. */
  readonly properties: readonly Coordinates[];
  /** Folders META-INF/maven/GROUP/ARTIFACT with a pom.xml. */
  readonly poms: readonly { readonly group: string; readonly artifact: string }[];
  readonly manifest: ReadonlyMap<string, string>;
}

/**
 * Whose archive it is: of several pom.properties the one that the file is named after (the others were packed in), else the only one; then the
 * folders of a repository, then the manifest;
 * then the file's name. A group is only taken where something states it, for a made-up one would name another's package.
 */
export function identify(
  path: string,
  notes: JarNotes,
): { readonly own: Coordinates | null; readonly packed: readonly Coordinates[] } {
  const named = splitName(path.slice(path.lastIndexOf('/') + 1));
  const { properties } = notes;
  const own =
    properties.find(one => `${one.artifact}-${one.version}` === named.stem) ??
    properties.find(one => one.artifact === named.artifact) ??
    (properties.length === 1 && !isOther(properties[0], notes, named.artifact) ? properties[0] : undefined);
  const fallback = own ?? byLayout(path) ?? byManifest(named, notes);
  return { own: fallback, packed: properties.filter(one => one !== own) };
}

/** A single pom.properties of something else: the manifest names the archive as the file does, and not as that. */
function isOther(one: Coordinates | undefined, { manifest }: JarNotes, artifact: string): boolean {
  const title = symbolicName(manifest) ?? manifest.get('implementation-title');
  return (
    one !== undefined && title !== undefined && title.endsWith(artifact) && !title.includes(one.artifact)
  );
}

function byManifest(named: ReturnType<typeof splitName>, { manifest, poms }: JarNotes): Coordinates | null {
  const version =
    named.version ??
    manifest.get('implementation-version') ??
    manifest.get('bundle-version') ??
    manifest.get('plugin-version') ??
    manifest.get('specification-version') ??
    null;
  const titled = /^([\w.-]+)[#:]([\w.-]+)(?:;(.+))?$/.exec(manifest.get('implementation-title') ?? '');
  if (titled?.[1] !== undefined && titled[2] !== undefined && titled[2] === named.artifact)
    return { group: titled[1], artifact: titled[2], version };
  const pom =
    poms.find(({ artifact }) => artifact === named.artifact) ?? (poms.length === 1 ? poms[0] : undefined);
  if (pom !== undefined) return { ...pom, version };
  if (named.artifact === '') return null;
  return {
    group: groupOf(named.artifact, manifest),
    artifact: manifest.has('group-id') ? (manifest.get('extension-name') ?? named.artifact) : named.artifact,
    version,
  };
}

/** Jenkins states the group; a bundle's symbolic name is GROUP.ARTIFACT by the habit of the bundle plugins; a vendor id is a group
 * where it is precise enough: `org.apache` is the group of nothing. */
function groupOf(artifact: string, manifest: ReadonlyMap<string, string>): string | null {
  const stated = manifest.get('group-id');
  if (stated !== undefined) return stated;
  const symbolic = symbolicName(manifest);
  if (symbolic?.endsWith(`.${artifact}`)) return symbolic.slice(0, -artifact.length - 1);
  const vendor = manifest.get('implementation-vendor-id');
  const isPrecise =
    vendor !== undefined &&
    (vendor === artifact || vendor.endsWith(`.${artifact}`) || /^[a-z][\w-]*(?:\.[\w-]+){2,}$/.test(vendor));
  return isPrecise ? vendor : null;
}

function symbolicName(manifest: ReadonlyMap<string, string>): string | undefined {
  return manifest.get('bundle-symbolicname')?.split(';')[0]?.trim();
}

/** The coordinates that the folders of a local Maven repository or Gradle's cache state; null elsewhere. */
export function byLayout(path: string): Coordinates | null {
  const maven = /(?:^|\/)(?:repository|maven-repo)\/(.+)\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path);
  const [, folders = '', artifact = '', version = '', name = ''] = maven ?? [];
  if (maven !== null && name.startsWith(`${artifact}-${version}`))
    return { group: folders.replaceAll('/', '.'), artifact, version };
  const gradle = /(?:^|\/)files-2\.1\/([^/]+)\/([^/]+)\/([^/]+)\/[0-9a-f]+\/[^/]+$/.exec(path);
  return gradle === null
    ? null
    : { group: gradle[1] ?? null, artifact: gradle[2] ?? '', version: gradle[3] ?? null };
}

/** `name-1.2.3-SNAPSHOT.jar`: the version begins at the first hyphen before a digit. */
export function splitName(fileName: string): {
  readonly stem: string;
  readonly artifact: string;
  readonly version: string | null;
} {
  const stem = fileName.replace(/\.[^.]+$/, '');
  const hyphen = stem.search(/-v?\d/);
  if (hyphen <= 0) return { stem, artifact: stem, version: null };
  const version = stem
    .slice(hyphen + 1)
    .replace(/-(?:sources|javadoc|tests|all|shaded|jar-with-dependencies)$/, '');
  return { stem, artifact: stem.slice(0, hyphen), version };
}

/** pom.properties as Maven writes it; null where a coordinate is missing or was never filled in. */
export function parsePomProperties(text: string): Coordinates | null {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.search(/[=:]/);
    if (equals > 0 && !/^\s*[#!]/.test(line))
      values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const group = values.get('groupId') ?? '';
  const artifact = values.get('artifactId') ?? '';
  const version = values.get('version') ?? '';
  if ([group, artifact].some(text => text === '' || text.includes('${'))) return null;
  return { group, artifact, version: version === '' || version.includes('${') ? null : version };
}

/** The main section of a manifest (JAR File Specification): a line that begins with a blank goes on with the one before. Names in lower case. */
export function parseManifest(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let last: string | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') break;
    if (line.startsWith(' ') && last !== null) {
      values.set(last, (values.get(last) ?? '') + line.slice(1));
      continue;
    }
    const colon = line.indexOf(':');
    last = colon > 0 ? line.slice(0, colon).trim().toLowerCase() : null;
    if (last !== null) values.set(last, line.slice(colon + 1).trim());
  }
  for (const [key, value] of values) if (value === '' || value.includes('${')) values.delete(key);
  return values;
}
