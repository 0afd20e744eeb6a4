import { defineCommand } from '../command.ts';
import { usage } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { formatBytes, formatNoun } from '../output/numbers.ts';
import { cacheFolder } from '../trust.ts';

const OPTIONS = [
  {
    title: 'With what',
    options: [
      { name: 'key', value: 'PEM', summary: 'the private key (PKCS#8, also encrypted)' },
      { name: 'passphrase-file', value: 'FILE', summary: 'where the passphrase of the key stands' },
      { name: 'certificate-chain', value: 'PEM', summary: 'certificates for the key, its own first' },
    ],
  },
  {
    title: 'What is signed',
    options: [
      {
        name: 'signature',
        value: 'FILE',
        summary: 'where the signature goes (default: model.sig in a folder, PATH.sig)',
      },
      {
        name: 'method',
        value: 'METHOD',
        choices: ['files', 'shards'],
        summary: 'whole files, or pieces of them',
      },
      {
        name: 'hash',
        value: 'HASH',
        choices: ['sha256', 'blake2b', 'blake3'],
        summary: 'the digest of each',
      },
      { name: 'shard-size', value: 'BYTES', integer: true, summary: 'of a piece (default: 1000000000)' },
      { name: 'ignore-paths', value: 'PATH', multiple: true, summary: 'leave out' },
      { name: 'no-ignore-git-paths', summary: 'sign .git and its like too' },
      { name: 'allow-symlinks', summary: 'sign what symbolic links point to' },
      { name: 'no-cache', summary: 'hash files again that have not changed' },
    ],
  },
] as const;

export const command = defineCommand({
  name: 'sign',
  summary: 'sign a model or dataset folder, a file, or an in-toto statement, with a key or a certificate',
  arguments: [{ name: 'PATH', summary: 'a folder, a file, or a statement (JSON)' }],
  examples: [
    { line: 'larder sign ./model --key release.pem', about: 'writes ./model/model.sig' },
    {
      line: 'larder sign statement.json --key release.pem --signature statement.sigstore.json',
      about: 'a signed statement',
    },
  ],
  options: OPTIONS,
  formats: ['table', 'json'],
  async run(context, [path = ''], options) {
    if (options.key === undefined) throw usage('larder sign needs a private key: --key PEM');
    const { signPath } = await import('../../trust/sign-path.ts');
    const { nameInside } = await import('../../trust/model/files.ts');
    const { NO_CACHE, openHashCache } = await import('../../trust/model/cache.ts');
    let progress: ReturnType<typeof context.progress> | null = null;
    let shown = 0;
    const signed = await signPath({
      path: context.resolve(path),
      keyFile: context.resolve(options.key),
      passphraseFile:
        options['passphrase-file'] === undefined ? null : context.resolve(options['passphrase-file']),
      chainFile:
        options['certificate-chain'] === undefined ? null : context.resolve(options['certificate-chain']),
      signatureFile: options.signature === undefined ? null : context.resolve(options.signature),
      method: options.method ?? 'files',
      hash: options.hash ?? 'sha256',
      shardSize: options['shard-size'] ?? 1_000_000_000,
      ignorePaths: options['ignore-paths'].map(
        one => nameInside(context.resolve(path), context.resolve(one)) ?? one,
      ),
      ignoreGitPaths: !options['no-ignore-git-paths'],
      allowSymlinks: options['allow-symlinks'],
      cache: options['no-cache']
        ? NO_CACHE
        : await openHashCache(`${cacheFolder(context)}/model-digests.json`),
      progress: (done, total) => {
        progress ??= context.progress('hashing', 'bytes', total);
        progress.advance(done - shown);
        shown = done;
      },
      now: context.now().getTime(),
    });
    (progress as ReturnType<typeof context.progress> | null)?.done();
    await context.outputs.print({
      table: () => [
        `${signed.signature}: ${signed.what === 'statement' ? 'the statement' : `${formatNoun(signed.files, 'file')}, ${formatBytes(signed.bytes)}`}, signed with ${signed.signer}`,
      ],
      json: () => ({ schema: 'larder.sign/1', ...signed }),
    });
    return EXIT.ok;
  },
});
