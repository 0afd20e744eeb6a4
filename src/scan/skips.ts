/**
 * Folders that hold other people's installed or generated files: their lockfiles are not this tree's. Each has a reason, which the answer shows;
 * `beside` names files one of which must stand next to the folder, where the folder's name alone says too little.
 */
interface SkipRule {
  readonly name: string;
  readonly reason: string;
  readonly beside?: readonly string[];
}

const VERSION_CONTROL = 'version control';
const INSTALLED = 'installed dependencies';
const BUILT = 'build output';
const CACHE = 'tool cache';

const RULES: readonly SkipRule[] = [
  ...['.git', '.hg', '.svn', '.jj', 'CVS'].map(name => ({ name, reason: VERSION_CONTROL })),
  ...[
    'node_modules',
    'bower_components',
    'jspm_packages',
    'site-packages',
    'dist-packages',
    'Pods',
    'Carthage',
  ].map(name => ({
    name,
    reason: INSTALLED,
  })),
  ...[
    '__pycache__',
    '.tox',
    '.nox',
    '.gradle',
    '.terraform',
    '.dart_tool',
    '.pub-cache',
    '.bundle',
    '.eggs',
    '.mypy_cache',
    '.larder',
  ].map(name => ({ name, reason: CACHE })),
  {
    name: 'vendor',
    reason: INSTALLED,
    beside: ['go.mod', 'composer.json', 'composer.lock', 'Gemfile', 'Gemfile.lock', 'gems.rb', 'Cargo.toml'],
  },
  { name: 'deps', reason: INSTALLED, beside: ['mix.exs', 'rebar.config'] },
  { name: '_build', reason: BUILT, beside: ['mix.exs', 'rebar.config', 'dune-project'] },
  { name: 'target', reason: BUILT, beside: ['Cargo.toml', 'pom.xml', 'build.sbt'] },
  {
    name: 'build',
    reason: BUILT,
    beside: ['build.gradle', 'build.gradle.kts', 'gleam.toml', 'pubspec.yaml'],
  },
  { name: 'bin', reason: BUILT, beside: ['*.csproj', '*.fsproj', '*.vbproj'] },
  { name: '.build', reason: BUILT, beside: ['Package.swift'] },
  { name: 'cache', reason: CACHE, beside: ['releases', 'install-state.gz'] },
];

const byName = Map.groupBy(RULES, rule => rule.name);
/** Any folder with this file in it is a Python virtual environment, whatever its name. */
export const VENV_MARK = 'pyvenv.cfg';
export const VENV_REASON = INSTALLED;

/** Why a folder of this name with these neighbours is passed over; null when it is walked. */
export function skipReason(name: string, neighbours: ReadonlySet<string>): string | null {
  for (const rule of byName.get(name) ?? []) {
    if (rule.beside === undefined || rule.beside.some(other => hasNeighbour(other, neighbours)))
      return rule.reason;
  }
  return null;
}

/** What package managers fetched but did not install, as paths of their caches end. */
const FETCHED =
  /(?:^|\/)(?:go\/pkg\/mod|\.cargo\/(?:registry|git)|\.m2\/repository|\.npm\/_cacache|\.cache|\.gradle\/caches|\.nuget\/packages|\.pub-cache|\.yarn\/cache|\.pnpm-store|pnpm\/store)$/;
/** Folders at the root of a running system whose files are made up by the kernel. */
const VIRTUAL: ReadonlySet<string> = new Set(['proc', 'sys', 'dev', 'run']);

/** Why a scan of installed things passes a folder over; null when it is walked. */
export function installedSkipReason(
  name: string,
  path: string,
  neighbours: ReadonlySet<string>,
): string | null {
  if (path === name && VIRTUAL.has(name) && neighbours.has('etc') && neighbours.has('usr'))
    return 'the running system';
  if (FETCHED.test(path)) return 'package cache';
  const reason = skipReason(name, neighbours);
  return reason === VERSION_CONTROL || (reason === CACHE && name !== '.bundle') ? reason : null;
}

/** Whether a path lies in a folder of installed packages, whose lockfiles and manifests are those of other people's projects. */
export function isInstalledPlace(path: string): boolean {
  return /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems\/[^/]+)\//.test(path);
}

function hasNeighbour(pattern: string, neighbours: ReadonlySet<string>): boolean {
  if (!pattern.startsWith('*')) return neighbours.has(pattern);
  const end = pattern.slice(1);
  return neighbours.values().some(name => name.endsWith(end));
}
