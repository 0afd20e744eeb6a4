import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GeneratorOptions, generateBoms } from './generate.ts';

export interface Written {
  readonly files: number;
  readonly bytes: number;
  readonly components: number;
  readonly dependencies: number;
}

/** Writes generated BOMs into a folder, a thousand to a subfolder, so that no folder grows slow. */
export async function writeBoms(folder: string, options: GeneratorOptions): Promise<Written> {
  const total = { files: 0, bytes: 0, components: 0, dependencies: 0 };
  for (const bom of generateBoms(options)) {
    const part = join(folder, String(Math.floor(total.files / 1000)).padStart(3, '0'));
    if (total.files % 1000 === 0) await mkdir(part, { recursive: true });
    await writeFile(join(part, bom.name), bom.text);
    total.files++;
    total.bytes += Buffer.byteLength(bom.text);
    total.components += bom.components;
    total.dependencies += bom.dependencies;
  }
  return total;
}

// node bench/write-boms.ts FOLDER COUNT [SEED]
if (import.meta.main) {
  const [folder, count, seed = '1'] = process.argv.slice(2);
  if (folder === undefined || !/^\d+$/.test(count ?? '')) {
    console.error('usage: node bench/write-boms.ts FOLDER COUNT [SEED]');
    process.exit(2);
  }
  console.log(JSON.stringify(await writeBoms(folder, { count: Number(count), seed: Number(seed) })));
}
