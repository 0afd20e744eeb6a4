import { z } from 'zod';
import { Count, Moment, Sha256 } from './scalars.ts';

export const Schema = z.strictObject({
  schema: z.literal('larder.status/1'),
  location: z.string(),
  documents: Count,
  bytes: Count,
  boms: Count,
  apps: Count,
  packages: Count,
  components: Count,
  dependencies: Count,
  formats: z.array(z.strictObject({ format: z.string(), versions: z.array(z.string()), documents: Count })),
  accepted: Count,
  partial: Count,
  rejected: Count,
  unread: z.array(z.strictObject({ sha256: Sha256, name: z.string() })),
  firstRecorded: Moment.nullable(),
  lastRecorded: Moment.nullable(),
});
