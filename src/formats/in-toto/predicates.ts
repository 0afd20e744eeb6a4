import type { PredicateFacts, PredicateKind, Resource, ResourceRole } from './facts.ts';
import { materialsOf, provenanceOf } from './provenance.ts';
import { resourceOf, resourcesOf } from './resources.ts';
import { entriesOf, listOf, pick, textOf } from './values.ts';

type Reader = (predicate: unknown) => Partial<PredicateFacts>;

const AT = '/predicate';

/**
 * Every predicate type of the in-toto registry (in-toto/attestation, spec/predicates) and those that ecosystems write, by the start of their type URI: versions
 * of one type are read alike unless they have their own line. The longest start wins.
 */
const READERS: readonly (readonly [string, PredicateKind, Reader])[] = [
  ['https://slsa.dev/provenance/v1', 'provenance', provenance('1')],
  ['https://slsa.dev/provenance/v0.2', 'provenance', provenance('0.2')],
  ['https://slsa.dev/provenance/v0.1', 'provenance', provenance('0.1')],
  ['https://in-toto.io/Provenance/v0.1', 'provenance', provenance('0.1')],
  ['https://slsa.dev/verification_summary/v', 'verification-summary', verificationSummary],
  ['https://in-toto.io/attestation/link/v', 'link', link],
  ['https://in-toto.io/Link/v1', 'link', link],
  ['https://in-toto.io/attestation/test-result/v', 'test-result', testResult],
  ['https://in-toto.io/attestation/release/v', 'release', release],
  ['https://in-toto.io/attestation/runtime-trace/v', 'runtime-trace', runtimeTrace],
  ['https://in-toto.io/attestation/scai/', 'scai', scai],
  ['https://in-toto.io/attestation/svr/v', 'svr', simpleResult],
  ['https://in-toto.io/attestation/promotion-record/v', 'promotion', promotion],
  ['https://k8s.io/promo-tools/promotion/v', 'promotion', promotion],
  ['https://in-toto.io/attestation/reference/v', 'reference', reference],
  ['https://in-toto.io/attestation/vulns', 'vulns', vulns],
  ['https://cosign.sigstore.dev/attestation/vuln/v', 'vulns', vulns],
  ['https://cyclonedx.org/bom', 'sbom', embedded],
  ['https://cyclonedx.org/schema', 'sbom', embedded],
  ['https://spdx.dev/Document', 'sbom', embedded],
  ['https://syft.dev/bom', 'sbom', embedded],
  ['https://openvex.dev/ns', 'vex', embedded],
  ['https://github.com/npm/attestation/tree/main/specs/publish/v', 'publish', publish],
  ['https://model_signing/signature/v', 'model-signature', modelSignature],
  ['https://model_signing/Digests/v', 'model-signature', () => ({})],
  ['https://sigstore.dev/cosign/sign/v', 'image-signature', () => ({})],
  ['https://cosign.sigstore.dev/attestation/v', 'unknown', () => ({})],
  [
    'https://github.com/slsa-framework/slsa-source-poc/source-provenance/',
    'source-provenance',
    sourceProvenance,
  ],
  ['https://witness.testifysec.com/attestation-collection/v', 'collection', collection],
  ['https://carabiner.dev/ampel/resultset/v', 'policy-result', policyResult],
];

/** PyPI's type names a documentation host; its path is what is stable. */
const PUBLISH_PATH = /^https:\/\/[^/]+\/attestations\/publish\/v1$/;

/** Reads one predicate by its type. A type nobody registered is `unknown`, and kept. */
export function readPredicate(type: string, predicate: unknown): PredicateFacts {
  const known = READERS.filter(([start]) => type.startsWith(start)).toSorted(
    ([a], [b]) => b.length - a.length,
  )[0];
  const [kind, read]: readonly [PredicateKind, Reader] =
    known === undefined
      ? PUBLISH_PATH.test(type)
        ? ['publish', publish]
        : ['unknown', () => ({})]
      : [known[1], known[2]];
  return {
    kind,
    producer: null,
    result: null,
    about: null,
    claims: [],
    resources: [],
    started: null,
    finished: null,
    provenance: null,
    document: null,
    ...read(predicate),
  };
}

