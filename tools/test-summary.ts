const FIELDS = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'] as const;

export interface Summary {
  readonly counts: ReadonlyMap<string, number>;
  readonly milliseconds: number;
  /** The report's lines of skipped tests, with their reasons. */
  readonly skips: readonly string[];
}

/** Adds up the summaries that node's spec reporter printed. */
export function summarise(outputs: readonly string[]): Summary {
  const counts = new Map<string, number>(FIELDS.map(field => [field, 0]));
  let milliseconds = 0;
  for (const output of outputs) {
    for (const [, name = '', value] of output.matchAll(/^ℹ (\w+) ([\d.]+)$/gm)) {
      if (name === 'duration_ms') milliseconds = Math.max(milliseconds, Number(value));
      else counts.set(name, (counts.get(name) ?? 0) + Number(value));
    }
  }
  const skips = outputs.flatMap(output => output.split('\n').filter(line => /^\s*﹣ /.test(line)));
  return { counts, milliseconds, skips };
}

/** The closing lines as node's own reporter prints them. */
export function summaryLines(summary: Summary): string[] {
  return [
    ...FIELDS.map(field => `ℹ ${field} ${summary.counts.get(field) ?? 0}`),
    `ℹ duration_ms ${summary.milliseconds}`,
  ];
}
