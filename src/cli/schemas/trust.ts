import { z } from 'zod';
import { Text } from './scalars.ts';

const Names = z.array(z.string());

export const Schema = z.strictObject({
  schema: z.literal('larder.trust/1'),
  roots: z.string(),
  entries: z.array(
    z.strictObject({
      kind: z.enum(['identity', 'key']),
      name: z.string(),
      who: z.string(),
      packages: Names,
      apps: Names,
      predicates: Names,
      models: Names,
      until: Text.describe('Signatures made later are not believed'),
    }),
  ),
  builders: z.array(z.strictObject({ id: z.string(), level: z.number() })),
  /** Of add: documents whose verdict would be another one now; larder reindex --trust records it. */
  changed: z.number().optional(),
});
