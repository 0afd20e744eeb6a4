import type { ProvenanceFacts } from './facts.ts';
import { entriesOf, listOf, pick, textOf } from './values.ts';

/** Reads SLSA provenance v0.1 (with Google Cloud Build's), v0.2 and v1 into one shape. Where a build type keeps its source in a place of its own, that place is read. */
export function provenanceOf(predicate: unknown, version: ProvenanceFacts['version']): ProvenanceFacts {
  if (version === '1') return version1(predicate);
  return version === '0.2' ? version2(predicate) : version01(predicate);
}

function version1(predicate: unknown): ProvenanceFacts {
  const definition = pick(predicate, 'buildDefinition');
  const parameters = pick(definition, 'externalParameters');
  const environment = environmentOf(pick(definition, 'internalParameters'));
  const dependency = splitUri(textOf(definition, 'resolvedDependencies', 0, 'uri'));
  const workflow = pick(parameters, 'workflow');
  const config = pick(parameters, 'buildConfigSource') ?? pick(parameters, 'sourceToBuild');
  const stated = splitUri(textOf(parameters, 'source', 'uri') ?? textOf(parameters, 'source'));
  return {
    version: '1',
    builder: textOf(predicate, 'runDetails', 'builder', 'id'),
    buildType: textOf(definition, 'buildType'),
    source: dependency.uri ?? textOf(workflow, 'repository') ?? textOf(config, 'repository') ?? stated.uri,
    commit:
      commitOf(pick(definition, 'resolvedDependencies', 0, 'digest')) ??
      commitOf(pick(parameters, 'source', 'digest')),
    ref:
      environment.get('GITHUB_REF') ??
      textOf(workflow, 'ref') ??
      textOf(config, 'ref') ??
      dependency.ref ??
      stated.ref,
    entryPoint: textOf(workflow, 'path') ?? textOf(config, 'path'),
    trigger: triggerOf(workflow, config, stated, environment),
    inputs: inputsOf(
      pick(parameters, 'workflow', 'inputs') ?? pick(parameters, 'inputs') ?? eventOf(definition, 'inputs'),
    ),
    invocation: textOf(predicate, 'runDetails', 'metadata', 'invocationId'),
    environment,
    baseRef: textOf(eventOf(definition, 'base_ref')),
  };
}

function version2(predicate: unknown): ProvenanceFacts {
  const invocation = pick(predicate, 'invocation');
  const environment = environmentOf(pick(invocation, 'environment'));
  const trigger = textOf(invocation, 'configSource', 'uri');
  const material = splitUri(textOf(predicate, 'materials', 0, 'uri'));
  return {
    version: '0.2',
    builder: textOf(predicate, 'builder', 'id'),
    buildType: textOf(predicate, 'buildType'),
    source: material.uri ?? splitUri(trigger).uri,
    commit:
      commitOf(pick(predicate, 'materials', 0, 'digest')) ??
      commitOf(pick(invocation, 'configSource', 'digest')),
    ref: environment.get('GITHUB_REF') ?? material.ref ?? splitUri(trigger).ref,
    entryPoint: textOf(invocation, 'configSource', 'entryPoint'),
    trigger,
    inputs: inputsOf(
      pick(invocation, 'parameters', 'event_inputs') ??
        pick(invocation, 'parameters', 'inputs') ??
        pick(invocation, 'environment', 'github_event_payload', 'inputs'),
    ),
    invocation:
      textOf(predicate, 'metadata', 'buildInvocationID') ??
      textOf(predicate, 'metadata', 'buildInvocationId'),
    environment,
    baseRef:
      textOf(invocation, 'environment', 'github_event_payload', 'base_ref') ??
      textOf(invocation, 'environment', 'GITHUB_EVENT_PAYLOAD', 'base_ref'),
  };
}

function version01(predicate: unknown): ProvenanceFacts {
  const recipe = pick(predicate, 'recipe');
  const substitutions = pick(recipe, 'arguments', 'substitutions');
  const material = splitUri(textOf(predicate, 'materials', 0, 'uri'));
  const tag = textOf(substitutions, 'TAG_NAME');
  const branch = textOf(substitutions, 'BRANCH_NAME');
  return {
    version: '0.1',
    builder: textOf(predicate, 'builder', 'id'),
    buildType: textOf(recipe, 'type'),
    source: material.uri,
    commit: commitOf(pick(predicate, 'materials', 0, 'digest')),
    ref: tag !== null ? `refs/tags/${tag}` : branch !== null ? `refs/heads/${branch}` : material.ref,
    entryPoint: textOf(recipe, 'entryPoint'),
    trigger: textOf(predicate, 'materials', 0, 'uri'),
    inputs: inputsOf(substitutions),
    invocation: textOf(predicate, 'metadata', 'buildInvocationId'),
    environment: new Map(),
    baseRef: null,
  };
}

function triggerOf(
  workflow: unknown,
  config: unknown,
  stated: SplitUri,
  environment: ReadonlyMap<string, string>,
): string | null {
  const repository = textOf(workflow, 'repository') ?? textOf(config, 'repository');
  if (repository !== null) return withRef(repository, textOf(workflow, 'ref') ?? textOf(config, 'ref'));
  if (stated.uri !== null) return withRef(stated.uri, stated.ref);
  const own = environment.get('GITHUB_REPOSITORY');
  return own === undefined
    ? null
    : withRef(`git+https://github.com/${own}`, environment.get('GITHUB_REF') ?? null);
}

function withRef(uri: string, ref: string | null): string {
  return ref === null ? uri : `${uri}@${ref}`;
}

export interface SplitUri {
  readonly uri: string | null;
  readonly ref: string | null;
}

/** Splits `git+https://host/owner/name@refs/tags/v1` at the ref; an `@` before the path (user names) stays. */
export function splitUri(uri: string | null): SplitUri {
  if (uri === null) return { uri: null, ref: null };
  const at = uri.indexOf('@', uri.indexOf('/', uri.indexOf('://') + 3));
  return at < 0 || !uri.includes('://')
    ? { uri, ref: null }
    : { uri: uri.slice(0, at), ref: uri.slice(at + 1) };
}

function commitOf(digest: unknown): string | null {
  return textOf(digest, 'gitCommit') ?? textOf(digest, 'sha1');
}

/** Names are written `github_ref` by the generators of one kind and `GITHUB_REF` by the others; numbers occur as values. */
function environmentOf(parameters: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of entriesOf(parameters))
    if ((typeof value === 'string' || typeof value === 'number') && /^github_/i.test(name))
      found.set(name.toUpperCase().replace(/^GITHUB_SHA1$/, 'GITHUB_SHA'), String(value));
  for (const [name, value] of entriesOf(parameters, 'github'))
    if (typeof value === 'string') found.set(`GITHUB_${name.toUpperCase()}`, value);
  return found;
}

function eventOf(definition: unknown, field: string): unknown {
  return (
    pick(definition, 'internalParameters', 'GITHUB_EVENT_PAYLOAD', field) ??
    pick(definition, 'internalParameters', 'github_event_payload', field)
  );
}

const MOST_INPUTS = 200;

function inputsOf(inputs: unknown): (readonly [string, string])[] {
  return entriesOf(inputs)
    .slice(0, MOST_INPUTS)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => [name, String(value)] as const);
}

/** Materials of a version, for the resources of the predicate. */
export function materialsOf(predicate: unknown, version: ProvenanceFacts['version']): readonly unknown[] {
  return version === '1'
    ? listOf(predicate, 'buildDefinition', 'resolvedDependencies')
    : listOf(predicate, 'materials');
}