function provenance(version: '0.1' | '0.2' | '1'): Reader {
  return predicate => {
    const facts = provenanceOf(predicate, version);
    const metadata =
      version === '1' ? pick(predicate, 'runDetails', 'metadata') : pick(predicate, 'metadata');
    const place = version === '1' ? `${AT}/buildDefinition/resolvedDependencies` : `${AT}/materials`;
    const materials = resourcesOf(materialsOf(predicate, version), place).map(
      (one, index) => [index === 0 ? 'source' : 'material', one] as const,
    );
    const byproducts = resourcesOf(
      listOf(predicate, 'runDetails', 'byproducts'),
      `${AT}/runDetails/byproducts`,
    );
    const tools = resourcesOf(
      listOf(predicate, 'runDetails', 'builder', 'builderDependencies'),
      `${AT}/runDetails/builder/builderDependencies`,
    );
    return {
      producer: facts.builder,
      about: facts.buildType,
      resources: [...materials, ...roles('byproduct', byproducts), ...roles('tool', tools)],
      started: textOf(metadata, 'startedOn') ?? textOf(metadata, 'buildStartedOn'),
      finished: textOf(metadata, 'finishedOn') ?? textOf(metadata, 'buildFinishedOn'),
      provenance: facts,
    };
  };
}

/** Levels are `verifiedLevels` since v1 and `policy_level` before. */
function verificationSummary(predicate: unknown): Partial<PredicateFacts> {
  const levels = listOf(predicate, 'verifiedLevels').filter(level => typeof level === 'string');
  const old = textOf(predicate, 'policy_level') ?? textOf(predicate, 'policyLevel');
  const inputs = resourcesOf(listOf(predicate, 'inputAttestations'), `${AT}/inputAttestations`);
  const policy = resourceOf(pick(predicate, 'policy'), `${AT}/policy`);
  return {
    producer: textOf(predicate, 'verifier', 'id'),
    result: textOf(predicate, 'verificationResult') ?? textOf(predicate, 'verification_result'),
    about: textOf(predicate, 'resourceUri') ?? textOf(predicate, 'resource_uri'),
    claims: old === null ? levels : [...levels, old],
    resources: [...roles('attestation', inputs), ...(policy === null ? [] : roles('policy', [policy]))],
    finished: textOf(predicate, 'timeVerified') ?? textOf(predicate, 'time_verified'),
  };
}

function link(predicate: unknown): Partial<PredicateFacts> {
  const artifacts = (key: string): readonly Resource[] => {
    const list = listOf(predicate, key);
    if (list.length > 0) return resourcesOf(list, `${AT}/${key}`);
    return resourcesOf(
      entriesOf(predicate, key).map(([name, digest]) => ({ name, digest })),
      `${AT}/${key}`,
    );
  };
  return {
    about: textOf(predicate, 'name'),
    claims: listOf(predicate, 'command').filter(part => typeof part === 'string'),
    resources: [...roles('material', artifacts('materials')), ...roles('product', artifacts('products'))],
  };
}

function testResult(predicate: unknown): Partial<PredicateFacts> {
  const names = ['passedTests', 'warnedTests', 'failedTests'].flatMap(key =>
    listOf(predicate, key)
      .filter(test => typeof test === 'string')
      .map(test => `${key.replace('Tests', '')}: ${test}`),
  );
  return {
    result: textOf(predicate, 'result'),
    about: textOf(predicate, 'url'),
    claims: names,
    resources: roles('material', resourcesOf(listOf(predicate, 'configuration'), `${AT}/configuration`)),
  };
}

function release(predicate: unknown): Partial<PredicateFacts> {
  return {
    about: textOf(predicate, 'purl') ?? textOf(predicate, 'releaseId'),
    producer: textOf(predicate, 'packageId'),
  };
}

/** The same image, from one registry to another. */
function promotion(predicate: unknown): Partial<PredicateFacts> {
  const [algorithm = '', value = ''] = (textOf(predicate, 'digest') ?? '').split(':');
  const image = (key: string): readonly Resource[] => {
    const found = resourceOf({ uri: textOf(predicate, key), digest: { [algorithm]: value } }, `${AT}/${key}`);
    return found === null || textOf(predicate, key) === null ? [] : [found];
  };
  return {
    producer: textOf(predicate, 'builderId'),
    about: textOf(predicate, 'dstRef'),
    resources: [...roles('source', image('srcRef')), ...roles('product', image('dstRef'))],
    finished: textOf(predicate, 'timestamp'),
  };
}

function runtimeTrace(predicate: unknown): Partial<PredicateFacts> {
  const monitored = resourcesOf(
    entriesOf(predicate, 'monitorLog').flatMap(([, list]) => (Array.isArray(list) ? list : [])),
    `${AT}/monitorLog`,
  );
  return {
    producer: textOf(predicate, 'monitor', 'type'),
    about: textOf(predicate, 'monitoredProcess', 'event') ?? textOf(predicate, 'monitoredProcess', 'hostID'),
    resources: roles('evidence', monitored),
    started: textOf(predicate, 'metadata', 'buildStartedOn'),
    finished: textOf(predicate, 'metadata', 'buildFinishedOn'),
  };
}

