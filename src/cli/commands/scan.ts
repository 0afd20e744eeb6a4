import type { Comparison } from '../../scan/compare.ts';
import type { ScanConfig } from '../../scan/config.ts';
import type { ScanResult } from '../../scan/run.ts';
import { defineCommand, type OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError, usage } from '../errors.ts';
import { EXIT, exitCode } from '../exit.ts';
import { FAIL_ON_OPTION, MIRROR_OPTION } from '../mirror.ts';
import { type JudgedScan, judgedJson, judgeScan } from '../scan-findings.ts';

const OPTIONS = [
  {
    title: 'What is scanned',
    options: [
      {
        name: 'project',
        value: 'FOLDER',
        multiple: true,
        summary: 'only this project: folder, name or glob; may be repeated',
      },
      {
        name: 'scope',
        value: 'SCOPE',
        multiple: true,
        choices: ['prod', 'peer', 'optional', 'build', 'test', 'dev'],
        summary: 'only what is needed for this; may be repeated',
      },
      {
        name: 'as',
        value: 'EXTRACTOR',
        summary: 'read the one file given as this kind (docs/extractors.md)',
      },
      { name: 'no-ignore', summary: 'also what .gitignore hides' },
      {
        name: 'installed',
        summary: 'also what is installed: node_modules, site-packages, gems (root file systems: always)',
      },
      {
        name: 'online',
        summary: 'ask your own registries: POMs that the tree lacks, versions that clear a finding',
      },
    ],
  },
  {
    title: 'What becomes of it',
    options: [
      { name: 'add', summary: 'put the bill of materials into the larder' },
      {
        name: 'against',
        value: 'BOM',
        summary: 'compare a BOM with what is there; exit 1 when they differ',
      },
      FAIL_ON_OPTION,
      { name: 'base', value: 'PATH|BOM|GITREF|APP@RELEASE', summary: 'what `new` is compared with' },
      MIRROR_OPTION,
      { name: 'allow-partial', summary: 'exit 0 also when something could not be understood' },
    ],
  },
] as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  name: 'scan',
  summary: 'what a source or installed tree is made of; nothing in it is run',
  arguments: [
    {
      name: 'PATH',
      summary: 'a folder, one lockfile, a tar or zip; - reads one (default: this folder)',
      optional: true,
    },
  ],
  examples: [
    { line: 'larder scan .', about: 'the projects here and what they are made of' },
    { line: 'larder scan . -o table -o cyclonedx=bom.cdx.json', about: 'and a bill of materials' },
  ],
  options: OPTIONS,
  formats: ['table', 'json', 'cyclonedx', 'spdx', 'spdx3'],
  stopsSafely: true,
  async run(context, [path = '.'], options) {
    const began = performance.now();
    const { result, config, name, folder } = await scanPath(context, path, options);
    const comparison = options.against === undefined ? null : await compare(context, options.against, result);
    const judged = await judgeScan(context, result, {
      ...options,
      failOn: [...options['fail-on'], ...config.failOn],
      path,
      name,
      folder,
    });
    const milliseconds = performance.now() - began;
    await print(context, result, { name, path, milliseconds, comparison, judged });
    if (options.add) await addBom(context, result, name);
    const { hasUnread } = await import('../../scan/answer.ts');
    const unread = hasUnread(result) && !options['allow-partial'];
    const differs = comparison !== null && comparison.differences.length > 0;
    const failed = differs || (judged?.fails ?? false);
    return exitCode(unread ? EXIT.unreadable : EXIT.ok, failed ? EXIT.findings : EXIT.ok);
  },
});

async function scanPath(context: Context, path: string, options: Options) {
  const { scan } = await import('../../scan/run.ts');
  const { NO_CONFIG, readScanConfig, scopeNamed } = await import('../../scan/config.ts');
  const { selectProjects, selectScopes } = await import('../../scan/select.ts');
  const { onlineRegistries, openSource } = await import('../scan-source.ts');
  const source = await openSource(context, path, options.as);
  const { tree, file } = source;
  const config: ScanConfig = file !== null ? NO_CONFIG : await readScanConfig(tree);
  const progress = context.progress('reading', 'files', null);
  let shown = 0;
  const scanned = await scan(tree, {
    file: file ?? undefined,
    as: options.as,
    ...(options.online ? { online: onlineRegistries(context) } : {}),
    honourIgnore: !options['no-ignore'],
    ...(options.installed ? { skipInstalled: false } : {}),
    excludes: config.exclude,
    signal: context.signal,
    onFile: (done, total) => {
      progress.total(total);
      progress.advance(done - shown);
      shown = done;
    },
  });
  progress.done();
  const result = { ...scanned, diagnostics: [...source.diagnostics, ...scanned.diagnostics] };
  const selected = selectProjects(result, options.project);
  if (options.project.length > 0 && selected.projects.length === 0) {
    const known = [...new Set(result.projects.map(project => project.path))].slice(0, 10).join(', ');
    throw new CliError(
      'unreadable',
      `${path} has no project ${options.project.join(', ')}; there are ${known || 'none'}.`,
    );
  }
  const scopes = options.scope.length > 0 ? options.scope.map(scopeNamed) : config.scopes;
  const { name, folder } = source;
  return { result: selectScopes(selected, scopes), config, name, folder };
}

