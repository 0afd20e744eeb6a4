import type { z } from 'zod';

export interface SchemaEntry {
  /** The verb and its version: `where/1`. The answer says `"schema": "larder.where/1"`, the file is docs/schema/where.json. */
  readonly name: `${string}/${number}`;
  readonly load: () => Promise<{ readonly Schema: z.ZodType }>;
}

/** The shapes scripts rely on. No command imports this: tests check answers against it and tools/schemas.ts writes docs/schema from it. */
export const SCHEMAS: readonly SchemaEntry[] = [];
