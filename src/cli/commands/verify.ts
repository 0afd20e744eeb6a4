import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Live } from '../../trust/live.ts';
import type { VerifyAnswer } from '../../trust/report.ts';
import { askIfKept } from '../ask.ts';
import type { OptionValues } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { BELIEF_OPTIONS, beliefOf, cacheFolder } from '../trust.ts';
import { verifyLines } from '../verify-lines.ts';

const OPTIONS = [
  {
    title: 'Evidence (default: what lies beside the artifact)',
    options: [
      {
        name: 'bundle',
        value: 'FILE',
        multiple: true,
        summary: 'Sigstore bundle, envelope, npm or PyPI attestations',
      },
      { name: 'provenance', value: 'FILE', summary: 'the same, for build provenance' },
      {
        name: 'payload',
        rare: true,
        value: 'FILE',
        summary: "cosign's simple signing payload, when that was signed",
      },
      { name: 'signature', value: 'FILE', summary: 'the signature of a model, or a bare one' },
      {
        name: 'timestamp',
        rare: true,
        value: 'FILE',
        multiple: true,
        summary: 'an RFC 3161 timestamp of the signature that no bundle holds',
      },
      {
        name: 'ignore-paths',
        rare: true,
        value: 'PATH',
        multiple: true,
        summary: 'leave out, besides what was signed as left out',
      },
      { name: 'no-ignore-git-paths', rare: true, summary: 'count .git and its like as part of the model' },
      { name: 'ignore-unsigned-files', rare: true, summary: 'allow files that were not signed' },
      { name: 'allow-symlinks', rare: true, summary: 'follow symbolic links' },
      { name: 'no-cache', rare: true, summary: 'hash files again that have not changed' },
    ],
  },
  {
    title: 'Who must have signed',
    options: [
      { name: 'certificate-identity', value: 'NAME', summary: 'exact identity in the certificate' },
      {
        name: 'certificate-identity-regexp',
        rare: true,
        value: 'PATTERN',
        summary: 'a pattern for the whole identity',
      },
      { name: 'certificate-oidc-issuer', value: 'URL', summary: 'exact issuer of that identity' },
      {
        name: 'certificate-oidc-issuer-regexp',
        rare: true,
        value: 'PATTERN',
        summary: 'a pattern for the whole issuer',
      },
      { name: 'key', value: 'PEM', summary: 'the public key' },
      { name: 'certificate-chain', value: 'PEM', summary: "one's own authority, instead of the root's" },
      { name: 'without-log', rare: true, summary: "accept the key's signature without log entry and time" },
    ],
  },
  {
    title: 'How it must have been built',
    options: [
      { name: 'source-uri', value: 'REPO', summary: 'as in github.com/acme/app' },
      { name: 'source-branch', value: 'NAME', summary: 'built from this branch' },
      { name: 'source-tag', value: 'TAG', summary: 'built from this tag' },
      { name: 'source-versioned-tag', value: 'TAG', summary: 'v1, v1.2 or v1.2.3' },
      { name: 'builder-id', value: 'ID', summary: 'by this builder, version optional' },
      {
        name: 'build-workflow-input',
        rare: true,
        value: 'KEY=VALUE',
        multiple: true,
        summary: 'with this input',
      },
      { name: 'package-name', rare: true, value: 'NAME', summary: 'of this npm package' },
      { name: 'package-version', rare: true, value: 'VERSION', summary: 'of this version' },
    ],
  },
  {
    title: 'What a verification summary must say',
    options: [
      { name: 'verifier-id', rare: true, value: 'ID', summary: 'who verified' },
      { name: 'resource-uri', rare: true, value: 'URI', summary: 'what was verified' },
      {
        name: 'verified-level',
        rare: true,
        value: 'LEVEL',
        multiple: true,
        summary: 'as in SLSA_BUILD_LEVEL_2',
      },
      {
        name: 'summary-by',
        rare: true,
        value: 'URI',
        summary: 'who the verification summary of -o in-toto is by',
      },
    ],
  },
  BELIEF_OPTIONS,
] as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  name: 'verify',
  summary: 'who signed and built this, from which source, and whether it is so',
  arguments: [
    {
      name: 'ARTIFACT',
      summary:
        'a file, a model folder, an image layout, sha256:HEX; with --online pkg:npm/NAME@VERSION or HOST/IMAGE@sha256:HEX',
    },
  ],
  examples: [
    {
      line: 'larder verify dist/app.tgz --source-uri github.com/acme/app',
      about: 'its provenance lies beside it',
    },
    { line: 'larder verify ./model --key release.pub', about: 'a signed model folder' },
  ],
  options: OPTIONS,
  formats: ['table', 'json', 'in-toto'],
  async run(context, [named = ''], options) {
    const answer = await verify(context, named, options);
    await context.outputs.print({
      table: screen => verifyLines(screen, answer),
      json: () => ({ schema: 'larder.verify/1', ...answer }),
      documents: { 'in-toto': () => summaryDocument(context, answer, options) },
    });
    return answer.verdict === 'verified' ? EXIT.ok : EXIT.verification;
  },
});

