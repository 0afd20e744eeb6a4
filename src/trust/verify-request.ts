import type { Certificate } from './certificate.ts';
import type { ExamineRequest } from './examine.ts';
import type { Live } from './live.ts';
import type { HashCache } from './model/cache.ts';
import type { Progress } from './model/hashing.ts';

/** Everything `larder verify` was told. */
export interface VerifyRequest extends Omit<ExamineRequest, 'artifact' | 'fileName'> {
  /** As typed: a file, a folder, or a digest. */
  readonly named: string;
  readonly resolve: (path: string) => string;
  /** Files of evidence; empty looks beside the artifact, and then in the larder. */
  readonly evidence: readonly string[];
  /** Evidence that the larder holds about a SHA-256. */
  readonly held: (sha256: string) => Promise<readonly HeldEvidence[]>;
  /** How registries are asked for a package named by its purl; null forbids it. */
  readonly live: Live | null;
  /** Roots for signatures with a certificate of one's own authority. */
  readonly roots: readonly Certificate[];
  readonly model: {
    readonly signature: string | null;
    readonly ignorePaths: readonly string[];
    readonly ignoreGitPaths: boolean;
    readonly ignoreUnsigned: boolean;
    readonly allowSymlinks: boolean;
    readonly cache: HashCache;
    readonly progress: Progress;
  };
}

export interface HeldEvidence {
  readonly name: string;
  readonly text: string;
}
