import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import type { Assertion, Statement } from '../model/assertion.ts';
import { relationCode } from '../model/relation.ts';
import { encodeGraph } from './graph-codec.ts';
import { type Attested, type BomGaps, type Intake, type LineDecision, MEMBER } from './intake.ts';
import { encodeLicenceUses } from './licence-codec.ts';
import { nodeMeta } from './node-meta.ts';
import type { TrustState } from './scope.ts';

/** A BOM in a few words, for tests of stores: its first purl is the subject, edges are pairs of indices into `purls` that depend on each other. */
export interface SmallBom {
  readonly app: string;
  readonly release?: string | null;
  readonly branch?: string | null;
  readonly tool?: string;
  readonly supplier?: string | null;
  readonly created?: number | null;
  readonly serial?: string | null;
  readonly revision?: number | null;
  readonly purls: readonly string[];
  readonly edges?: readonly (readonly [number, number])[];
  readonly licences?: readonly string[];
  readonly cpes?: readonly string[];
  readonly plain?: readonly {
    readonly name: string;
    readonly version: string | null;
    readonly supplier: string | null;
  }[];
  /** Hex digest of each component, by ordinal. */
  readonly digests?: readonly string[];
  readonly links?: readonly string[];
  readonly namespace?: string | null;
  readonly standsAlone?: boolean;
  /** Makes the bytes differ. */
  readonly salt?: string;
  readonly status?: Intake['status'];
  readonly trust?: TrustState;
  readonly attests?: readonly Attested[];
  readonly container?: Intake['container'];
}

const NO_GAPS: BomGaps = {
  withoutVersion: 0,
  withoutIdentity: 0,
  withoutSupplier: 1,
  withoutLicence: 0,
  withoutPath: 0,
  withoutSubject: 0,
  withoutEdges: 0,
};

/** The intake of a small BOM; its bytes are its description. */
export function smallBom(bom: SmallBom): Intake {
  const base = plainIntake(JSON.stringify(bom), 'sbom');
  const nodes = bom.purls.length + (bom.plain?.length ?? 0);
  const edges = bom.edges ?? [];
  const licences = bom.licences ?? [];
  return {
    ...base,
    name: `${bom.app}.json`,
    format: 'test',
    specVersion: '1',
    status: bom.status ?? 'accepted',
    diagnostics:
      bom.status === 'partial'
        ? [{ severity: 'error', code: 'odd', message: 'Something is odd.', at: '/here' }]
        : [],
    trust: {
      state: bom.trust ?? 'unsigned',
      identity: null,
      reason: null,
      ...(bom.attests === undefined ? {} : { attests: bom.attests }),
    },
    container: bom.container ?? null,
    bom: {
      line: lineOf(bom),
      subjects: bom.purls
        .slice(0, 1)
        .map(purl => ({ ordinal: 0, name: bom.app, version: bom.release ?? null, purl })),
      serialNumber: bom.serial ?? null,
      revision: bom.revision ?? null,
      namespace: bom.namespace ?? null,
      name: bom.app,
      created: bom.created ?? null,
      tools: [bom.tool ?? 'test-tool 1.0'],
      supplier: bom.supplier ?? null,
      counts: {
        components: nodes,
        dependencies: edges.length,
        dependencyEntries: edges.length,
        files: 0,
        services: 0,
        vulnerabilities: 0,
      },
      distinctPackages: new Set(bom.purls).size,
      gaps: NO_GAPS,
      graph: graphOf(bom, nodes),
      purls: bom.purls,
      purlFlags: Uint16Array.from(bom.purls, (_, at) => (at === 0 ? MEMBER.SUBJECT : flagOf(at, edges))),
      identifiers: (bom.cpes ?? []).map(value => ({ kind: 'cpe', value })),
      identifierFlags: Uint16Array.from(bom.cpes ?? [], () => MEMBER.NO_PATH),
      plain: bom.plain ?? [],
      plainFlags: Uint16Array.from(bom.plain ?? [], () => MEMBER.NO_PATH),
      licences,
      licenceUses: encodeLicenceUses(
        licences.map((_, licence) => ({ ordinal: licence, licence, concluded: false })),
      ),
      licenceCounts: Uint32Array.from(licences, () => 1),
      digests: digestsOf(bom.digests ?? []),
      links: (bom.links ?? []).map(target => ({
        from: null,
        target,
        relation: null,
        inward: false,
        digests: [],
      })),
    },
  };
}

/** An assertion document. */
export function smallAssertion(statements: readonly Statement[], when = '2026-01-01T00:00:00Z'): Intake {
  const assertion: Assertion = {
    schema: 'larder.assertion/1',
    who: 'tester',
    when,
    because: 'test',
    statements,
  };
  return { ...plainIntake(JSON.stringify(assertion), 'assertion'), format: 'larder-assertion', assertion };
}

/** A document without facts. */
export function plainIntake(text: string, kind: Intake['kind']): Intake {
  const bytes = Buffer.from(text);
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    body: zstdCompressSync(bytes),
    name: `${kind}.json`,
    container: null,
    kind,
    format: 'none',
    encoding: 'json',
    specVersion: null,
    status: 'accepted',
    diagnostics: [],
    bom: null,
    assertion: null,
    trust: { state: 'unsigned', identity: null, reason: null },
  };
}

function lineOf(bom: SmallBom): LineDecision {
  return {
    app: `name:${bom.app}`,
    appName: bom.app,
    rule: 'name',
    release: bom.release ?? null,
    branch: bom.branch ?? null,
    phase: null,
    tool: bom.tool ?? 'test-tool',
    standsAlone: bom.standsAlone ?? false,
  };
}

function flagOf(at: number, edges: readonly (readonly [number, number])[]): number {
  if (edges.some(([from, to]) => from === 0 && to === at)) return MEMBER.DIRECT;
  return edges.some(([, to]) => to === at) ? MEMBER.TRANSITIVE : MEMBER.NO_PATH;
}

function graphOf(bom: SmallBom, nodes: number): Uint8Array {
  const relation = relationCode('DEPENDS_ON');
  const plain = bom.plain ?? [];
  return encodeGraph({
    meta: Uint16Array.from({ length: nodes }, () =>
      nodeMeta({ role: 'listed', type: 'library', scope: null, ownership: null }),
    ),
    packages: Uint32Array.from({ length: nodes }, (_, at) => (at < bom.purls.length ? at + 1 : 0)),
    counts: { package: bom.purls.length, identifier: bom.cpes?.length ?? 0, plain: plain.length },
    others: [
      ...(bom.cpes ?? []).map((_, index) => ({ ordinal: 0, kind: 'identifier' as const, index })),
      ...plain.map((_, index) => ({ ordinal: bom.purls.length + index, kind: 'plain' as const, index })),
    ],
    subjects: bom.purls.length > 0 ? [0] : [],
    edges: (bom.edges ?? []).map(([from, to]) => ({ from, to, relation })),
    labels: plain.map((identity, index) => ({
      ordinal: bom.purls.length + index,
      name: identity.name,
      version: identity.version,
    })),
  });
}

function digestsOf(digests: readonly string[]): {
  keys: Uint8Array;
  ordinals: Uint32Array;
  kinds: Uint8Array;
} {
  const keys = new Uint8Array(digests.length * 16);
  for (const [at, digest] of digests.entries()) keys.set(Buffer.from(digest, 'hex').subarray(0, 16), at * 16);
  return { keys, ordinals: Uint32Array.from(digests, (_, at) => at), kinds: new Uint8Array(digests.length) };
}
