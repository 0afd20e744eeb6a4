import { z } from 'zod';
import { Said } from './scalars.ts';

export const Schema = Said.extend({ schema: z.literal('larder.decide/1') }).strict();
