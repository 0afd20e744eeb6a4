import { z } from 'zod';
import { Finding } from './finding.ts';
import { Count, Text } from './scalars.ts';

const Scope = z.enum(['prod', 'peer', 'optional', 'build', 'test', 'dev']);
const Place = z.strictObject({ file: z.string(), line: Count.nullable() });

const Component = z.strictObject({
  /** Null when the ecosystem has no purl type, or when it comes from no registry or repository. */
  purl: Text,
  name: z.string(),
  version: Text,
  /** The stated range when nothing pins a version. */
  range: Text,
  /** The strongest of `scopes`; null where the files cannot tell. */
  scope: Scope.nullable(),
  scopes: z.array(Scope),
  direct: z.boolean().nullable(),
  locations: z.array(Place),
  licenses: z.array(z.string()),
  /** `sha512:hex` and the like. */
  digests: z.array(z.string()),
  source: Text,
});

const Project = z.strictObject({
  path: z.string(),
  file: z.string(),
  ecosystem: z.string(),
  name: Text,
  version: Text,
  purl: Text,
  completeness: z.enum(['complete', 'partial', 'failed']),
  reasons: z.array(
    z.enum([
      'manifest-without-lock',
      'unpinned-requirement',
      'unresolved-property',
      'unresolved-parent',
      'unsupported-lock-version',
      'unreadable-file',
      'malformed-file',
      'malformed-entry',
      'missing-include',
      'transitive-not-listed',
      'too-large',
      'lock-out-of-date',
    ]),
  ),
  components: z.array(Component),
  /** Pairs of ordinals into `components`; -1 is the project itself. */
  dependencies: z.array(z.tuple([z.int().min(-1), Count])),
  links: z.array(z.string()),
});

const Difference = z.strictObject({
  kind: z.enum(['missing', 'extra', 'version', 'digest']),
  name: z.string(),
  tree: z.array(z.string()),
  bom: z.array(z.string()),
  scopes: z.array(Scope),
  locations: z.array(Place),
  at: Text,
});

export const Schema = z.strictObject({
  schema: z.literal('larder.scan/1'),
  projects: z.array(Project),
  diagnostics: z.array(
    z.strictObject({
      severity: z.enum(['error', 'warning', 'info']),
      code: z.string(),
      message: z.string(),
      at: Text,
    }),
  ),
  skipped: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  ignored: z.strictObject({ count: Count, files: z.array(z.string()) }),
  /** Packages in files of an operating system's packages, which are not listed a second time. */
  attributed: Count,
  vulnerabilities: z.enum(['checked', 'not checked']),
  /** From here to `notCovered`: present when checked. */
  mirror: z.strictObject({ epoch: z.string(), age: z.number().nullable() }).optional(),
  findings: z
    .array(
      Finding.extend({
        document: z.null(),
        project: z.string().describe('Path of the project'),
        locations: z.array(Place),
        new: z.boolean().optional().describe('With --base'),
      }).strict(),
    )
    .optional(),
  total: Count.optional(),
  unidentified: Count.optional().describe('Components that nothing identifies: they were not judged'),
  unpinned: Count.optional().describe('Components without a version: they were not judged'),
  notCovered: z.array(z.strictObject({ kind: z.string(), packages: Count })).optional(),
  /** With --against. */
  against: z.strictObject({ same: Count, differences: z.array(Difference), unpinned: Count }).optional(),
});
