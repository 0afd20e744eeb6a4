import type { z } from 'zod';

export interface SchemaEntry {
  /** The verb and its version: `where/1`. The answer says `"schema": "larder.where/1"`, the file is docs/schema/where.json. */
  readonly name: `${string}/${number}`;
  readonly load: () => Promise<{ readonly Schema: z.ZodType }>;
}

/** The shapes scripts rely on. No command imports this: tests check answers against it and tools/schemas.ts writes docs/schema from it. */
export const SCHEMAS: readonly SchemaEntry[] = [
  { name: 'add/1', load: () => import('./add.ts') },
  { name: 'scan/1', load: () => import('./scan.ts') },
  { name: 'doctor/1', load: () => import('./doctor.ts') },
  { name: 'reindex/1', load: () => import('./reindex.ts') },
  { name: 'where/1', load: () => import('./where.ts') },
  { name: 'why/1', load: () => import('./why.ts') },
  { name: 'why-vulnerability/1', load: () => import('./why-vulnerability.ts') },
  { name: 'audit/1', load: () => import('./audit.ts') },
  { name: 'diff/1', load: () => import('./diff.ts') },
  { name: 'versions/1', load: () => import('./versions.ts') },
  { name: 'licenses/1', load: () => import('./licenses.ts') },
  { name: 'apps/1', load: () => import('./apps.ts') },
  { name: 'documents/1', load: () => import('./documents.ts') },
  { name: 'status/1', load: () => import('./status.ts') },
  { name: 'verify/1', load: () => import('./verify.ts') },
  { name: 'sign/1', load: () => import('./sign.ts') },
  { name: 'trust/1', load: () => import('./trust.ts') },
  { name: 'show/1', load: () => import('./show.ts') },
  { name: 'decide/1', load: () => import('./decide.ts') },
  { name: 'identify/1', load: () => import('./identify.ts') },
  { name: 'link/1', load: () => import('./link.ts') },
  { name: 'mark/1', load: () => import('./mark.ts') },
  { name: 'retire/1', load: () => import('./retire.ts') },
  { name: 'forget/1', load: () => import('./forget.ts') },
  { name: 'mirror/1', load: () => import('./mirror.ts') },
  { name: 'validate/1', load: () => import('./validate.ts') },
];
