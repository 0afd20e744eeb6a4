import type { Command } from './command.ts';

/** How help groups the verbs, in this order. */
export const VERB_GROUPS = ['take in', 'ask', 'decide', 'prove', 'keep', 'help'] as const;

export interface VerbEntry {
  readonly name: string;
  /** The same line as the command's own `summary`; a family test compares them. Here so that help loads no command. */
  readonly summary: string;
  readonly group: (typeof VERB_GROUPS)[number];
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** Every verb. Adding one is its file and one entry here; a run loads only the file it needs. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'mirror',
    summary: 'keep advisories at hand: update the offline mirror, or tell its state',
    group: 'keep',
    load: () => import('./commands/mirror.ts'),
  },
  {
    name: 'help',
    summary: 'show help for a verb or a topic',
    group: 'help',
    load: () => import('./commands/help.ts'),
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    group: 'help',
    load: () => import('./commands/completion.ts'),
  },
];
