/** What `larder help TOPIC` explains: things that belong to no single verb. */
export const TOPICS: readonly {
  readonly name: string;
  readonly summary: string;
  readonly text: readonly string[];
}[] = [
  {
    name: 'exit-codes',
    summary: 'what a run tells a script',
    text: [
      'When several apply, the first of this list is the exit code of the run.',
      '  130  stopped by ^C; what was accepted before is kept',
      '   70  a fault of Larder itself; please report it',
      '    2  the command line is wrong',
      '    4  a signature or a proof did not verify',
      '    3  something named could not be read or understood (--allow-partial relaxes this)',
      '    1  findings at or above --fail-on',
      '    0  none of these',
    ],
  },
  {
    name: 'output',
    summary: 'tables for people, JSON for scripts',
    text: [
      '-o FORMAT[=FILE] chooses how to answer and may be repeated: -o table -o json=answer.json.',
      '--json is -o json. Every JSON answer names its shape, as in "schema": "larder.where/1";',
      'the shapes are in docs/schema. Names do not change within one number. A line of jsonl is one entry',
      'of the list that larder VERB --help names. JSON comes in pages; csv, jsonl and md have all of a list.',
      'Colour is off without a terminal or with NO_COLOR; FORCE_COLOR=1 keeps it in a pipe.',
      'Width follows the terminal (COLUMNS overrides); in a pipe no column is dropped.',
      'Control characters in the text of documents are shown as \\u{...}, never obeyed.',
    ],
  },
  {
    name: 'store',
    summary: 'where a larder is kept',
    text: [
      '--store PATH, else LARDER_STORE, else the nearest .larder folder upwards, as git finds its own.',
      'larder add makes one in the current folder when there is none. It is one SQLite file, with the',
      'bytes of every document in it, and may be copied or deleted as a whole when no command runs.',
    ],
  },
];
