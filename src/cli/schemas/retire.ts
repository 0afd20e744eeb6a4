import { z } from 'zod';
import { Said } from './scalars.ts';

export const Schema = Said.extend({ schema: z.literal('larder.retire/1') }).strict();
