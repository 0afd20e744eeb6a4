import type { PolicyEntry, TrustPolicy } from '../../trust/policy.ts';
import type { TrustMaterial } from '../../trust/root.ts';
import { askIfKept } from '../ask.ts';
import type { OptionValues } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { renderTable } from '../output/table.ts';
import { BELIEF_OPTIONS, beliefOf } from '../trust.ts';

const OPTIONS = [
  {
    title: 'Who (add, test)',
    options: [
      { name: 'name', value: 'NAME', summary: 'what the entry is called' },
      { name: 'identity', value: 'NAME', summary: 'exact identity of a certificate' },
      { name: 'identity-pattern', value: 'PATTERN', summary: 'a pattern for the whole identity' },
      { name: 'issuer', value: 'URL', summary: 'exact issuer of the identity' },
      { name: 'key', value: 'PEM', summary: 'a public key' },
      { name: 'key-id', value: 'ID', summary: 'the id evidence names the key by' },
      { name: 'builder', value: 'ID', summary: 'a builder, with --level' },
      { name: 'level', value: 'N', integer: true, summary: 'the SLSA build level it earns' },
      { name: 'until', value: 'DATE', summary: 'later signatures are not believed' },
      { name: 'root', value: 'FILE', summary: 'a Sigstore trusted root' },
    ],
  },
  {
    title: 'About what',
    options: [
      { name: 'package', value: 'PURL', multiple: true, summary: 'as in pkg:npm/acme or pkg:npm/@acme/*' },
      { name: 'app', value: 'APP', multiple: true, summary: 'only this app' },
      { name: 'predicate', value: 'TYPE', multiple: true, summary: 'only statements of this type' },
      { name: 'model', value: 'OWNER/NAME', multiple: true, summary: 'as in acme/*' },
    ],
  },
  BELIEF_OPTIONS,
] as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  name: 'trust',
  summary: 'who may speak for what: list, add or test entries of the trust policy',
  arguments: [{ name: 'ACTION', summary: 'list, add or test', optional: true }],
  examples: [
    { line: 'larder trust list', about: 'who is believed, and which roots' },
    {
      line: 'larder trust add --identity ci@example.com --issuer https://token.example.com --package pkg:npm/acme',
      about: 'believe one signer for one package',
    },
  ],
  options: OPTIONS,
  formats: ['table', 'json'],
  async run(context, [action = 'list'], options) {
    if (action === 'list') return list(context, options);
    if (action === 'add') return add(context, options);
    if (action === 'test') return test(context, options);
    throw usage(`larder trust takes list, add or test, not '${action}'`);
  },
});

async function list(context: Context, options: Options): Promise<number> {
  const { policy, material } = await beliefOf(context, options);
  const rows = [
    ...policy.entries.map(entry => [entry.who.kind, entry.name, whoText(entry), aboutText(entry)]),
    ...policy.builders.map(one => ['builder', one.id, `SLSA build ${one.level}`, '']),
  ];
  await context.outputs.print({
    table: screen => [
      `roots: ${material.name} (${material.authorities.length} certificate authorities, ${material.logs.length} logs, ${material.timestampAuthorities.length} timestamp authorities), ${registryKeys(material)} keys of the npm registry`,
      ...(rows.length === 0
        ? ['nobody is believed yet; larder trust add says who may sign']
        : renderTable(screen, {
            columns: [{ title: 'kind' }, { title: 'name' }, { title: 'who' }, { title: 'about', drop: 1 }],
            rows,
          })),
    ],
    json: () => ({ schema: 'larder.trust/1', roots: material.name, ...plain(policy) }),
  });
  return EXIT.ok;
}

