import { z } from 'zod';
import { Said } from './scalars.ts';

export const Schema = Said.extend({ schema: z.literal('larder.identify/1') }).strict();
