import { z } from 'zod';

export const Schema = z.strictObject({
  schema: z.literal('larder.sign/1'),
  signature: z.string(),
  what: z.enum(['model', 'statement']),
  signer: z.string(),
  files: z.number(),
  bytes: z.number(),
});
