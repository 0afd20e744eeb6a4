import { z } from 'zod';
import { Finding } from './finding.ts';
import { Change } from './mirror.ts';
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
  mirror: z.strictObject({ epoch: z.string(), age: z.number().nullable() }),
  vulnerabilities: z
    .strictObject({
      counts: z
        .strictObject({ act: Count, look: Count, settled: Count })
        .nullable()
        .describe('null: too many to judge for a glance; larder audit tells'),
      affected: z.array(Change).describe('What the last update of the mirror newly affected'),
      cleared: z.array(Change),
      first: z.array(Finding).describe('What to do first, by risk'),
    })
    .nullable()
    .describe('null: there are no advisories, nobody looked'),
});
