import { z } from 'zod';
import { Count, Text } from './scalars.ts';

/** Milliseconds since 1970. */
const Time = z.int();

/** A finding that an update made or cleared. */
export const Change = z.strictObject({
  id: z.string(),
  vulnerability: z.string(),
  app: z.string(),
  release: Text,
  package: z.string(),
  severity: z.string(),
  why: z.string(),
});

export const Schema = z.strictObject({
  schema: z.literal('larder.mirror/1'),
  update: z
    .strictObject({
      epoch: Count,
      added: Count,
      changed: Count,
      unchanged: Count,
      files: Count,
      bytes: Count,
      unreadable: z.array(
        z.strictObject({
          severity: z.enum(['error', 'warning', 'info']),
          code: z.string(),
          message: z.string(),
          at: Text,
        }),
      ),
    })
    .optional(),
  larder: z
    .strictObject({ affected: z.array(Change), cleared: z.array(Change) })
    .optional()
    .describe('What the update did to the findings of the larder it was run in'),
  mirror: z.strictObject({
    path: z.string(),
    epoch: Count,
    updated: Time.nullable(),
    age: Time.nullable(),
    advisories: Count,
    revisions: Count,
    kev: Count,
    epss: Count,
    feeds: z.array(z.strictObject({ name: z.string(), location: z.string(), updated: Time, records: Count })),
  }),
});
