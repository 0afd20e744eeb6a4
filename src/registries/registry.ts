/** One released version of a package, as its registry states it. */
export interface PackageVersion {
  readonly version: string;
  /** RFC 3339, as stated; null where the protocol does not say. */
  readonly published: string | null;
  /** Taken back: not to be chosen anew (npm has no such thing). */
  readonly yanked: boolean;
  /** The maintainer's message, or null. */
  readonly deprecated: string | null;
}

export interface DeclaredDependency {
  readonly name: string;
  /** In the ecosystem's own notation; empty means any. */
  readonly range: string;
  readonly scope: 'runtime' | 'dev' | 'build' | 'test' | 'provided' | 'optional' | 'peer';
}

/** Gives the bytes at a URL: from the network, the cache or a recording. Null when the server says there is no such thing. */
export type Fetch = (url: string, accept?: string) => Promise<Uint8Array | null>;

/** A read-only client of one kind of registry. */
export interface Registry {
  readonly id: string;
  readonly purlType: string;
  /** Newest last where the registry says when; else in its own order. @throws RegistryError */
  readonly versions: (name: string) => Promise<PackageVersion[]>;
  /** What one version says it needs. @throws RegistryError */
  readonly dependencies: (name: string, version: string) => Promise<DeclaredDependency[]>;
  /** The file in which one version states itself, whole, where the protocol serves it apart (a POM). @throws RegistryError */
  readonly manifest?: (name: string, version: string) => Promise<string>;
}

/** What makes a client: where its registry is comes from the user's package manager (config.ts). */
export interface RegistryFactory {
  readonly id: string;
  readonly purlType: string;
  readonly open: (base: (name: string) => string, fetch: Fetch) => Registry;
}
