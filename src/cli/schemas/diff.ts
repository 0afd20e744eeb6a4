import { z } from 'zod';
import { Count, Text } from './scalars.ts';

const Item = z.strictObject({
  key: z.string(),
  name: z.string(),
  version: Text,
  licenses: z.array(z.string()),
});
const Edge = z.strictObject({ holder: z.string(), held: z.string() });
const Change = z.strictObject({
  key: z.string(),
  name: z.string(),
  from: Text,
  to: Text,
  kind: z.enum(['upgraded', 'downgraded', 'changed']),
});

export const Schema = z.strictObject({
  schema: z.literal('larder.diff/1'),
  from: z.string(),
  to: z.string(),
  unchanged: Count,
  added: z.array(Item),
  removed: z.array(Item),
  changed: z.array(Change),
  licenses: z.array(
    z.strictObject({
      key: z.string(),
      name: z.string(),
      version: Text,
      from: z.array(z.string()),
      to: z.array(z.string()),
    }),
  ),
  edges: z.strictObject({ added: z.array(Edge), removed: z.array(Edge) }),
});