async function verify(context: Context, named: string, options: Options): Promise<VerifyAnswer> {
  if (options['without-log'] && options.key === undefined)
    throw usage('--without-log goes with --key: a certificate needs the log to tell when it was used');
  const { verifyArtifact } = await import('../../trust/verify-artifact.ts');
  const { refusalOf } = await import('../../trust/steps.ts');
  const { NO_CACHE, openHashCache } = await import('../../trust/model/cache.ts');
  const { SIGSTORE_THRESHOLDS } = await import('../../trust/bundle.ts');
  let progress: ReturnType<Context['progress']> | null = null;
  let shown = 0;
  try {
    return await verifyArtifact({
      named,
      resolve: context.resolve,
      live: await liveOf(context, options),
      held: sha256 => heldEvidence(context, sha256),
      evidence: [
        ...options.bundle,
        ...(options.provenance === undefined ? [] : [options.provenance]),
        ...(options.signature === undefined ? [] : [options.signature]),
      ],
      ...(await believed(context, options)),
      timestamps: await timestampsOf(context, options.timestamp),
      payload: options.payload === undefined ? null : Buffer.from(await fileText(context, options.payload)),
      ...askedOf(options),
      thresholds: {
        ...SIGSTORE_THRESHOLDS,
        ...(options['without-log'] ? { logEntries: 0, times: 0 } : {}),
        // An authority of one's own tells no certificate log.
        ...(options['certificate-chain'] === undefined ? {} : { scts: 0 }),
      },
      model: {
        signature: options.signature ?? null,
        ignorePaths: await insideModel(context, named, options['ignore-paths']),
        ignoreGitPaths: !options['no-ignore-git-paths'],
        ignoreUnsigned: options['ignore-unsigned-files'],
        allowSymlinks: options['allow-symlinks'],
        cache: options['no-cache']
          ? NO_CACHE
          : await openHashCache(`${cacheFolder(context)}/model-digests.json`),
        progress: (done, total) => {
          progress ??= context.progress('hashing', 'bytes', total);
          progress.advance(done - shown);
          shown = done;
        },
      },
      now: context.now().getTime(),
    });
  } catch (error) {
    const { TrustError } = await import('../../trust/errors.ts');
    if (!(error instanceof TrustError)) throw error;
    return {
      ...refusalOf(error),
      steps: [],
      identity: null,
      statement: null,
      artifact: { name: named, sha256: null },
      evidence: [],
    };
  } finally {
    (progress as ReturnType<Context['progress']> | null)?.done();
  }
}

/** The registries of the user's package managers, only with --online; --offline wins. */
async function liveOf(context: Context, options: Options): Promise<Live | null> {
  if (!options.online || context.offline) return null;
  const { cachedFetch } = await import('../../registries/cache.ts');
  const { registryBase } = await import('../../registries/config.ts');
  const { openRepository } = await import('../../registries/oci/client.ts');
  const { credentialsFor } = await import('../../registries/oci/credentials.ts');
  const surroundings = { env: context.env, home: context.env['HOME'] || homedir(), project: context.cwd };
  return {
    fetch: cachedFetch({ folder: join(cacheFolder(context), 'registries'), offline: false }),
    base: async (purlType, name) => (await registryBase(purlType, surroundings))(name),
    repository: image =>
      openRepository(image, {
        offline: false,
        signal: context.signal,
        credentials: () => credentialsFor(image, surroundings),
      }),
  };
}

/** Signed evidence in the larder that names the digest as its subject. A run without a larder has none. */
async function heldEvidence(context: Context, sha256: string): Promise<{ name: string; text: string }[]> {
  const { claimsAbout } = await import('../../graph/claims.ts');
  const { EVERYTHING } = await import('../../store/scope.ts');
  const { isSigned } = await import('../../trust/signed-formats.ts');
  const held = await askIfKept(context, async store => {
    const claims = await claimsAbout(store, sha256, EVERYTHING);
    const documents = new Map(
      claims
        .filter(claim => claim.role === 'subject' && isSigned(claim.document.format))
        // An in-toto document may stand bare.
        .filter(
          claim => claim.document.format !== 'in-toto' || (claim.trust?.state ?? 'unsigned') !== 'unsigned',
        )
        .map(claim => [claim.document.sha256, claim.document]),
    );
    const found: { name: string; text: string }[] = [];
    for (const document of documents.values()) {
      const bytes = await store.bytes.read(document.sha256);
      if (bytes !== null) found.push({ name: document.name, text: Buffer.from(bytes).toString('utf8') });
    }
    return found;
  });
  return held ?? [];
}

