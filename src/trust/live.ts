import { listOf, pick, textOf } from '../formats/in-toto/values.ts';
import { messageOf } from '../model/errors.ts';
import { type Purl, parsePurl } from '../model/purl.ts';
import { pypiName } from '../model/pypi-name.ts';
import type { OciRepository } from '../registries/oci/client.ts';
import type { ImageReference } from '../registries/oci/reference.ts';
import type { Fetch } from '../registries/registry.ts';
import { TrustError } from './errors.ts';

/** One file of a package as its registry serves it, with what the registry serves about it. */
export interface LiveFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Empty when the registry has no attestation of the file. */
  readonly evidence: readonly { readonly name: string; readonly text: string }[];
}

/** How a registry is asked: through the cache, at the address that the user's package manager has. */
export interface Live {
  readonly fetch: Fetch;
  readonly base: (purlType: string, name: string) => Promise<string>;
  /** The repository of an image, as the user's container tools are known there. */
  readonly repository: (image: ImageReference) => OciRepository;
}

const SIMPLE = 'application/vnd.pypi.simple.v1+json';
const INTEGRITY = 'application/vnd.pypi.integrity.v1+json';
const MOST_FILES = 200;

/** Whether an artifact is named as a package of a registry that serves attestations. */
export function isLivePurl(text: string): boolean {
  return /^pkg:(?:npm|pypi)\//.test(text);
}

/** The package's name as its registry writes it, and its version: what the registry's word has to be about. */
export function packageOf(text: string): { readonly name: string; readonly version: string } {
  const purl = purlOf(text);
  return { name: nameOf(purl), version: purl.version ?? '' };
}

function nameOf(purl: Purl): string {
  return purl.namespace === null ? purl.name : `${purl.namespace}/${purl.name}`;
}

/**
 * The files of a package version with their attestations, from the configured registry: npm's packument, tarball and attestations endpoint; PyPI's simple index and the
 * provenance that it names for each file (PEP 740). Throws `artifact-missing` or `evidence-missing` when the registry cannot tell.
 */
export async function liveFiles(text: string, live: Live): Promise<LiveFile[]> {
  const purl = purlOf(text);
  try {
    return purl.type === 'npm' ? await npmFiles(purl, live) : await pypiFiles(purl, live);
  } catch (error) {
    if (error instanceof TrustError) throw error;
    throw new TrustError('evidence-missing', `${text}: ${messageOf(error)}`, { missing: true, cause: error });
  }
}

async function npmFiles(purl: Purl, live: Live): Promise<LiveFile[]> {
  const name = nameOf(purl);
  const base = await live.base('npm', name);
  const packument = parsed(
    await needed(live, `${base}/${name.replace('/', '%2F')}`, 'application/json'),
    base,
  );
  const manifest = pick(packument, 'versions', purl.version ?? '');
  if (manifest === undefined) throw absent(`${name}@${purl.version}`);
  const fileName = `${purl.name}-${purl.version}.tgz`;
  const stated = textOf(manifest, 'dist', 'tarball');
  // A mirror may repeat the address of the registry it mirrors; then its own stands where the protocol puts it.
  const tarball = stated !== null && sameOrigin(stated, base) ? stated : `${base}/${name}/-/${fileName}`;
  const attestations = `${base}/-/npm/v1/attestations/${name.replace('/', '%2F')}@${encodeURIComponent(purl.version ?? '')}`;
  const found = await live.fetch(attestations, 'application/json');
  return [
    {
      fileName,
      bytes: await needed(live, tarball),
      evidence: [
        {
          name: 'the registry: manifest',
          text: JSON.stringify({
            name,
            time: pick(packument, 'time'),
            versions: { [purl.version ?? '']: manifest },
          }),
        },
        ...(found === null ? [] : [{ name: 'the registry: attestations', text: utf8(found) }]),
      ],
    },
  ];
}

async function pypiFiles(purl: Purl, live: Live): Promise<LiveFile[]> {
  const project = pypiName(purl.name);
  const page = `${await live.base('pypi', purl.name)}/${encodeURIComponent(project)}/`;
  const index = parsed(await needed(live, page, SIMPLE), page);
  const wanted = purl.qualifiers.find(([key]) => key === 'file_name')?.[1] ?? null;
  const files = listOf(index, 'files').filter(one => {
    const fileName = textOf(one, 'filename') ?? '';
    // Attestations name a file, not a project: an index could serve another project's file with them, by somebody who may sign that.
    if (pypiName(projectOf(fileName) ?? '') !== project) return false;
    return wanted === null ? versionOf(fileName) === purl.version : fileName === wanted;
  });
  if (files.length === 0) throw absent(wanted ?? `${purl.name} ${purl.version}`);
  if (files.length > MOST_FILES)
    throw new TrustError(
      'evidence-unsupported',
      `${purl.name} ${purl.version} has ${files.length} files; ${MOST_FILES} are the most that are verified: name one with ?file_name=.`,
    );
  const found: LiveFile[] = [];
  for (const file of files) {
    const fileName = textOf(file, 'filename') ?? '';
    const [url, provenance] = [textOf(file, 'url') ?? '', textOf(file, 'provenance')];
    const text = provenance === null ? null : await live.fetch(absolute(provenance, page), INTEGRITY);
    found.push({
      fileName,
      bytes: await needed(live, absolute(url, page)),
      evidence: text === null ? [] : [{ name: `the index: provenance of ${fileName}`, text: utf8(text) }],
    });
  }
  return found;
}

function projectOf(fileName: string): string | null {
  if (fileName.endsWith('.whl')) return fileName.split('-')[0] ?? null;
  return SOURCE.exec(fileName)?.[1] ?? null;
}

const SOURCE = /^(.+)-([^-]+?)\.(?:tar\.gz|tar\.bz2|zip|tgz)$/;

/** From the names of wheels (PEP 427) and source distributions (PEP 625). */
function versionOf(fileName: string): string | null {
  if (fileName.endsWith('.whl')) return fileName.split('-')[1] ?? null;
  return SOURCE.exec(fileName)?.[2] ?? null;
}

function purlOf(text: string): Purl {
  try {
    const purl = parsePurl(text);
    if (purl.version !== null) return purl;
  } catch (cause) {
    throw new TrustError('artifact-missing', `${text} is no package URL: ${messageOf(cause)}`, { cause });
  }
  throw new TrustError('artifact-missing', `${text} names no version.`, { missing: true });
}

async function needed(live: Live, url: string, accept?: string): Promise<Uint8Array> {
  const bytes = await live.fetch(url, accept);
  if (bytes === null) throw absent(url);
  return bytes;
}

function absent(what: string): TrustError {
  return new TrustError('artifact-missing', `The registry has no ${what}.`, { missing: true });
}

function absolute(path: string, page: string): string {
  if (!URL.canParse(path, page)) throw absent(JSON.stringify(path));
  const url = new URL(path, page);
  url.hash = '';
  if (!/^https?:$/.test(url.protocol)) throw absent(url.href);
  return url.href;
}

function sameOrigin(url: string, base: string): boolean {
  return URL.canParse(url) && new URL(url).origin === new URL(base).origin;
}

function parsed(bytes: Uint8Array, from: string): unknown {
  try {
    return JSON.parse(utf8(bytes));
  } catch (cause) {
    throw new TrustError('evidence-malformed', `The answer of ${new URL(from).host} is no JSON.`, { cause });
  }
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
