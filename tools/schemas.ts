import { z } from 'zod';
import { SCHEMAS } from '../src/cli/schemas/list.ts';
import { writeGenerated } from './generated.ts';

/** Writes docs/schema/VERB.json from the zod types. `--check` writes nothing and fails when a file is not up to date. */
const files = new Map<string, string>();
for (const { name, load } of SCHEMAS) {
  const { Schema } = await load();
  const [verb] = name.split('/');
  const schema = z.toJSONSchema(Schema, { target: 'draft-2020-12' });
  files.set(`${verb}.json`, `${JSON.stringify({ $id: `larder.${name}`, ...schema }, null, 2)}\n`);
}
await writeGenerated('docs/schema', files, process.argv.includes('--check'));
