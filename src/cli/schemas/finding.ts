import { z } from 'zod';
import { Moment, Sha256, Text, Trust } from './scalars.ts';

export const Status = z.enum(['affected', 'not_affected', 'fixed', 'under_investigation', 'unknown']);

export const Direct = z.strictObject({
  purl: z.string().describe('A direct dependency through which the app comes to it'),
  to: Text.describe('The smallest version of it that clears the finding; null: unknown'),
  why: z.string().optional().describe('Why it is unknown, where a registry was asked'),
});

export const Reason = z.strictObject({
  rule: z.string().describe('Which rule of the verdict speaks: advisory-range, vex-statement, decision, ...'),
  source: z.string().describe('The advisory or statement'),
  document: Sha256.nullable().describe('The document in the larder that states it; null: the mirror'),
  trust: Trust,
  text: z.string(),
});

/** One vulnerability in one package of one release. */
export const Finding = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('The same in every run'),
  vulnerability: z.string(),
  aliases: z.array(z.string()),
  kind: z.enum(['vulnerability', 'malicious']),
  component: z.string(),
  version: Text,
  package: Text,
  app: z.string(),
  release: Text,
  document: Sha256,
  scope: Text,
  status: Status,
  justification: Text,
  conflict: z.boolean().describe('Trusted authors disagree'),
  severity: z.strictObject({
    level: z.enum(['critical', 'high', 'medium', 'low', 'none', 'unknown']),
    score: z.number().nullable(),
    vector: Text,
    version: Text,
  }),
  kev: z.boolean(),
  epss: z.number().nullable(),
  risk: z
    .number()
    .describe('What the list is sorted by: likelihood times harm, 0 to 100; 1000 for malicious'),
  attention: z.enum(['act', 'look', 'settled']),
  firstSeen: Moment,
  fixed: z.array(z.string()),
  direct: z.array(Direct),
  reasons: z.array(Reason),
});

export const Vulnerability = z.strictObject({
  id: z.string(),
  aliases: z.array(z.string()),
  summary: Text,
  known: z.boolean().describe('false: no advisory here speaks of it, nobody looked'),
});
