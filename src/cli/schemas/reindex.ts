import { z } from 'zod';
import { Count, Sha256 } from './scalars.ts';

export const Schema = z.strictObject({
  schema: z.literal('larder.reindex/1'),
  documents: Count,
  damaged: z.array(z.strictObject({ sha256: Sha256, name: z.string(), damage: z.string() })),
  changed: Count.optional(),
  interrupted: z.boolean(),
});