async function fileText(context: Context, path: string): Promise<string> {
  const { readEvidenceFile } = await import('../../trust/find.ts');
  return readEvidenceFile(context.resolve(path));
}

async function timestampsOf(context: Context, paths: readonly string[]): Promise<Buffer[]> {
  const { readTimestampFile } = await import('../../trust/find.ts');
  return Promise.all(paths.map(path => readTimestampFile(context.resolve(path))));
}

/** What is believed and who must have signed; an authority given takes the place of the root's. */
async function believed(context: Context, options: Options) {
  const { withOwnAuthority } = await import('../../trust/root.ts');
  const [belief, who] = [await beliefOf(context, options), await whoOf(context, options)];
  const material = who.roots.length === 0 ? belief.material : withOwnAuthority(belief.material, who.roots);
  return { ...belief, ...who, material };
}

async function whoOf(context: Context, options: Options) {
  const { exactly, pattern } = await import('../../trust/identity.ts');
  const { publicKeyFromPem } = await import('../../trust/keys.ts');
  const { certificatesFromPem } = await import('../../trust/certificate.ts');
  const match = (exact: string | undefined, loose: string | undefined) =>
    exact !== undefined ? exactly(exact) : loose !== undefined ? pattern(loose) : null;
  const identity = match(options['certificate-identity'], options['certificate-identity-regexp']);
  const issuer = match(options['certificate-oidc-issuer'], options['certificate-oidc-issuer-regexp']);
  // Who names the authority itself has said at whom; certificates of one's own authority name no issuer.
  const own = options['certificate-chain'] !== undefined && identity !== null;
  if ((identity === null) !== (issuer === null) && !own)
    throw usage(
      'give both --certificate-identity and --certificate-oidc-issuer: the same name means different people at different issuers',
    );
  const file = (path: string) => fileText(context, path);
  return {
    identity: identity === null ? null : { identity, issuer },
    key: options.key === undefined ? null : publicKeyFromPem(await file(options.key)),
    roots:
      options['certificate-chain'] === undefined
        ? []
        : certificatesFromPem(await file(options['certificate-chain'])),
  };
}

function expectationsOf(options: Options) {
  const inputs = options['build-workflow-input'].map(text => {
    const split = text.indexOf('=');
    if (split < 0) throw usage(`--build-workflow-input ${text} has no value, as in name=value`);
    return [text.slice(0, split), text.slice(split + 1)] as const;
  });
  return {
    sourceUri: options['source-uri'] ?? null,
    branch: options['source-branch'] ?? null,
    tag: options['source-tag'] ?? null,
    versionedTag: options['source-versioned-tag'] ?? null,
    builderId: options['builder-id'] ?? null,
    packageName: options['package-name'] ?? null,
    packageVersion: options['package-version'] ?? null,
    inputs: new Map(inputs),
  };
}

function summaryOf(options: Options) {
  const [verifierId, resourceUri, levels] = [
    options['verifier-id'],
    options['resource-uri'],
    options['verified-level'],
  ];
  if (verifierId === undefined && resourceUri === undefined && levels.length === 0) return null;
  if (verifierId === undefined || resourceUri === undefined)
    throw usage('a verification summary is judged with both --verifier-id and --resource-uri');
  const refs = [
    ...(options['source-branch'] === undefined ? [] : [`refs/heads/${options['source-branch']}`]),
    ...(options['source-tag'] === undefined ? [] : [`refs/tags/${options['source-tag']}`]),
  ];
  return { verifierId, resourceUri, levels, refs };
}

/** What is asked of the build, or of a verification summary: there branch and tag are the references of a source revision. */
function askedOf(options: Options) {
  const [expectations, summary] = [expectationsOf(options), summaryOf(options)];
  return {
    expectations: summary === null ? expectations : { ...expectations, branch: null, tag: null },
    summary,
  };
}

/** The verification summary of this answer (SLSA VSA v1), for `larder sign` to sign. */
async function summaryDocument(context: Context, answer: VerifyAnswer, options: Options): Promise<string> {
  const by = options['summary-by'];
  if (by === undefined) throw usage('a verification summary says who verified: --summary-by URI');
  const { summaryOfAnswer } = await import('../../trust/make-summary.ts');
  const { policyPath } = await import('../../trust/policy-file.ts');
  const policy =
    options.policy === undefined ? policyPath(context.store.path) : context.resolve(options.policy);
  const statement = await summaryOfAnswer(answer, {
    verifier: by,
    policy,
    resource: options['resource-uri'] ?? null,
    now: context.now(),
  });
  return `${JSON.stringify(statement, null, 2)}\n`;
}

/** Paths as typed, as names inside the model; a name that is already one stays. */
async function insideModel(context: Context, model: string, paths: readonly string[]): Promise<string[]> {
  const { nameInside } = await import('../../trust/model/files.ts');
  return paths.map(path => nameInside(context.resolve(model), context.resolve(path)) ?? path);
}
