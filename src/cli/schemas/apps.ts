import { z } from 'zod';
import { Count, Moment, Next } from './scalars.ts';

const App = z.strictObject({
  app: z.string(),
  key: z.string(),
  rule: z.enum(['asserted', 'purl', 'digest', 'name', 'document']),
  aliases: z.array(z.string()),
  releases: Count,
  documents: Count,
  first: Moment,
  last: Moment,
  retired: Moment.nullable(),
  labels: z.array(z.string()),
});

export const Schema = z.strictObject({
  schema: z.literal('larder.apps/1'),
  total: Count,
  next: Next,
  apps: z.array(App),
});
