import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { envelopeFromJson } from '../../formats/dsse/envelope.ts';
import { type Artifact, artifactOfBytes, artifactOfDigests } from '../artifact.ts';
import { bundledMaterial } from '../bundled.ts';
import { verifyEnvelope } from '../envelope.ts';
import type { TrustErrorCode } from '../errors.ts';
import { nameArtifact } from '../find.ts';
import { publicKeyFromPem } from '../keys.ts';
import { verifyNpm } from '../npm.ts';
import { ALWAYS, NO_MATERIAL, type TrustedKey, type TrustMaterial, withKeys } from '../root.ts';
import { refusalOf } from '../steps.ts';
import { matchSubject } from '../subject.ts';
import { dataBytes, dataJson, dataPath, hasData, skipWithoutData } from '../testing/data.ts';
import { verifyGcb } from './gcb.ts';
import { NO_EXPECTATIONS, type ProvenanceExpectations } from './source.ts';
import { statementOf, verifyGithub } from './verify.ts';
import { checkSummary } from './vsa.ts';

/**
 * slsa-verifier's own regression table (cases.json) against ours: verdict and class of reason must agree for every row and builder version that can be judged offline.
 * What cannot be is counted and named: older envelopes have no log entry, images need a registry, and some artifacts were not collected.
 */
interface Row {
  readonly function: string;
  readonly name: string;
  readonly artifacts?: readonly string[];
  readonly artifact?: string;
  readonly source?: string;
  readonly expect: string;
  readonly [field: string]: unknown;
}

/** Which of our codes say what one of slsa-verifier's error names says. */
const CODES: Readonly<Record<string, readonly TrustErrorCode[]>> = {
  ErrorMismatchVersionedTag: ['versioned-tag-mismatch'],
  ErrorMismatchSource: ['source-mismatch'],
  ErrorInvalidRef: ['ref-invalid'],
  ErrorMismatchTag: ['tag-mismatch'],
  ErrorUntrustedReusableWorkflow: ['builder-untrusted'],
  ErrorMismatchHash: ['subject-mismatch', 'digest-mismatch'],
  ErrorRekorSearch: ['log-entry-missing'],
  ErrorMismatchWorkflowInputs: ['inputs-mismatch'],
  ErrorMismatchBranch: ['branch-mismatch'],
  ErrorNoValidSignature: ['signature-invalid', 'key-unknown'],
  ErrorMismatchIntoto: ['provenance-mismatch'],
  ErrorMismatchBuilderID: ['builder-mismatch'],
  ErrorVerifierNotSupported: ['builder-unsupported'],
  ErrorInvalidFormat: ['evidence-malformed'],
  ErrorInvalidDssePayload: ['evidence-malformed'],
  ErrorMutableImage: ['image-mutable'],
  ErrorInvalidSignature: ['signature-invalid', 'log-entry-mismatch', 'inclusion-promise-invalid'],
  ErrorInvalidBuilderID: ['builder-required'],
  ErrorMismatchPackageVersion: ['package-version-mismatch'],
  ErrorMismatchPackageName: ['package-name-mismatch'],
  ErrorNotSupported: ['builder-unsupported'],
};

const CLI = 'slsa-verifier/cli';
const BUILDERS: Readonly<Record<string, string>> = {
  bcrPublisherBuilderID: 'https://github.com/bazel-contrib/publish-to-bcr/.github/workflows/publish.yaml',
  bcrReleaserBuilderID: 'https://github.com/bazel-contrib/.github/.github/workflows/release_ruleset.yaml',
};

interface Tally {
  agree: number;
  readonly differ: string[];
  readonly unjudged: string[];
}

function judge(tally: Tally, row: Row, where: string, run: () => unknown): void {
  const outcome = outcomeOf(run);
  const wanted = row.expect === 'pass' ? ['ok'] : (CODES[row.expect.replace('fail: ', '')] ?? []);
  const label = `${row.function.replace('Test_runVerify', '')} ${row.name} ${where}: ${row.expect}, ${outcome}`;
  if ((wanted as readonly string[]).includes(outcome)) tally.agree++;
  // Whether the signature stands in the log is what only the log can tell; the row is refused for its untrusted builder instead.
  else if (outcome === 'log-entry-missing' || (row.expect === 'fail: ErrorRekorSearch' && outcome !== 'ok'))
    tally.unjudged.push(label);
  else tally.differ.push(label);
}

