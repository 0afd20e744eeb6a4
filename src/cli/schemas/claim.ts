import { z } from 'zod';
import { Sha256, Text, Trust } from './scalars.ts';

export const Claim = z.strictObject({
  document: Sha256,
  trust: Trust,
  identity: Text.describe('Who signed'),
  reason: Text.describe('The policy entry, or what is wrong or missing'),
  role: z.enum(['subject', 'resource', 'builder', 'source', 'signer']),
  predicateType: z.string(),
  subjects: z.array(
    z.strictObject({
      name: Text,
      digests: z.array(z.strictObject({ algorithm: z.string(), value: z.string() })),
    }),
  ),
  builder: Text,
  source: Text,
  commit: Text,
});
