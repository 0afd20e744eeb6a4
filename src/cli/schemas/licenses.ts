import { z } from 'zod';
import { Count, Next, Sha256, Text } from './scalars.ts';

const Row = z.strictObject({ license: z.string(), apps: Count, documents: Count, components: Count });
const Holder = z.strictObject({
  app: z.string(),
  release: Text,
  document: Sha256,
  components: Count,
  some: z.array(z.string()),
  licenses: z.array(z.string()),
});

export const Schema = z.union([
  z.strictObject({
    schema: z.literal('larder.licenses/1'),
    license: z.null(),
    total: Count,
    next: Next,
    licenses: z.array(Row),
  }),
  z.strictObject({
    schema: z.literal('larder.licenses/1'),
    license: z.string(),
    texts: z.array(z.string()),
    total: Count,
    apps: Count,
    truncated: z.boolean(),
    holders: z.array(Holder),
  }),
]);
