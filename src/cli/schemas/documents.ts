import { z } from 'zod';
import { Count, Moment, Next, ReadStatus, Sha256, Text, Trust, Unknown } from './scalars.ts';

const Document = z.strictObject({
  sha256: Sha256,
  name: z.string(),
  size: Count,
  container: z.strictObject({ sha256: Sha256, path: z.string() }).nullable(),
  status: ReadStatus,
  kind: z.string(),
  format: z.string(),
  specVersion: Text,
  recorded: Moment,
  trust: Trust,
  diagnostics: Count,
  reason: Text,
  app: Text,
  release: Text,
  created: Moment.nullable(),
  superseded: z.boolean().nullable(),
  tools: z.array(z.string()),
  supplier: Text,
  components: Count.nullable(),
  dependencies: Count.nullable(),
});

const Producer = z.strictObject({
  producer: Text,
  documents: Count,
  components: Count,
  partial: Count,
  withoutVersion: Count,
  withoutIdentity: Count,
  withoutSupplier: Count,
  withoutLicense: Count,
  withoutPath: Count,
  withoutSubject: Count,
  withoutEdges: Count,
});

export const Schema = z.union([
  z.strictObject({
    schema: z.literal('larder.documents/1'),
    total: Count,
    next: Next,
    documents: z.array(Document),
    unknown: Unknown,
  }),
  z.strictObject({
    schema: z.literal('larder.documents/1'),
    by: z.enum(['tool', 'tool-name', 'supplier']),
    producers: z.array(Producer),
    unknown: Unknown,
  }),
]);