function outcomeOf(run: () => unknown): string {
  try {
    run();
    return 'ok';
  } catch (error) {
    return refusalOf(error).code;
  }
}

function expectationsOf(row: Row): ProvenanceExpectations {
  const text = (field: string) =>
    typeof row[field] === 'string'
      ? (/^pointerTo\("(.*)"\)$/.exec(row[field])?.[1] ?? (row[field] as string))
      : null;
  const builder = text('pBuilderID') ?? text('builderID');
  return {
    ...NO_EXPECTATIONS,
    sourceUri: row.source ?? null,
    branch: text('pbranch'),
    tag: text('ptag'),
    versionedTag: text('pversiontag'),
    builderId: builder === null ? null : (BUILDERS[builder] ?? builder),
    packageName: text('pkgName'),
    packageVersion: text('pkgVersion'),
    inputs: new Map(Object.entries((row['inputs'] ?? {}) as Record<string, string>)),
  };
}

/** Digests of all artifacts of the suite, also of those whose bytes were not collected. */
function digestsOf(): Map<string, Map<string, Buffer>> {
  const lines = dataBytes('slsa-verifier/artifact-digests.tsv').toString('utf8').trim().split('\n').slice(1);
  return new Map(
    lines.map(line => {
      const [path, , sha256, sha512] = line.split('\t') as [string, string, string, string];
      return [
        path.replace('cli/slsa-verifier/testdata/', ''),
        new Map([
          ['sha256', Buffer.from(sha256, 'hex')],
          ['sha512', Buffer.from(sha512, 'hex')],
        ]),
      ];
    }),
  );
}

function artifactAt(path: string, digests: ReadonlyMap<string, Map<string, Buffer>>): Artifact | null {
  if (hasData(`${CLI}/${path}`)) return artifactOfBytes(path, dataBytes(`${CLI}/${path}`));
  const known = digests.get(path);
  return known === undefined ? null : artifactOfDigests(path, known);
}

function provenanceAt(path: string): unknown {
  const found = ['.intoto.jsonl', '.intoto.build.slsa', '.build.slsa', '.intoto.sigstore', '']
    .map(end => `${CLI}/${path}${end}`)
    .find(file => file.includes('.', file.lastIndexOf('/')) && hasData(file));
  return found === undefined ? null : JSON.parse(dataBytes(found).toString('utf8'));
}

function githubRows(rows: readonly Row[], tally: Tally, material: TrustMaterial): void {
  const digests = digestsOf();
  const folders: Readonly<Record<string, readonly string[]>> = {
    Test_runVerifyGHAArtifactPath: ['gha_go', 'gha_generic', 'gha_delegator', 'gha_maven', 'gha_gradle'],
    Test_runVerifyGHAContainerBased: ['gha_container-based'],
    Test_runVerifyGithubAttestation: ['bcr'],
  };
  for (const row of rows) {
    const all = folders[row.function];
    if (all === undefined) continue;
    const places =
      row['noversion'] === true
        ? ['']
        : row.function.endsWith('Attestation')
          ? ['bcr/']
          : all
              .flatMap(folder => globSync(`${folder}/*/`, { cwd: dataPath(CLI) }))
              .map(path => `${path.replace(/\/?$/, '/')}`);
    for (const place of places) {
      const names = row.artifacts ?? [row.artifact as string];
      const stated =
        typeof row['provenancePath'] === 'string'
          ? row['provenancePath'].replace('.intoto.jsonl', '')
          : (names[0] as string);
      const provenance = provenanceAt(place + stated);
      const artifacts = names.map(name => artifactAt(place + name, digests)).filter(one => one !== null);
      if (provenance === null || artifacts.length < names.length)
        tally.unjudged.push(`${row.function} ${row.name} ${place}: not collected`);
      else
        judge(tally, row, place, () =>
          verifyGithub(provenance, artifacts, delegated(expectationsOf(row), place), material),
        );
    }
  }
}

