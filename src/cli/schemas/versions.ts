import { z } from 'zod';
import { Count, Text } from './scalars.ts';

const Version = z.strictObject({
  name: z.string(),
  type: Text,
  version: Text,
  apps: Count,
  documents: Count,
  someApps: z.array(z.string()),
  groups: z.record(z.string(), Count).nullable(),
});

const Package = z.strictObject({
  name: z.string(),
  type: z.string(),
  versions: Count,
  apps: Count,
  groups: z.record(z.string(), z.array(z.string())).nullable(),
});

export const Schema = z.union([
  z.strictObject({ schema: z.literal('larder.versions/1'), package: z.null(), packages: z.array(Package) }),
  z.strictObject({
    schema: z.literal('larder.versions/1'),
    package: z.string(),
    apps: Count,
    total: Count.describe('Versions in all'),
    truncated: z.boolean(),
    versions: z.array(Version),
  }),
]);
