import type { Option, OptionGroup } from './command.ts';

/** What every command takes; help shows it in one closing line. */
export const COMMON_OPTIONS = [
  {
    name: 'store',
    value: 'PATH',
    summary: 'the larder to use (default: LARDER_STORE, else .larder found upwards)',
  },
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT[=FILE]',
    multiple: true,
    summary: 'how to answer; may be repeated',
  },
  { name: 'json', summary: 'the same as -o json' },
  { name: 'offline', summary: 'never use the network' },
  { name: 'help', short: 'h', summary: 'show help' },
] as const satisfies readonly Option[];

/** For every question: which documents may answer it. Commands that ask the store include it. */
export const SCOPE_OPTIONS = {
  title: 'Which documents answer',
  options: [
    { name: 'as-of', value: 'DATE', summary: 'what the larder knew then (record time)' },
    {
      name: 'label',
      value: 'KEY=VALUE',
      multiple: true,
      summary: 'only apps with this label; may be repeated',
    },
    {
      name: 'require',
      value: 'TRUST',
      multiple: true,
      summary: 'only documents of this trust, as in verified, or slsa:2',
    },
  ],
} as const satisfies OptionGroup;