async function add(context: Context, options: Options): Promise<number> {
  const { addToPolicy, policyPath } = await import('../../trust/policy-file.ts');
  const { entryToml } = await import('../../trust/policy.ts');
  const { readEvidenceFile } = await import('../../trust/find.ts');
  const path =
    options.policy === undefined ? policyPath(context.store.path) : context.resolve(options.policy);
  const about = {
    packages: options.package,
    apps: options.app,
    predicates: options.predicate,
    models: options.model,
  };
  const named: Record<string, string> = {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.until === undefined ? {} : { until: options.until }),
  };
  const toml: string[] = [];
  if (options.identity !== undefined || options['identity-pattern'] !== undefined) {
    if (options.issuer === undefined) throw usage('an identity needs its issuer: --issuer URL');
    const who: Record<string, string> =
      options.identity === undefined
        ? { identity_pattern: options['identity-pattern'] as string }
        : { identity: options.identity };
    toml.push(entryToml('identity', { ...named, ...who, issuer: options.issuer, ...about }));
  }
  if (options.key !== undefined)
    toml.push(
      entryToml('key', {
        ...named,
        id: options['key-id'] ?? '',
        pem: await readEvidenceFile(context.resolve(options.key)),
        ...about,
      }),
    );
  if (options.builder !== undefined) {
    if (options.level === undefined) throw usage('a builder needs its level: --level N');
    toml.push(entryToml('builder', { id: options.builder, level: options.level }));
  }
  if (options.root !== undefined) toml.push(entryToml('root', { file: context.resolve(options.root) }));
  if (toml.length === 0)
    throw usage('larder trust add needs --identity with --issuer, --key, --builder with --level, or --root');
  const policy = await addToPolicy(path, toml.join('\n'));
  const changed = await changedBy(context, path);
  await context.outputs.print({
    table: () => [
      `${path}: ${policy.entries.length} signers, ${policy.builders.length} builders, ${policy.roots.length} roots`,
      ...(changed === 0
        ? []
        : [`${changed} documents have another verdict now; larder reindex --trust records it`]),
    ],
    json: () => ({ schema: 'larder.trust/1', roots: policy.roots.join(', '), ...plain(policy), changed }),
  });
  return EXIT.ok;
}

/** How many verdicts of the larder the policy as it stands now would change. A policy elsewhere is none of the larder's. */
async function changedBy(context: Context, path: string): Promise<number> {
  const { policyPath } = await import('../../trust/policy-file.ts');
  if (!context.store.exists || path !== policyPath(context.store.path)) return 0;
  const { countRejudged } = await import('../../ingest/rejudge.ts');
  const belief = { policyPath: path, now: context.now().getTime() };
  return (await askIfKept(context, store => countRejudged(store, belief))) ?? 0;
}

/** Which entry would let a signer speak, without any evidence. */
async function test(context: Context, options: Options): Promise<number> {
  const { allowed } = await import('../../trust/policy.ts');
  const { refusalOf } = await import('../../trust/steps.ts');
  const { publicKeyFromPem } = await import('../../trust/keys.ts');
  const { readEvidenceFile } = await import('../../trust/find.ts');
  const { policy } = await beliefOf(context, options);
  const key =
    options.key === undefined ? null : publicKeyFromPem(await readEvidenceFile(context.resolve(options.key)));
  if (key === null && (options.identity === undefined || options.issuer === undefined))
    throw usage('larder trust test needs --identity with --issuer, or --key');
  const signer = {
    names: options.identity === undefined ? [] : [options.identity],
    issuer: options.issuer ?? null,
    key,
  };
  const about = {
    packages: options.package,
    apps: options.app.map(app => [app]),
    predicate: options.predicate[0] ?? null,
    model: options.model[0] ?? null,
  };
  let entry: PolicyEntry | null = null;
  let why = 'no entry of the trust policy allows this';
  try {
    entry = allowed(policy, signer, about, context.now().getTime());
  } catch (error) {
    why = refusalOf(error).message;
  }
  await context.outputs.print({
    table: () => [entry === null ? why : `allowed by ${entry.name}`],
    json: () => ({
      schema: 'larder.trust/1',
      roots: '',
      entries: entry === null ? [] : [entryJson(entry)],
      builders: [],
    }),
  });
  return entry === null ? EXIT.verification : EXIT.ok;
}

function plain(policy: TrustPolicy): {
  readonly entries: readonly object[];
  readonly builders: TrustPolicy['builders'];
} {
  return { entries: policy.entries.map(entryJson), builders: policy.builders };
}

function entryJson(entry: PolicyEntry): object {
  return {
    kind: entry.who.kind,
    name: entry.name,
    who: whoText(entry),
    packages: entry.packages,
    apps: entry.apps,
    predicates: entry.predicates,
    models: entry.models,
    until: entry.until === null ? null : new Date(entry.until).toISOString(),
  };
}

function registryKeys(material: TrustMaterial): number {
  return [...material.keys.values()].flat().filter(one => one.usage === 'npm:signatures').length;
}

function whoText(entry: PolicyEntry): string {
  if (entry.who.kind === 'key') return `${entry.who.key.kind} ${entry.who.id}`;
  const { identity, issuer } = entry.who;
  return `${identity.kind === 'pattern' ? 'pattern ' : ''}${identity.value} at ${issuer.value}`;
}

function aboutText(entry: PolicyEntry): string {
  const about = [...entry.packages, ...entry.apps, ...entry.predicates, ...entry.models].join(', ');
  const until = entry.until === null ? '' : `, until ${new Date(entry.until).toISOString().slice(0, 10)}`;
  return `${about || 'everything'}${until}`;
}
