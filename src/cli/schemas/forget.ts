import { z } from 'zod';
import { Moment, Sha256 } from './scalars.ts';

export const Schema = z.strictObject({
  schema: z.literal('larder.forget/1'),
  sha256: Sha256,
  who: z.string(),
  when: Moment,
  reason: z.string(),
  members: z.array(Sha256).describe('Documents that were in it, forgotten too'),
});
