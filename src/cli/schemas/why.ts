import { z } from 'zod';
import { Count, Relation, Sha256, Text, Unknown } from './scalars.ts';

const Component = {
  component: z.string().describe('What the document calls it: bom-ref, SPDXID, or its place'),
  name: z.string(),
  version: Text,
  purl: Text,
};

const Join = {
  join: z.enum(['digest', 'bom-link', 'document-ref', 'assertion', 'purl']).nullable(),
  because: Text.describe('The digest, link, purl or assertion document that the join rests on'),
};

const Hop = z.strictObject({
  ...Component,
  relation: Relation.nullable().describe('As stated between the hop before and this one; null at the root'),
  document: Sha256.describe('The document that states the hop'),
  ...Join,
});

export const Schema = z.strictObject({
  schema: z.literal('larder.why/1'),
  app: z.string(),
  package: z.string(),
  total: Count,
  totalIsExact: z.boolean().describe('false: there are at least `total` paths'),
  truncated: z.boolean(),
  paths: z.array(z.array(Hop)).describe('Shortest first, root first'),
  noPath: z
    .array(z.strictObject({ ...Component, document: Sha256, ...Join }))
    .describe('What is held without a path; `join`: how its document comes in'),
  unknown: Unknown,
});
