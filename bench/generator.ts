import type { BenchContext, Row } from './bench.ts';
import { generateBoms } from './generate.ts';
import { timed } from './measure.ts';

/** How fast BOMs can be made up, so that nobody takes the generator for the thing measured. */
export async function bench(context: BenchContext): Promise<Row[]> {
  const count = context.quick ? 50 : 1000;
  let bytes = 0;
  let components = 0;
  const ms = await timed(() => {
    for (const bom of generateBoms({ count })) {
      bytes += bom.text.length;
      components += bom.components;
    }
  });
  context.note(
    `generator, seed 1: ${count} BOMs, ${Math.round(bytes / 1e6)} MB, ${Math.round(components / count)} components each`,
  );
  return [
    {
      work: 'BOMs generated in memory',
      measured: { value: (count * 1000) / ms, unit: '/s' },
      reference: null,
      bar: null,
    },
  ];
}
