import { z } from 'zod';
import { Moment, Sha256, Text } from './scalars.ts';

export const Schema = z.strictObject({
  schema: z.literal('larder.decide/1'),
  document: Sha256.optional().describe('The document in the larder that keeps the decision'),
  file: z.string().optional().describe('Without a larder: the file beside the code that keeps it'),
  who: z.string(),
  when: Moment,
  because: Text,
  statements: z
    .array(z.looseObject({}))
    .describe('The OpenVEX statement; in a larder with the release it is about'),
});
