import type { Outputs } from './output/outputs.ts';
import type { Progress } from './output/progress.ts';
import type { Screen } from './output/screen.ts';

/** Where text and bytes go. Writes after the reader has gone (EPIPE) or the first that failed are dropped and `closed` is true. */
export interface Sink {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly closed: boolean;
  /** Why what was written did not arrive: a full disk; none where the reader only went away. The run tells it at its end. */
  readonly failure?: Error | null;
  write(chunk: string | Uint8Array): Promise<void>;
  /** Only of what a run opens itself. */
  readonly close?: () => Promise<void>;
}

/** The world a run stands in. The entry builds it from `process`; tests give their own. */
export interface Host {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** The name of this user; null where the system has none. */
  readonly loginName: () => string | null;
  /** Aborted by the first ^C of a run that holds interrupts: a command stops at the next safe point. */
  readonly signal: AbortSignal;
  /** From here on ^C aborts `signal`; before, and in a command that never asks, it ends the process where it stands. */
  readonly holdInterrupts: () => void;
}

/** Where the larder of this run is. */
export interface StoreLocation {
  /** An absolute folder (`.../.larder`). */
  readonly path: string;
  readonly exists: boolean;
  readonly foundBy: 'option' | 'environment' | 'search' | 'default';
}

/** What a command gets: the host, and the common options already understood. */
export interface Context extends Host {
  readonly offline: boolean;
  readonly store: StoreLocation;
  /** Style and width of standard output. */
  readonly screen: Screen;
  /** The answers `-o` asked for. */
  readonly outputs: Outputs;
  /** A path as the user typed it, made absolute. */
  readonly resolve: (path: string) => string;
  /** One line on stderr, seen on a terminal only. `total` null when unknown. */
  readonly progress: (label: string, unit: string, total: number | null) => Progress;
}