/** The suite's delegated builds are of a builder of its own, which its test names wherever a row does not. */
function delegated(expected: ProvenanceExpectations, place: string): ProvenanceExpectations {
  if (!place.startsWith('gha_delegator') || expected.builderId !== null) return expected;
  return {
    ...expected,
    builderId: 'https://github.com/slsa-framework/example-trw/.github/workflows/builder_high-perms_slsa3.yml',
  };
}

test('GitHub builds: verdict and reason agree with slsa-verifier', { skip: skipWithoutData }, async t => {
  const tally: Tally = { agree: 0, differ: [], unjudged: [] };
  githubRows(dataJson('slsa-verifier/cases.json') as Row[], tally, await bundledMaterial());
  assert.deepEqual(tally.differ, []);
  assert.ok(tally.agree > 700, `${tally.agree} agree, ${tally.unjudged.length} cannot be judged`);
  t.diagnostic(
    `${tally.agree} agree, ${tally.unjudged.length} cannot be judged offline or were not collected`,
  );
});

test('npm packages: verdict and reason agree with slsa-verifier', { skip: skipWithoutData }, async t => {
  const tally: Tally = { agree: 0, differ: [], unjudged: [] };
  const material = await bundledMaterial();
  for (const row of dataJson('slsa-verifier/cases.json') as Row[]) {
    if (row.function !== 'Test_runVerifyNpmPackage') continue;
    const path = `${CLI}/npm/gha/${row.artifact}`;
    if (!hasData(path) || !hasData(`${path}.json`)) tally.unjudged.push(row.name);
    else
      judge(tally, row, row.artifact as string, () =>
        verifyNpm(
          dataJson(`${path}.json`),
          artifactOfBytes(row.artifact as string, dataBytes(path)),
          expectationsOf(row),
          material,
        ),
      );
  }
  assert.deepEqual(tally.differ, []);
  assert.ok(tally.agree >= 30, `${tally.agree} agree`);
  t.diagnostic(
    `${tally.agree} agree, ${tally.unjudged.length} cannot be judged offline or were not collected`,
  );
});

test('Google Cloud Build: verdict and reason agree with slsa-verifier', { skip: skipWithoutData }, t => {
  const tally: Tally = { agree: 0, differ: [], unjudged: [] };
  const material = withKeys(NO_MATERIAL, googleKeys());
  for (const row of dataJson('slsa-verifier/cases.json') as Row[]) {
    if (row.function !== 'Test_runVerifyGCBArtifactImage') continue;
    for (const version of ['v0.2', 'v0.3']) {
      if (typeof row['minversion'] === 'string' && version < row['minversion']) continue;
      const path = `${CLI}/gcb_container/${version}/${row['provenance']}`;
      const artifact = imageOf(row, version);
      if (!hasData(path) || artifact === null) tally.unjudged.push(`${row.name} ${version}`);
      else
        judge(tally, row, version, () =>
          verifyGcb(
            JSON.parse(dataBytes(path).toString('utf8')),
            artifact,
            gcbExpectations(row, version),
            material,
          ),
        );
    }
  }
  assert.deepEqual(tally.differ, []);
  assert.ok(tally.agree >= 30, `${tally.agree} agree`);
  t.diagnostic(
    `${tally.agree} agree, ${tally.unjudged.length} cannot be judged offline or were not collected`,
  );
});

function googleKeys(): (readonly [string, TrustedKey])[] {
  return globSync('*.key', { cwd: dataPath('slsa-verifier/verifiers/gcb/keys/materials') }).flatMap(
    (file): (readonly [string, TrustedKey])[] => {
      const key = {
        key: publicKeyFromPem(
          dataBytes(`slsa-verifier/verifiers/gcb/keys/materials/${file}`).toString('utf8'),
        ),
        window: ALWAYS,
        usage: null,
      };
      const name = file.replace('.key', '');
      const start = 'projects/verified-builder/locations';
      const special = /^global-pae-(.+)_1$/.exec(name)?.[1];
      if (special !== undefined)
        return [
          [`${start}/global/keyRings/attestor/cryptoKeys/${special}/cryptoKeyVersions/1`, key] as const,
        ];
      return [[`${start}/${name}/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1`, key] as const];
    },
  );
}

