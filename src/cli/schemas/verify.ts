import { z } from 'zod';

const Verdict = z.enum(['verified', 'failed', 'unverifiable']);
const Step = z.strictObject({
  step: z.string(),
  result: z.enum(['passed', 'failed', 'skipped']),
  detail: z.string(),
});
const Identity = z.looseObject({
  kind: z.enum(['certificate', 'key']),
  subject: z.string(),
  issuer: z.string().nullable(),
});
const Statement = z.strictObject({
  type: z.string(),
  predicateType: z.string(),
  subjects: z.number(),
  builder: z.string().nullable(),
  buildLevel: z.number().nullable(),
  levelRule: z.string().nullable(),
  source: z.string().nullable(),
  commit: z.string().nullable(),
  ref: z.string().nullable(),
  signedAt: z.array(z.string()),
  unchecked: z.array(z.string()),
});
const Report = z.strictObject({
  evidence: z.string(),
  verdict: Verdict,
  code: z.string(),
  message: z.string(),
  steps: z.array(Step),
  identity: Identity.nullable(),
  statement: Statement.nullable(),
});

export const Schema = z.strictObject({
  schema: z.literal('larder.verify/1'),
  verdict: Verdict,
  code: z.string(),
  message: z.string(),
  steps: z.array(Step),
  identity: Identity.nullable(),
  statement: Statement.nullable(),
  artifact: z.strictObject({ name: z.string(), sha256: z.string().nullable() }),
  evidence: z.array(Report),
});
