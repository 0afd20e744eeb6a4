import { z } from 'zod';
import { Count, Sha256 } from './scalars.ts';

export const Schema = z.strictObject({
  schema: z.literal('larder.doctor/1'),
  documents: Count,
  faults: z.array(z.strictObject({ code: z.string(), message: z.string(), document: Sha256.nullable() })),
});
