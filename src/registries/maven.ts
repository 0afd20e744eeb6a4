import { messageOf } from '../model/errors.ts';
import { RegistryError } from './errors.ts';
import { fetchText } from './json.ts';
import type { DeclaredDependency, RegistryFactory } from './registry.ts';

/** A Maven repository: `maven-metadata.xml` per artifact, a POM per version. Names are `group:artifact`. */
export const maven: RegistryFactory = {
  id: 'maven',
  purlType: 'maven',
  open: (base, fetch) => {
    const url = (name: string, rest: string) => `${base(name)}/${folderOf(name)}/${rest}`;
    const pom = async (name: string, version: string): Promise<string> => {
      requireCoordinates(name, version);
      const file = `${encodeURIComponent(version)}/${encodeURIComponent(name.split(':')[1] ?? '')}-${encodeURIComponent(version)}.pom`;
      return fetchText(fetch, url(name, file), `${name} ${version}`);
    };
    return {
      id: 'maven',
      purlType: 'maven',
      versions: async name => {
        const document = await parseXml(await fetchText(fetch, url(name, 'maven-metadata.xml'), name), name);
        return document
          .filter(({ path }) => path === 'metadata/versioning/versions/version')
          .map(({ text }) => ({ version: text, published: null, yanked: false, deprecated: null }));
      },
      dependencies: async (name, version) =>
        toDependencies(await parseXml(await pom(name, version), name), version),
      manifest: pom,
    };
  },
};

/** Names come from files of strangers: one of dots alone would ask for another path of the host than the repository's. */
function requireCoordinates(name: string, version: string): void {
  const [group = '', artifact = '', ...rest] = name.split(':');
  const isPlain = (text: string): boolean => /^[\w.+-]{1,200}$/.test(text) && !/^\.+$/.test(text);
  if (rest.length > 0 || ![group, artifact, version].every(isPlain) || group.split('.').includes(''))
    throw new RegistryError(
      'not-found',
      `${JSON.stringify(`${name}:${version}`)} names nothing in a Maven repository.`,
    );
}

function folderOf(name: string): string {
  const [group = '', artifact = ''] = name.split(':');
  return `${group.split('.').map(encodeURIComponent).join('/')}/${encodeURIComponent(artifact)}`;
}

interface Leaf {
  readonly path: string;
  /** Which element of its parent's kind this leaf is in, to tell one dependency from the next. */
  readonly parent: number;
  readonly text: string;
}

const MAX_DEPTH = 100;

/** The leaves of an XML text with their paths. Documents with a DTD are refused: nothing here needs one. */
async function parseXml(text: string, name: string): Promise<Leaf[]> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser();
  const open: { readonly name: string; readonly id: number; text: string; leaf: boolean }[] = [];
  const leaves: Leaf[] = [];
  let count = 0;
  parser.on('doctype', () => {
    throw new Error('it has a DTD');
  });
  parser.on('opentag', tag => {
    const parent = open.at(-1);
    if (parent) parent.leaf = false;
    if (open.length >= MAX_DEPTH) throw new Error('it is nested too deeply');
    open.push({ name: tag.name, id: ++count, text: '', leaf: true });
  });
  parser.on('text', part => {
    const last = open.at(-1);
    if (last) last.text += part;
  });
  parser.on('closetag', () => {
    const path = open.map(one => one.name).join('/');
    const closed = open.pop();
    if (closed?.leaf) leaves.push({ path, parent: open.at(-1)?.id ?? 0, text: closed.text.trim() });
  });
  parser.on('error', error => {
    throw error;
  });
  try {
    parser.write(text).close();
  } catch (error) {
    throw new RegistryError(
      'not-understood',
      `The repository's answer about ${name} cannot be read: ${messageOf(error)}.`,
      error,
    );
  }
  return leaves;
}

const DEPENDENCY = 'project/dependencies/dependency/';

/** Direct dependencies. Properties of the POM itself are filled in; what its parent defines stays as `${...}` or empty. */
function toDependencies(leaves: readonly Leaf[], version: string): DeclaredDependency[] {
  const properties = new Map([
    ['project.version', version],
    ['version', version],
  ]);
  const byElement = new Map<number, Map<string, string>>();
  for (const { path, parent, text } of leaves) {
    if (path.startsWith('project/properties/'))
      properties.set(path.slice('project/properties/'.length), text);
    if (path === 'project/groupId' || path === 'project/parent/groupId')
      properties.set('project.groupId', text);
    if (!path.startsWith(DEPENDENCY)) continue;
    const fields = byElement.get(parent) ?? new Map<string, string>();
    byElement.set(parent, fields.set(path.slice(DEPENDENCY.length), text));
  }
  const fill = (text: string) =>
    text.replaceAll(/\$\{([^}]+)\}/g, (whole, key: string) => properties.get(key) ?? whole);
  return [...byElement.values()]
    .filter(fields => fields.has('groupId') && fields.has('artifactId'))
    .map(fields => ({
      name: fill(`${fields.get('groupId')}:${fields.get('artifactId')}`),
      range: fill(fields.get('version') ?? ''),
      scope: scopeOf(fields),
    }));
}

function scopeOf(fields: ReadonlyMap<string, string>): DeclaredDependency['scope'] {
  if (fields.get('optional') === 'true') return 'optional';
  const scope = fields.get('scope');
  return scope === 'test' || scope === 'provided' ? scope : 'runtime';
}