interface Shown {
  readonly name: string;
  readonly path: string;
  readonly milliseconds: number;
  readonly comparison: Comparison | null;
  readonly judged: JudgedScan | null;
}

async function print(context: Context, result: ScanResult, shown: Shown): Promise<void> {
  const { scanLines } = await import('../scan-table.ts');
  const { scanAnswer } = await import('../../scan/answer.ts');
  const document = async () => bomOf(context, result, shown.name);
  await context.outputs.print({
    table: screen => scanLines(screen, result, shown),
    json: () => ({
      ...scanAnswer(result, shown.judged !== null),
      ...(shown.judged === null ? {} : judgedJson(shown.judged, context.now().getTime())),
      ...(shown.comparison === null ? {} : { against: shown.comparison }),
    }),
    documents: {
      cyclonedx: async () =>
        (await import('../../formats/cyclonedx/write.ts')).writeCycloneDx(await document()),
      spdx: async () => (await import('../../formats/spdx/write.ts')).writeSpdx(await document()),
      spdx3: async () => (await import('../../formats/spdx3/write.ts')).writeSpdx3(await document()),
    },
  });
}

async function bomOf(context: Context, result: ScanResult, name: string) {
  const { scanBom } = await import('../../scan/bom.ts');
  const { version } = await import('../version.ts');
  return scanBom(result.projects, {
    name,
    created: createdAt(context, result),
    tool: { vendor: null, name: 'larder', version: version() },
  });
}

/** SOURCE_DATE_EPOCH, else the newest change of a file that was read, so that an unchanged tree gives the same bytes; else now. */
function createdAt(context: Context, result: ScanResult): string {
  const epoch = context.env['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined && epoch !== '') {
    if (!/^\d{1,11}$/.test(epoch)) throw usage(`SOURCE_DATE_EPOCH is a number of seconds, not '${epoch}'`);
    return isoSeconds(Number(epoch) * 1000);
  }
  return isoSeconds(result.modified ?? context.now().getTime());
}

function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

async function compare(context: Context, file: string, result: ScanResult): Promise<Comparison> {
  const { readFileBounded } = await import('../../io/read.ts');
  const { readDocument } = await import('../../ingest/read-document.ts');
  const { compareBom } = await import('../../scan/compare.ts');
  const read = await readDocument(await readFileBounded(context.resolve(file)), file);
  if (read.bom === null) {
    const reason = read.diagnostics[0]?.message ?? `it is of kind ${read.kind}`;
    throw new CliError('unreadable', `${file} is no bill of materials that can be compared: ${reason}`);
  }
  return compareBom(result.projects, read.bom);
}

async function addBom(context: Context, result: ScanResult, name: string): Promise<void> {
  const { addPaths } = await import('../../ingest/add.ts');
  const { openSqliteStore } = await import('../../store/sqlite/open.ts');
  const { writeCycloneDx } = await import('../../formats/cyclonedx/write.ts');
  const { speakerOf } = await import('../say.ts');
  const bytes = Buffer.from(writeCycloneDx(await bomOf(context, result, name)));
  const store = openSqliteStore(context.store.path, { mode: 'create' });
  try {
    const stdin = async function* () {
      yield bytes;
    };
    for await (const event of addPaths({
      store,
      paths: ['-'],
      stdin,
      signal: context.signal,
      who: speakerOf(context, undefined),
    })) {
      if (event.type !== 'document' || !context.outputs.forPeople) continue;
      const { sha256, status } = event.result;
      await context.stdout.write(
        `added: document ${sha256?.slice(0, 8) ?? '-'} (${status}). next: larder show ${sha256?.slice(0, 8) ?? ''}\n`,
      );
    }
  } finally {
    await store.close();
  }
}
