import { z } from 'zod';
import { Claim } from './claim.ts';
import { Direct, Status, Vulnerability } from './finding.ts';
import { Count, Match, Moment, Next, Sha256, Text, Trust, Unknown } from './scalars.ts';

const App = z.strictObject({
  app: z.string(),
  key: z.string().describe('What names the app for good: pkg:..., name:..., sha256:..., document:...'),
  release: Text,
  branch: Text,
  document: Sha256.describe('The document that says so'),
  how: z.enum(['subject', 'direct', 'transitive', 'none']),
  direct: z
    .boolean()
    .nullable()
    .describe(
      'true: a relation from a subject; false: through others; null: no path is stated, or it is the subject',
    ),
  parents: z.array(z.string()).describe('Purl or name of what needs or holds it'),
  since: Moment,
  superseded: z.boolean(),
  trust: Trust,
  identifiedBy: z.strictObject({ who: z.string(), document: Sha256 }).nullable(),
  linkedBy: z
    .strictObject({ who: z.string(), document: Sha256 })
    .nullable()
    .describe('The app holds it only through what a user linked'),
  joinedBy: z
    .strictObject({
      rule: z.enum(['digest', 'bom-link', 'document-ref', 'assertion', 'purl']),
      because: z.string(),
      document: Sha256,
    })
    .nullable()
    .optional()
    .describe(
      'The app holds it only through a component with the digest of what this other document is about, or a link to it',
    ),
  signed: z
    .array(z.strictObject({ document: Sha256, name: z.string(), identity: Text, digest: z.string() }))
    .optional()
    .describe('Verified evidence about what the document is about: a signed model, an attested image'),
  finding: z.string().optional().describe('When a vulnerability was asked for: id of the finding'),
  status: Status.optional(),
  justification: Text.optional(),
  fixed: z.array(z.string()).optional(),
  bump: z.array(Direct).optional().describe('Direct dependencies that bring it'),
});

export const Schema = z.strictObject({
  schema: z.literal('larder.where/1'),
  query: z.string(),
  total: Count.describe('Entries of all `apps` lists over all pages: one per match and document'),
  truncated: z.boolean(),
  next: Next,
  counts: z.strictObject({ apps: Count, documents: Count, superseded: Count, appsAsked: Count }),
  groups: z.array(z.strictObject({ value: Text, apps: Count, documents: Count })).nullable(),
  notCompared: z.array(z.string()).describe('Right name, but a version that the range cannot be applied to'),
  suggestions: z.array(z.string()),
  cut: z
    .boolean()
    .optional()
    .describe(
      'So many documents hold it that those which hold one of them by digest or link were not looked for',
    ),
  vulnerability: Vulnerability.optional(),
  matches: z.array(Match.extend({ apps: z.array(App) }).strict()),
  claims: z
    .array(Claim)
    .optional()
    .describe('When a builder, a source or a signer was asked for: what attestations say'),
  unknown: Unknown,
});
