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
    name: 'add',
    summary: 'take evidence into the larder: SBOMs and other documents',
    group: 'take in',
    load: () => import('./commands/add.ts'),
  },
  {
    name: 'scan',
    summary: 'what a source or installed tree is made of; nothing in it is run',
    group: 'take in',
    load: () => import('./commands/scan.ts'),
  },
  {
    name: 'init',
    summary: 'write a commented larder.toml and a workflow that scans in CI',
    group: 'take in',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'doctor',
    summary: 'check every digest and index of the larder against its documents',
    group: 'keep',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'reindex',
    summary: 'rebuild everything derived from the documents, as after an upgrade',
    group: 'keep',
    load: () => import('./commands/reindex.ts'),
  },
  {
    name: 'verify',
    summary: 'who signed and built this, from which source, and whether it is so',
    group: 'prove',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'sign',
    summary: 'sign a model or dataset folder, a file, or an in-toto statement, with a key or a certificate',
    group: 'prove',
    load: () => import('./commands/sign.ts'),
  },
  {
    name: 'trust',
    summary: 'who may speak for what: list, add or test entries of the trust policy',
    group: 'prove',
    load: () => import('./commands/trust.ts'),
  },
  {
    name: 'audit',
    summary: 'which known vulnerabilities an app or the whole larder has, and what to do first',
    group: 'ask',
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'mirror',
    summary: 'keep advisories at hand: update the offline mirror, or tell its state',
    group: 'keep',
    load: () => import('./commands/mirror.ts'),
  },
  {
    name: 'status',
    summary: 'what is newly affected, what to do first, and what this larder holds',
    group: 'ask',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'where',
    summary: 'which apps hold a package, and how they come to it',
    group: 'ask',
    load: () => import('./commands/where.ts'),
  },
  {
    name: 'why',
    summary: 'by which paths an app comes to hold a package',
    group: 'ask',
    load: () => import('./commands/why.ts'),
  },
  {
    name: 'versions',
    summary: 'which versions are in which apps; without a package: where apps diverge most',
    group: 'ask',
    load: () => import('./commands/versions.ts'),
  },
  {
    name: 'diff',
    summary: 'what changed between two releases, documents or dates',
    group: 'ask',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'licenses',
    summary: 'which licences ship, and with LICENSE: who ships it',
    group: 'ask',
    load: () => import('./commands/licenses.ts'),
  },
  {
    name: 'apps',
    summary: 'the apps, their releases and documents',
    group: 'ask',
    load: () => import('./commands/apps.ts'),
  },
  {
    name: 'documents',
    summary: 'the documents; with --by: whose BOMs have gaps',
    group: 'ask',
    load: () => import('./commands/documents.ts'),
  },
  {
    name: 'show',
    summary: 'all that is known of an app, document, package or digest',
    group: 'ask',
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'cat',
    summary: 'the original bytes of a document, exactly',
    group: 'ask',
    load: () => import('./commands/cat.ts'),
  },
  {
    name: 'decide',
    summary: 'decide on a finding, with a reason: every later answer obeys it and says so',
    group: 'decide',
    load: () => import('./commands/decide.ts'),
  },
  {
    name: 'export',
    summary: 'write what is decided and stated of a release, for others to read',
    group: 'decide',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'identify',
    summary: 'say that a component is a package, a product or an app',
    group: 'decide',
    load: () => import('./commands/identify.ts'),
  },
  {
    name: 'link',
    summary: 'say that a product holds an app, a document or a component',
    group: 'decide',
    load: () => import('./commands/link.ts'),
  },
  {
    name: 'mark',
    summary: 'say of a thing that it is good, bad, own, third-party, deployed, or whom to contact',
    group: 'decide',
    load: () => import('./commands/mark.ts'),
  },
  {
    name: 'retire',
    summary: 'leave an app or release out of answers from now on; its evidence stays',
    group: 'decide',
    load: () => import('./commands/retire.ts'),
  },
  {
    name: 'forget',
    summary: 'erase a document for good: bytes and facts; a tombstone stays',
    group: 'keep',
    load: () => import('./commands/forget.ts'),
  },
  {
    name: 'validate',
    summary: 'judge a document strictly by its specification, every fault with its place',
    group: 'prove',
    load: () => import('./commands/validate.ts'),
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
