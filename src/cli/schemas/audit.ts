import { z } from 'zod';
import { Finding } from './finding.ts';
import { Count, Next, Sha256, Text, Unknown } from './scalars.ts';

export const Schema = z.strictObject({
  schema: z.literal('larder.audit/1'),
  mirror: z.strictObject({
    epoch: z.string().describe('Changes whenever anything that was judged by changes'),
    age: z.number().nullable().describe('Milliseconds since the feeds were updated; null: there are none'),
  }),
  counts: z.strictObject({ act: Count, look: Count, settled: Count }),
  unidentified: Count.describe('Components that nothing identifies: they were not judged'),
  components: z
    .array(
      z.strictObject({
        app: z.string(),
        release: Text,
        document: Sha256,
        names: z.array(z.strictObject({ name: z.string(), version: Text })),
      }),
    )
    .optional()
    .describe('With --unidentified: which'),
  notCovered: z
    .array(z.strictObject({ kind: z.string(), packages: Count }))
    .describe('Packages by kind for which there is no advisory at all: nobody looked'),
  findings: z.array(Finding.extend({ new: z.boolean().optional().describe('With --base') }).strict()),
  total: Count,
  next: Next,
  unknown: Unknown,
});
