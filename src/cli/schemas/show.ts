import { z } from 'zod';
import { Claim } from './claim.ts';
import { Count, Match, Moment, ReadStatus, Sha256, Statement, Text, Trust } from './scalars.ts';

const schema = z.literal('larder.show/1');
/** A list of ways to reach someone, or the word for none known. */
const Ways = z.union([z.array(z.string()), z.literal('unknown')]);

const Bom = z.strictObject({
  document: Sha256,
  name: z.string(),
  release: Text,
  created: Moment.nullable(),
  tools: z.array(z.string()),
  supplier: Text,
  components: Count,
  dependencies: Count,
  superseded: z.boolean(),
  trust: Trust,
});

const App = z.strictObject({
  schema,
  kind: z.literal('app'),
  app: z.string(),
  key: z.string(),
  rule: z.string(),
  aliases: z.array(z.string()),
  labels: z.array(z.string()),
  retired: z.boolean(),
  release: Text,
  releases: z.array(
    z.strictObject({ release: Text, branch: Text, documents: Count, last: Moment, retired: z.boolean() }),
  ),
  documents: z.array(Bom),
  share: z.union([z.strictObject({ own: Count, upstream: Count, unknown: Count }), z.literal('unknown')]),
  contacts: z.strictObject({
    own: Ways,
    upstream: z.array(
      z.strictObject({ who: z.string(), components: Count, direct: z.boolean(), ways: Ways }),
    ),
  }),
  statements: z.array(Statement),
});

const Thing = z.strictObject({
  name: Text,
  uri: Text,
  digests: z.array(z.strictObject({ algorithm: z.string(), value: z.string() })),
});

const Step = z.strictObject({
  name: z.string(),
  command: z.array(z.string()),
  functionaries: z.array(z.string()),
  threshold: z.int(),
  materials: z.array(z.array(z.string())),
  products: z.array(z.array(z.string())),
});

const Stated = z.strictObject({
  at: z.string(),
  kind: z.string(),
  predicateType: Text,
  subjects: z.array(Thing),
  producer: Text,
  about: Text,
  result: Text,
  claims: z.array(z.string()),
  resources: z.array(Thing.extend({ role: z.string() }).strict()),
  started: Text,
  finished: Text,
  source: Text,
  commit: Text,
  layout: z
    .strictObject({
      expires: Text,
      readme: Text,
      functionaries: z.array(
        z.strictObject({ id: z.string(), keyType: Text, scheme: Text, publicKey: Text }),
      ),
      steps: z.array(Step),
      inspections: z.array(Step),
    })
    .nullable(),
});

const Document = z.strictObject({
  schema,
  kind: z.literal('document'),
  sha256: Sha256,
  name: z.string(),
  size: Count,
  status: ReadStatus,
  type: z.string(),
  format: z.string(),
  encoding: z.string(),
  specVersion: Text,
  recorded: Moment,
  container: z.strictObject({ sha256: Sha256, path: z.string() }).nullable(),
  trust: Trust,
  identity: Text.describe('Who signed'),
  reason: Text.describe('The policy entry, or what is wrong or missing'),
  stated: z.array(Stated).describe('What it says, when it is an attestation'),
  bom: Bom.extend({
    app: z.string(),
    key: z.string(),
    rule: z.string(),
    subjects: z.array(z.strictObject({ ordinal: Count, name: z.string(), version: Text, purl: Text })),
    gaps: z.record(z.string(), Count),
    serialNumber: Text,
    namespace: Text,
  })
    .strict()
    .nullable(),
  diagnostics: z.array(
    z.strictObject({
      severity: z.enum(['error', 'warning', 'info']),
      code: z.string(),
      message: z.string(),
      at: Text,
    }),
  ),
  members: z.array(z.strictObject({ sha256: Sha256, path: z.string(), status: ReadStatus })),
  statements: z.array(Statement),
});

const Package = z.strictObject({
  schema,
  kind: z.literal('package'),
  query: z.string(),
  identities: z.array(Match.strict()),
  apps: Count,
  documents: Count,
  licenses: z.array(z.string()),
  suppliers: z.array(z.string()),
  source: Text,
  contacts: Ways,
  statements: z.array(Statement),
});

const Digest = z.strictObject({
  schema,
  kind: z.literal('digest'),
  digest: z.string(),
  document: z.strictObject({ sha256: Sha256, name: z.string() }).nullable(),
  entries: z.array(
    z.strictObject({
      kind: z.enum(['component', 'file']),
      algorithm: z.string(),
      name: z.string(),
      version: Text,
      app: z.string(),
      release: Text,
      document: Sha256,
      trust: Trust,
    }),
  ),
  claims: z.array(Claim).describe('What attestations claim of it'),
});

export const Schema = z.discriminatedUnion('kind', [App, Document, Package, Digest]);