function scai(predicate: unknown): Partial<PredicateFacts> {
  const attributes = listOf(predicate, 'attributes');
  const named = (key: string): readonly Resource[] =>
    attributes
      .map((one, index) => resourceOf(pick(one, key), `${AT}/attributes/${index}/${key}`))
      .filter(one => one !== null);
  return {
    producer: textOf(predicate, 'producer', 'uri') ?? textOf(predicate, 'producer', 'name'),
    claims: attributes.map(one => textOf(one, 'attribute')).filter(one => one !== null),
    resources: [...roles('product', named('target')), ...roles('evidence', named('evidence'))],
  };
}

function simpleResult(predicate: unknown): Partial<PredicateFacts> {
  const properties = listOf(predicate, 'properties').map(one =>
    typeof one === 'string' ? one : textOf(one, 'name'),
  );
  return {
    producer: textOf(predicate, 'verifier', 'id'),
    claims: properties.filter(one => one !== null),
    resources: roles('policy', resourcesOf([pick(predicate, 'verifier', 'policy')], `${AT}/verifier/policy`)),
    finished: textOf(predicate, 'timeCreated'),
  };
}

function reference(predicate: unknown): Partial<PredicateFacts> {
  return {
    producer: textOf(predicate, 'attester', 'id'),
    resources: roles('attestation', resourcesOf(listOf(predicate, 'references'), `${AT}/references`)),
  };
}

function vulns(predicate: unknown): Partial<PredicateFacts> {
  const results = listOf(predicate, 'scanner', 'result');
  return {
    producer: textOf(predicate, 'scanner', 'uri'),
    claims: results
      .map(one => textOf(one, 'vulnerability', 'id') ?? textOf(one, 'id'))
      .filter(one => one !== null),
    resources: roles('tool', resourcesOf([pick(predicate, 'scanner', 'db')], `${AT}/scanner/db`)),
    started: textOf(predicate, 'metadata', 'scanStartedOn'),
    finished: textOf(predicate, 'metadata', 'scanFinishedOn'),
  };
}

/** cosign wraps a document that is not JSON, or came through `--type custom`, in `Data`. */
function embedded(predicate: unknown): Partial<PredicateFacts> {
  return { document: pick(predicate, 'Data') === undefined ? AT : `${AT}/Data` };
}

function publish(predicate: unknown): Partial<PredicateFacts> {
  const [name, version] = [textOf(predicate, 'name'), textOf(predicate, 'version')];
  return {
    producer: textOf(predicate, 'registry'),
    about: name === null || version === null ? null : `${name}@${version}`,
  };
}

function modelSignature(predicate: unknown): Partial<PredicateFacts> {
  const files = listOf(predicate, 'resources').map(one => ({
    name: textOf(one, 'name'),
    digest: { [textOf(one, 'algorithm') ?? 'sha256']: textOf(one, 'digest') },
  }));
  return {
    about: textOf(predicate, 'serialization', 'method'),
    resources: roles('product', resourcesOf(files, `${AT}/resources`)),
  };
}

function sourceProvenance(predicate: unknown): Partial<PredicateFacts> {
  const repository = textOf(predicate, 'repo_uri');
  const branch = textOf(predicate, 'branch');
  return {
    producer: textOf(predicate, 'actor'),
    about: repository === null ? null : `${repository}@${branch ?? ''}`,
    finished: textOf(predicate, 'created_on'),
  };
}

function collection(predicate: unknown): Partial<PredicateFacts> {
  return {
    about: textOf(predicate, 'name'),
    claims: listOf(predicate, 'attestations')
      .map(one => textOf(one, 'type'))
      .filter(one => one !== null),
  };
}

function policyResult(predicate: unknown): Partial<PredicateFacts> {
  const results = listOf(predicate, 'results').map(
    one => `${textOf(one, 'policy', 'id') ?? '?'}: ${textOf(one, 'status') ?? '?'}`,
  );
  return { result: textOf(predicate, 'status'), claims: results, finished: textOf(predicate, 'dateEnd') };
}

function roles(role: ResourceRole, resources: readonly Resource[]): (readonly [ResourceRole, Resource])[] {
  return resources.map(resource => [role, resource] as const);
}
