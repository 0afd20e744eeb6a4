import type { Diagnostics } from '../model/diagnostic.ts';
import type { Registry } from '../registries/registry.ts';

/**
 * The scan family. An extractor reads lockfiles, manifests or installed things of one kind. It is read-only, starts no process, opens nothing by itself:
 * the runner walks the tree, hands over files it declared, and turns a throw into a `failed` project, never a crash.
 */
export interface Extractor {
  readonly extract: (file: TreeFile, context: ExtractContext) => Promise<readonly Project[]>;
  /** Of package databases of an operating system: which of these paths belong to a package, and to which. What they own is not reported a second time. */
  readonly owners?: (
    file: TreeFile,
    context: ExtractContext,
    paths: ReadonlySet<string>,
  ) => Promise<ReadonlyMap<string, string>>;
}

/** What the list says of an extractor, so that a scan loads only the code of what it finds. */
export interface ExtractorEntry {
  /** Folder name, as in `npm-package-lock`. */
  readonly id: string;
  /** OSV ecosystem name: `npm`, `PyPI`, `Go`, `crates.io`, `Maven`, ... or a purl type in lower case where OSV has none. */
  readonly ecosystem: string;
  /** File names, or patterns with one `*`, on the base name; compared without regard to case only where `ignoreCase` says so. */
  readonly files: readonly string[];
  /** Optional closer test on the path inside the tree (`/`-separated), for names that are too common. */
  readonly matches?: (path: string) => boolean;
  /** `lockfile`: exact resolved set. `manifest`: stated wishes, reported only where no lockfile covers its folder. `installed`: what is really there. */
  readonly kind: 'lockfile' | 'manifest' | 'installed';
  /** For things that no name tells: whether the first bytes (16, or all there are) of a file that the patterns let through are of this kind. */
  readonly magic?: (head: Uint8Array) => boolean;
  /**
   * Where one answer needs many files (each package.json of a node_modules): the place a file belongs to. The extractor is called once per place, with the
   * first of them; `ExtractContext.together` has all.
   */
  readonly place?: (path: string) => string;
  readonly load: () => Promise<{ readonly extractor: Extractor }>;
}

/** A file in a tree. `path` is relative to the tree's root, `/`-separated, no `..`. */
export interface TreeFile {
  readonly path: string;
  readonly size: number;
  /** When it was last changed, in milliseconds since 1970; null where the tree does not say. */
  readonly modified: number | null;
  /** Bounded read: throws ScanError `too-large` above `limit` (default 64 MiB). */
  readonly bytes: (limit?: number) => Promise<Uint8Array>;
  /** Decoded by io/text; throws ScanError `malformed-file` for binary content. */
  readonly text: (limit?: number) => Promise<string>;
  /** A part of it, shorter where the file ends; for big binaries. @throws ScanError `unreadable-file` */
  readonly range: (offset: number, length: number) => Promise<Uint8Array>;
}

/** One name in a folder. A `link` is a symbolic link: the walk never follows it, `Tree.file` does where it stays inside. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** A tree to scan: a folder, an archive, later an image's layers. Nothing outside it can be reached through it. */
export interface Tree {
  /** The regular file at a path, or null; follows a symbolic link only inside the tree. */
  readonly file: (path: string) => Promise<TreeFile | null>;
  /** What a folder holds, sorted by name; empty when there is no such folder. @throws ScanError `unreadable-file` when it may not be listed. */
  readonly list: (folder: string) => Promise<readonly TreeEntry[]>;
  /** The first bytes of a file that `list` gave, at once, for thousands of them; null when there is none or it is a link. */
  readonly head: (path: string, length: number) => Uint8Array | null;
}

/** Opens a registry client by its id (`maven`). Bounded by the caller in what it may fetch. @throws RegistryError `not-configured` */
export type OnlineRegistries = (id: string) => Promise<Registry>;

export interface ExtractContext {
  readonly tree: Tree;
  /** Of this file; places are lines or pointers in it, the runner puts the path before them. */
  readonly diagnostics: Diagnostics;
  /** True when this one file was asked for, not found on a walk: then it is read even where another file would stand for it. */
  readonly alone: boolean;
  /** Null without `--online`: then nothing is asked of anyone. Else the registries that the user's configuration names. */
  readonly online: OnlineRegistries | null;
  /** Paths of all files of the same place (`ExtractorEntry.place`) in the order of the walk, this one first. */
  readonly together: readonly string[];
}

export type Completeness = 'complete' | 'partial' | 'failed';

/** The closed set of reasons why a project is not complete. Each is also the code of the diagnostic that says where. */
export type IncompleteReason =
  | 'manifest-without-lock'
  | 'unpinned-requirement'
  | 'unresolved-property'
  | 'unresolved-parent'
  | 'unsupported-lock-version'
  | 'unreadable-file'
  | 'malformed-file'
  | 'malformed-entry'
  | 'missing-include'
  | 'transitive-not-listed'
  | 'too-large'
  | 'lock-out-of-date';

/** The reasons that mean something named could not be read or understood: the scan's exit code is 3. The others are gaps the files themselves leave. */
export const UNREAD_REASONS: ReadonlySet<IncompleteReason> = new Set([
  'unsupported-lock-version',
  'unreadable-file',
  'malformed-file',
  'malformed-entry',
  'too-large',
]);

/** When a component is needed, strongest first. */
export const SCOPES = ['prod', 'peer', 'optional', 'build', 'test', 'dev'] as const;

export type ScanScope = (typeof SCOPES)[number];

/** The project itself, where a manifest names it. */
export interface ProjectSubject {
  readonly name: string | null;
  readonly version: string | null;
  readonly purl: string | null;
  readonly licences: readonly string[];
  /** E-mail addresses and URLs to reach its makers. */
  readonly contacts: readonly string[];
}

export interface ProjectGap {
  readonly reason: IncompleteReason;
  readonly message: string;
  /** Place in the file, as in `line 12`. */
  readonly at: string | null;
}

export interface Project {
  /** Folder of the project inside the tree, `.` for the root. */
  readonly path: string;
  /** The file it was read from. */
  readonly file: string;
  readonly ecosystem: string;
  readonly subject: ProjectSubject;
  readonly completeness: Completeness;
  readonly reasons: readonly ProjectGap[];
  readonly components: readonly ScannedComponent[];
  /** Indices into `components`; -1 is the project itself. */
  readonly dependencies: readonly (readonly [from: number, to: number])[];
  /** Folders of other projects of this tree that this one links to (workspace members it needs). */
  readonly links: readonly string[];
  /** Folders whose manifests this lockfile locks, its own included: manifests there are not read apart. */
  readonly covers: readonly string[];
}

export interface ScannedComponent {
  /** Name and version in the ecosystem's own spelling; version null when nothing pins it. */
  readonly name: string;
  readonly version: string | null;
  /** The stated range when nothing pins a version. */
  readonly range: string | null;
  /** Canonical purl; null when the ecosystem has no purl type for it, or when it comes from no registry or repository (a local path). */
  readonly purl: string | null;
  /** When it is needed; empty where the files cannot tell. */
  readonly scopes: readonly ScanScope[];
  /** Named in the project's own manifest; null where the files cannot tell. */
  readonly direct: boolean | null;
  readonly locations: readonly { readonly file: string; readonly line: number | null }[];
  readonly licences: readonly string[];
  /** `sha512:hex` and the like. */
  readonly digests: readonly string[];
  /** Where it is fetched from, as the file states it (URL, repository and commit, path). */
  readonly source: string | null;
}
