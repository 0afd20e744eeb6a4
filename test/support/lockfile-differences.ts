export type Entry = readonly [name: string, version: string];

export interface Case {
  readonly path: string;
  readonly side: 'missing' | 'extra';
  readonly entry: Entry;
  readonly ours: readonly Entry[];
  readonly theirs: readonly Entry[];
}

const EXTRACTORS: readonly (readonly [paths: RegExp, extractor: string])[] = [
  [/fixtures\/npm\/|packagelockjson|package-json\/does-not-exist\/npm/, 'npm-package-lock'],
  [/package-json\/.*package\.json$/, 'npm-manifest'],
  [/fixtures\/yarn\/|yarnlock/, 'yarn-lock'],
  [/pnpm/, 'pnpm-lock'],
  [/bunlock/, 'bun-lock'],
  [/fixtures\/pip\//, 'requirements-txt'],
  [/pipenv|pipfilelock|Pipfile\.lock$/, 'pipfile-lock'],
  [/Pipfile$/, 'pipfile'],
  [/pyproject/, 'pyproject'],
  [/fixtures\/poetry/, 'poetry-lock'],
  [/pdm/, 'pdm-lock'],
  [/uvlock/, 'uv-lock'],
  [/(?:fixtures\/go\/|gomod).*\.(?:mod|txt)$/, 'go-mod'],
  [/gomod.*\.sum$/, 'go-sum'],
  [/fixtures\/cargo\//, 'cargo-lock'],
  [/cargotoml/, 'cargo-manifest'],
  [/fixtures\/maven|pomxml/, 'maven-pom'],
  [/gradle-verification/, 'gradle-verification'],
  [/gradleversioncatalog/, 'gradle-catalog'],
  [/build-gradle/, 'gradle-lockfile'],
  [/nuget\/.*\.csproj$/, 'dotnet-project'],
  [/fixtures\/nuget/, 'nuget-lock'],
  [/paketlock/, 'paket-lock'],
  [/composer/, 'composer-lock'],
  [/bundler|gemfilelock/, 'gemfile-lock'],
  [/fixtures\/pub\//, 'pubspec-lock'],
  [/fixtures\/mix/, 'mix-lock'],
  [/conan/, 'conan-lock'],
  [/renv/, 'renv-lock'],
  [/githubactions/, 'github-actions'],
];

/** The extractor of a fixture: their names say the case, not the kind. */
export function extractorOf(path: string): string | null {
  return EXTRACTORS.find(([paths]) => paths.test(path))?.[1] ?? null;
}

/** Kinds of files that Larder does not read, or not yet. */
export const NOT_READ: readonly { readonly rule: string; readonly paths: RegExp }[] = [
  { rule: 'other-scanner-output', paths: /osvscannerresults/ },
  { rule: 'manifest-of-wishes', paths: /gleamtoml|paketdependencies|projecttoml|opam|cpan/ },
  { rule: 'installed-thing', paths: /vendormodules|chrome|chocolatey|mise/ },
];

const OWN_PROJECTS =
  /with-aliases\.v2|with-build-string\.v2|with-prerelease\.v2|exclude-root|npm\/files\.v2|cargotoml/;
const WISHES = /package-json|pipfile\/|pyproject|cargotoml|file-format-example/;

/** Why ours differs, and is right. Each rule has its paragraph in docs/lockfile-differences.md. */
export const DIFFERENCES: readonly {
  readonly rule: string;
  readonly explains: (difference: Case) => boolean;
}[] = [
  {
    rule: 'own-project',
    explains: ({ path, side }) => side === 'missing' && OWN_PROJECTS.test(path),
  },
  {
    rule: 'range-is-no-version',
    explains: ({ side, entry, ours, theirs }) =>
      side === 'missing'
        ? ours.some(([name, version]) => name === entry[0] && version === '')
        : entry[1] === '' && theirs.some(([name]) => name === entry[0]),
  },
  {
    rule: 'wish-is-listed',
    explains: ({ path, side, entry }) => side === 'extra' && entry[1] === '' && WISHES.test(path),
  },
  {
    rule: 'go-line-is-no-toolchain',
    explains: ({ side, entry }) => side === 'missing' && entry[0] === 'stdlib',
  },
  {
    rule: 'go-sum-beside-is-not-there',
    explains: ({ path }) => path.includes('indirect-1.16'),
  },
  {
    rule: 'file-beside-is-not-there',
    explains: ({ path, side }) =>
      side === 'missing' && /with-multiple-parent|with-external-parent|cyclic-r-complex-3/.test(path),
  },
  {
    rule: 'list-is-of-the-including-file',
    explains: ({ path, side }) => side === 'missing' && /other-file|multiple-packages-mixed/.test(path),
  },
  {
    rule: 'last-declaration-counts',
    explains: ({ path }) => path.includes('multi-version.xml'),
  },
  {
    rule: 'unmanaged-is-listed',
    explains: ({ path, side, entry }) =>
      side === 'extra' && entry[1] === '' && /with-parent\.xml|with-multiple-parent/.test(path),
  },
  {
    rule: 'pip-joins-lines',
    explains: ({ path, entry }) => path.includes('line-continuation') && entry[0] === 'bar',
  },
  {
    rule: 'answer-is-empty-for-want-of-a-test',
    explains: ({ side, theirs }) => side === 'extra' && theirs.length === 0,
  },
  {
    rule: 'answer-lists-a-part',
    explains: ({ path, side }) =>
      side === 'extra' && /nested-dependencies-dup|grouped-packages|renv\//.test(path),
  },
];
