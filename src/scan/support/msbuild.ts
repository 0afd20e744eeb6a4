import { parseXml, type XmlElement, xmlAttribute } from '../../formats/xml.ts';
import { ScanError } from '../errors.ts';

/** One item of an MSBuild file: `<PackageReference Include="x" Version="1" />` with its metadata as attributes or children. */
export interface BuildItem {
  readonly kind: string;
  readonly name: string;
  readonly version: string | null;
  readonly isPrivate: boolean;
  /** `Update`: it adds nothing, it changes what was included under that name. */
  readonly isUpdate: boolean;
  readonly line: number;
}

export interface BuildFile {
  readonly path: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly items: readonly BuildItem[];
}

/** Reads properties and package items. Conditions are not judged: every item counts. */
export function readBuildFile(path: string, text: string): BuildFile {
  const root = parseXml(text);
  if (root.name !== 'Project')
    throw new ScanError(
      'malformed-file',
      `${path} is no MSBuild project: its root is ${root.name}.`,
      `line ${root.line}`,
    );
  const properties = new Map<string, string>();
  const items: BuildItem[] = [];
  for (const group of root.children) {
    if (group.name === 'PropertyGroup')
      for (const entry of group.children) properties.set(entry.name.toLowerCase(), entry.text.trim());
    if (group.name === 'ItemGroup') for (const entry of group.children) items.push(...itemsOf(entry));
  }
  return { path, properties, items };
}

const MAX_DEPTH = 16;

/** Replaces `$(Name)`; what is not set stays. */
export function expand(text: string, properties: ReadonlyMap<string, string>, depth = 0): string {
  if (!text.includes('$(') || depth > MAX_DEPTH || text.length > 10_000) return text;
  const replaced = text.replaceAll(
    /\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g,
    (whole, name: string) => properties.get(name.toLowerCase()) ?? whole,
  );
  return replaced === text ? text : expand(replaced, properties, depth + 1);
}

/** A plain version as NuGet takes it: the lowest that is allowed, which it picks. Ranges and floating versions pin nothing. */
export function nugetVersion(text: string): string | null {
  const exact = /^\[([^,[\]()]+)\]$/.exec(text)?.[1]?.trim();
  if (exact !== undefined) return exact;
  return /[[\](),*]|\$\(/.test(text) ? null : text;
}

function itemsOf(entry: XmlElement): BuildItem[] {
  const included = xmlAttribute(entry, 'Include');
  const names = (included ?? xmlAttribute(entry, 'Update') ?? '').split(';');
  const isUpdate = included === null;
  const version = metadata(entry, 'VersionOverride') ?? metadata(entry, 'Version');
  const assets = metadata(entry, 'PrivateAssets')?.toLowerCase() ?? '';
  return names
    .map(name => name.trim())
    .filter(name => name !== '')
    .map(name => ({
      kind: entry.name,
      name,
      version,
      isPrivate: assets === 'all',
      isUpdate,
      line: entry.line,
    }));
}

function metadata(entry: XmlElement, name: string): string | null {
  const stated = xmlAttribute(entry, name) ?? entry.children.find(child => child.name === name)?.text;
  return stated?.trim() || null;
}
