/** What one benchmark measures; see bench/list.ts. */
export interface Bench {
  readonly bench: (context: BenchContext) => Promise<readonly Row[]>;
}

export type Unit = 'ms' | 's' | 'us' | 'MB' | 'B' | '/s' | 'x';

export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
}

/** One line of the table. Absolute times are not portable, so a bar is a ratio to a reference measured in the same run wherever it can be. */
export interface Row {
  readonly work: string;
  readonly measured: Quantity;
  /** What was measured beside it, on the same machine in the same run. */
  readonly reference: { readonly what: string; readonly quantity: Quantity } | null;
  /** The bar in words, and whether this run is within it. */
  readonly bar: { readonly text: string; readonly holds: boolean } | null;
}

export interface BenchContext {
  /** The folder of an area of the corpus, or null where it is not unpacked: then the generator takes its place. */
  readonly corpus: (area: string) => string | null;
  /** `--quick`: a fraction of the work, to see that a benchmark runs. Its figures are no measurement. */
  readonly quick: boolean;
  /** A fresh folder that goes when the run ends. */
  readonly folder: () => Promise<string>;
  /** A remark for the reader of the results: the size of the input, the seed. */
  readonly note: (text: string) => void;
}
