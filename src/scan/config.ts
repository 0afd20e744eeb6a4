import { ScanError } from './errors.ts';
import { SCOPES, type ScanScope, type Tree } from './extractor.ts';
import { type IgnoreRule, parseIgnore } from './gitignore.ts';
import { listAt, parseTomlOf, tableAt } from './support/values.ts';

/** What larder.toml says of scans. */
export interface ScanConfig {
  /** Patterns in .gitignore spelling, relative to the scanned folder. */
  readonly exclude: readonly IgnoreRule[];
  /** The scopes that are listed; null for all. */
  readonly scopes: readonly ScanScope[] | null;
  /** What ends a run with exit code 1 once findings are known. */
  readonly failOn: readonly string[];
}

export const NO_CONFIG: ScanConfig = { exclude: [], scopes: null, failOn: [] };

const KEYS = ['exclude', 'scopes', 'fail-on'] as const;

/** The larder.toml of a tree's root. @throws ScanError `invalid-config` for anything in it that is not understood: a misspelt exclusion must not pass for none */
export async function readScanConfig(tree: Tree): Promise<ScanConfig> {
  const file = await tree.file('larder.toml');
  if (file === null) return NO_CONFIG;
  const root = await parseTomlOf('larder.toml', await file.text()).catch((error: unknown) => {
    throw new ScanError(
      'invalid-config',
      error instanceof Error ? error.message : String(error),
      null,
      error,
    );
  });
  const scan = tableAt(root, 'scan');
  const unknown = [
    ...Object.keys(root).filter(key => key !== 'scan'),
    ...Object.keys(scan).filter(key => !KEYS.some(known => known === key)),
  ];
  if (unknown[0] !== undefined)
    throw new ScanError(
      'invalid-config',
      `larder.toml has no setting ${unknown[0]}; [scan] has ${KEYS.join(', ')}.`,
    );
  const scopes = texts(scan, 'scopes').map(text => scopeNamed(text));
  return {
    exclude: parseIgnore(texts(scan, 'exclude').join('\n')),
    scopes: Object.hasOwn(scan, 'scopes') ? scopes : null,
    failOn: texts(scan, 'fail-on'),
  };
}

/** @throws ScanError `invalid-config` for a scope that there is not */
export function scopeNamed(text: string): ScanScope {
  const scope = SCOPES.find(known => known === text);
  if (scope === undefined)
    throw new ScanError(
      'invalid-config',
      `${JSON.stringify(text)} is no scope; there are ${SCOPES.join(', ')}.`,
    );
  return scope;
}

function texts(table: Parameters<typeof listAt>[0], key: (typeof KEYS)[number]): string[] {
  const list = listAt(table, key);
  const stated = tableAt({ table }, 'table')[key];
  if (stated !== undefined && (!Array.isArray(stated) || list.some(item => typeof item !== 'string'))) {
    throw new ScanError('invalid-config', `larder.toml: ${key} is a list of texts, as in ${key} = ["..."].`);
  }
  return list.filter(item => typeof item === 'string');
}
