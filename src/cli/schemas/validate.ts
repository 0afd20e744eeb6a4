import { z } from 'zod';
import { Text } from './scalars.ts';

const Fault = z.strictObject({
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  message: z.string(),
  at: Text.describe('JSON pointer, XML path or line'),
});

export const Schema = z.strictObject({
  schema: z.literal('larder.validate/1'),
  valid: z.boolean().describe('All documents are valid'),
  documents: z.array(
    z.strictObject({
      name: z.string(),
      format: Text,
      specVersion: Text,
      valid: z.boolean().nullable().describe('null: not judged'),
      faults: z.array(Fault),
    }),
  ),
});