/** The image a row is about: by the digest of the good file of its version, as the suite's test registry would have it. */
function imageOf(row: Row, version: string): Artifact | null {
  const stated = (row['artifactDigest'] as Record<string, string> | undefined)?.[version];
  if (stated !== undefined)
    return artifactOfDigests(row.artifact as string, new Map([['sha256', Buffer.from(stated, 'hex')]]));
  if (row['noDigest'] === true) return null;
  const good = [`${row.artifact}.json`].map(file => `${CLI}/gcb_container/${version}/${file}`).find(hasData);
  if (good === undefined) return null;
  const digest = (JSON.parse(dataBytes(good).toString('utf8')) as { image_summary: { digest: string } })
    .image_summary.digest;
  return artifactOfDigests(
    row.artifact as string,
    new Map([['sha256', Buffer.from(digest.replace('sha256:', ''), 'hex')]]),
  );
}

function gcbExpectations(row: Row, version: string): ProvenanceExpectations {
  const builder = 'https://cloudbuild.googleapis.com/GoogleHostedWorker';
  const stated = /^pString\(builder \+ "(.*)"\)$/.exec(String(row['pBuilderID'] ?? ''))?.[1];
  return {
    ...expectationsOf(row),
    builderId: stated === undefined ? `${builder}@${version}` : builder + stated,
  };
}

test("Google Cloud Build's unit vectors: good ones pass, damaged ones do not", {
  skip: skipWithoutData,
}, () => {
  const material = withKeys(NO_MATERIAL, googleKeys());
  const folder = 'slsa-verifier/verifiers/gcb/testdata';
  const passed: string[] = [];
  for (const file of globSync('*.json', { cwd: dataPath(folder) }).sort()) {
    const outcome = outcomeOf(() => {
      const value = JSON.parse(dataBytes(`${folder}/${file}`).toString('utf8')) as {
        image_summary: { digest: string };
      };
      const image = artifactOfDigests(
        'image',
        new Map([['sha256', Buffer.from(value.image_summary.digest.replace('sha256:', ''), 'hex')]]),
      );
      verifyGcb(value, image, NO_EXPECTATIONS, material);
    });
    if (outcome === 'ok') passed.push(file);
  }
  assert.deepEqual(
    passed.filter(file => /invalid|empty|no-|mismatch/.test(file)),
    [],
  );
  assert.ok(passed.length >= 14, passed.join(', '));
});

test('verification summaries: verdict and reason agree with slsa-verifier', {
  skip: skipWithoutData,
}, async () => {
  const tally: Tally = { agree: 0, differ: [], unjudged: [] };
  for (const row of dataJson('slsa-verifier/cases.json') as Row[]) {
    if (row.function !== 'Test_runVerifyVSA') continue;
    const text = (field: string) => /"(.*)"/.exec(String(row[field] ?? ''))?.[1] ?? '';
    const list = (field: string) =>
      [...String(row[field] ?? '').matchAll(/"([^"]*)"/g)].map(found => found[1] as string);
    const artifacts: Artifact[] = [];
    for (const one of list('subjectDigests'))
      artifacts.push((await nameArtifact(one, path => path)).artifact);
    judge(tally, row, 'gce', () => {
      const envelope = envelopeFromJson(dataJson(`${CLI}/vsa/${text('attestationPath')}`));
      const key = publicKeyFromPem(dataBytes(`${CLI}/vsa/${text('publicKeyPath')}`).toString('utf8'));
      verifyEnvelope(envelope, [{ id: text('publicKeyID'), key }], { threshold: 1, idMustMatch: true });
      const statement = statementOf(envelope);
      for (const artifact of artifacts) matchSubject(envelope.payload, artifact);
      const expected = {
        verifierId: text('verifierID'),
        resourceUri: text('resourceURI'),
        levels: list('verifiedLevels'),
        refs: [],
      };
      checkSummary(statement, expected, null);
    });
  }
  assert.deepEqual(tally.differ, []);
  assert.equal(tally.agree, 3);
});
