import type { Diagnostics } from '../model/diagnostic.ts';

/**
 * The scan family. An extractor reads lockfiles, manifests or installed things of one kind. It is read-only, starts no process, opens nothing by itself:
 * the runner walks the tree, hands over files it declared, and turns a throw into a `failed` project, never a crash.
 */
export interface Extractor {
  /** Folder name, as in `npm-package-lock`. */
  readonly id: string;
  /** OSV ecosystem name: `npm`, `PyPI`, `Go`, `crates.io`, `Maven`, ... or a purl type in lower case where OSV has none. */
  readonly ecosystem: string;
  /** What it reads, for help and docs: file names or `*`-globs on the base name, cheap to test. */
  readonly files: readonly string[];
  /** Optional closer test on the path inside the tree (`/`-separated), for names that are too common. */
  readonly matches?: (path: string) => boolean;
  /** `lockfile`: exact resolved set. `manifest`: stated wishes. `installed`: what is really there. */
  readonly kind: 'lockfile' | 'manifest' | 'installed';
  readonly extract: (file: TreeFile, context: ExtractContext) => Promise<readonly Project[]>;
}

/** A file in a tree. `path` is relative to the tree's root, `/`-separated, no `..`. */
export interface TreeFile {
  readonly path: string;
  readonly size: number;
  /** Bounded read: throws ScanError `too-large` above `limit` (default 64 MiB). */
  readonly bytes: (limit?: number) => Promise<Uint8Array>;
  readonly text: (limit?: number) => Promise<string>;
}

/** A tree to scan: a folder, an archive, later an image's layers. Nothing outside it can be reached through it. */
export interface Tree {
  /** The file at a path, or null; follows a symbolic link only inside the tree. */
  readonly file: (path: string) => Promise<TreeFile | null>;
  /** Names in a folder (folders end in `/`), sorted; empty when there is none. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}

export interface ExtractContext {
  readonly tree: Tree;
  readonly diagnostics: Diagnostics;
  /** True only with `--online`: extractors that can complete themselves from a registry may then do so through it. */
  readonly online: boolean;
}

export type Completeness = 'complete' | 'partial' | 'failed';

/** The closed set of reasons why a project is not complete. */
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

export type ScanScope = 'prod' | 'dev' | 'optional' | 'peer' | 'test' | 'build';

export interface Project {
  /** Folder of the project inside the tree, `.` for the root. */
  readonly path: string;
  readonly ecosystem: string;
  readonly extractor: string;
  /** The project itself, where a manifest names it. */
  readonly subject: {
    readonly name: string | null;
    readonly version: string | null;
    readonly purl: string | null;
    readonly licences: readonly string[];
    readonly contacts: readonly string[];
  };
  readonly completeness: Completeness;
  readonly reasons: readonly {
    readonly reason: IncompleteReason;
    readonly message: string;
    readonly at: string | null;
  }[];
  readonly components: readonly ScannedComponent[];
  /** Indices into `components`; -1 is the project itself. `scope` where the edge states one. */
  readonly dependencies: readonly (readonly [from: number, to: number])[];
  /** Paths of other projects of this tree that this one links to (workspace members). */
  readonly links: readonly string[];
}

export interface ScannedComponent {
  /** Name and version in the ecosystem's own spelling; version null when nothing pins it. */
  readonly name: string;
  readonly version: string | null;
  /** The stated range when nothing pins a version. */
  readonly range: string | null;
  /** Canonical purl; null when the ecosystem has no purl type for it. */
  readonly purl: string | null;
  readonly scopes: readonly ScanScope[];
  /** Named in the project's own manifest; null where the file cannot tell. */
  readonly direct: boolean | null;
  readonly locations: readonly { readonly file: string; readonly line: number | null }[];
  readonly licences: readonly string[];
  /** `sha512:hex` and the like. */
  readonly digests: readonly string[];
  readonly source: string | null;
}
