import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/**
 * Bundles the sources and everything they import into dist/, one entry per thread of execution and one chunk per lazily loaded part,
 * since Node strips no types under node_modules and fewer files start faster.
 */
const OUT = 'dist';
const root = resolve('.');
// Files that the sources name as `new URL('./worker.ts', import.meta.url)`: worker threads become entries, data is copied.
const entries = new Map<string, string>([['larder', resolve('src/cli/main.ts')]]);
const data = new Map<string, string>();

const URL_OF_FILE = /new URL\(\s*'(\.[^']+)'\s*,\s*import\.meta\.url,?\s*\)/g;

const REQUIRE = /createRequire\(\s*import\.meta\.url,?\s*\)\(\s*'([^']+)',?\s*\)/g;

const urls: Plugin = {
  name: 'urls',
  setup(context) {
    context.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text
        .replaceAll(
          URL_OF_FILE,
          (_, specifier: string) =>
            `new URL('./${register(resolve(dirname(path), specifier))}', import.meta.url)`,
        )
        // The bundler follows a plain require; it cannot see what createRequire gives.
        .replaceAll(REQUIRE, "require('$1')");
      if (/\bcreateRequire\(/.test(contents))
        throw new Error(`${path}: write createRequire(import.meta.url)('package'), so that it is bundled`);
      return { contents, loader: 'ts' };
    });
  },
};

let built = 0;
let packages: string[] = [];
// A worker may name further files, so the entries are built until there is no new one.
while (built < entries.size) {
  built = entries.size;
  rmSync(OUT, { recursive: true, force: true });
  packages = packagesOf(await bundle());
}
for (const [name, source] of data) copyFileSync(source, join(OUT, name));
writeFileSync(join(OUT, 'THIRD-PARTY-LICENSES.txt'), packages.map(licenceOf).join('\n'));

async function bundle(): Promise<Metafile> {
  const { metafile } = await build({
    metafile: true,
    entryPoints: Object.fromEntries(entries),
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24.15',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'eof',
    chunkNames: 'chunk-[hash]',
    logLevel: 'warning',
    // CommonJS packages ask for Node's own modules with require.
    banner: {
      js: "import{createRequire as larderRequire}from'node:module';const require=larderRequire(import.meta.url);",
    },
    plugins: [urls],
  });
  return metafile;
}

/** The name in dist of a file that is reached by URL. */
function register(file: string): string {
  const stem = relative(join(root, 'src'), dirname(file))
    .replaceAll(/[\\/]/g, '-')
    .replace(/^[.-]+/, '');
  if (file.endsWith('.ts')) {
    const name = `${stem}-${basename(file, '.ts')}`;
    entries.set(name, file);
    return `${name}.js`;
  }
  const name = `${stem}-${basename(file)}`;
  data.set(name, file);
  return name;
}

/** The folders of the packages that went into the bundle, as code or as data. */
function packagesOf(metafile: Metafile): string[] {
  const copied = [...data.values()].map(file => relative(root, file).replaceAll('\\', '/'));
  const folders = [...Object.keys(metafile.inputs), ...copied].map(
    input => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0],
  );
  return [...new Set(folders.filter(folder => folder !== undefined))].sort();
}

/** Name, version and licence text of a bundled package, which its licence asks us to pass on. */
function licenceOf(folder: string): string {
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const file = readdirSync(folder).find(name => /^licen[cs]e/i.test(name));
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})\n${text}\n${'-'.repeat(80)}\n`;
}
