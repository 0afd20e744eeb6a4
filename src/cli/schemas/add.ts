import { z } from 'zod';
import { Count, ReadStatus, Sha256, Text } from './scalars.ts';

const Diagnostic = z.strictObject({
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  message: z.string(),
  at: Text,
});

const Document = z.strictObject({
  schema: z.literal('larder.add/1'),
  path: z.string(),
  /** Null only for what could not be read at all. */
  sha256: Sha256.nullable(),
  container: z.strictObject({ sha256: Sha256, path: z.string() }).nullable(),
  status: z.enum([...ReadStatus.options, 'duplicate', 'forgotten']),
  known: ReadStatus.optional().describe('Of a duplicate: how reading it ended when it came first'),
  kind: z.string(),
  format: z.string(),
  specVersion: Text,
  app: Text,
  release: Text,
  subjects: z.array(z.strictObject({ name: z.string(), version: Text, purl: Text })),
  /** Counts are null for what is no BOM. */
  components: Count.nullable(),
  distinctPackages: Count.nullable(),
  files: Count.nullable(),
  dependencies: Count.nullable(),
  diagnostics: z.array(Diagnostic),
});

const Summary = z.strictObject({
  files: Count,
  bytes: Count,
  milliseconds: Count,
  documents: Count,
  accepted: Count,
  partial: Count,
  rejected: Count,
  duplicates: Count,
  forgotten: Count,
  unreadable: Count,
  interrupted: z.boolean(),
  formats: z
    .array(z.strictObject({ format: z.string(), specVersion: Text, documents: Count }))
    .describe('Of what was accepted, containers left out'),
  larder: z.strictObject({
    apps: Count,
    boms: Count,
    packages: Count,
    components: Count,
    dependencies: Count,
  }),
});

/** With -o jsonl one line per document, then the summary; with -o json both in one object. */
export const Schema = z.union([
  Document,
  z.strictObject({ summary: Summary }),
  z.strictObject({ schema: z.literal('larder.add/1'), documents: z.array(Document), summary: Summary }),
]);
