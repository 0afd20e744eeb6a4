import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scan } from '../src/scan/run.ts';
import { FolderTree } from '../src/scan/tree.ts';
import { DIFFERENCES, type Entry, extractorOf, NOT_READ } from './support/lockfile-differences.ts';

/**
 * Every lockfile fixture of the corpus that has an answer from the tests of another tool. Each difference must be explained by a rule, and each rule by
 * docs/lockfile-differences.md.
 */
const ROOT = join('data', 'lockfiles');
const FOLDERS: Readonly<Record<string, string>> = {
  'DataDog/datadog-sbom-generator': 'datadog-sbom-generator',
  'google/osv-scalibr': 'osv-scalibr',
};
const skip = existsSync(join(ROOT, 'expected-packages.json')) ? false : 'data/lockfiles is not unpacked';

test('lockfiles: every answer of another tool agrees, or a rule explains the difference', {
  skip,
}, async () => {
  const expected = JSON.parse(readFileSync(join(ROOT, 'expected-packages.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >;
  const unexplained: string[] = [];
  const used = new Set<string>();
  let agreed = 0;
  for (const [key, theirs] of Object.entries(expected)) {
    const [repository = '', path = ''] = key.split(':');
    const as = extractorOf(path);
    if (as === null) {
      const reason = NOT_READ.find(({ paths }) => paths.test(path));
      if (reason === undefined) unexplained.push(`${path}: no extractor and no reason`);
      else used.add(reason.rule);
      continue;
    }
    const ours = await entriesOf(join(ROOT, FOLDERS[repository] ?? '', path), as);
    const differences = compare(ours, theirs);
    if (differences.length === 0) agreed++;
    for (const difference of differences) {
      const rule = DIFFERENCES.find(one => one.explains({ path, ours, theirs, ...difference }));
      if (rule === undefined)
        unexplained.push(`${path} [${as}]: ${difference.side} ${difference.entry.join('@')}`);
      else used.add(rule.rule);
    }
  }
  assert.deepEqual(unexplained, []);
  assert.ok(agreed >= 225, `${agreed} agree without a difference`);
  const page = readFileSync('docs/lockfile-differences.md', 'utf8');
  const rules = [...DIFFERENCES, ...NOT_READ].map(({ rule }) => rule);
  assert.deepEqual(
    rules.filter(rule => !page.includes(`\`${rule}\``)),
    [],
    'every rule is explained in docs/lockfile-differences.md',
  );
  assert.deepEqual(
    rules.filter(rule => !used.has(rule)),
    [],
    'every rule is needed',
  );
});

test('lockfiles: what Trivy expects of its fixtures is found', { skip }, async () => {
  const folder = join(ROOT, 'trivy', 'integration');
  const missing: string[] = [];
  let compared = 0;
  for (const name of readdirSync(join(folder, 'testdata')).filter(file => file.endsWith('.json.golden'))) {
    const report = JSON.parse(readFileSync(join(folder, 'testdata', name), 'utf8')) as Report;
    const artifact = report.ArtifactName ?? '';
    if (!artifact.startsWith('testdata/fixtures/repo/') || !existsSync(join(folder, artifact))) continue;
    const { projects } = await scan(await FolderTree.open(join(folder, artifact)), { honourIgnore: false });
    const ours = new Set(
      projects.flatMap(project =>
        project.components.map(component => plain(component.name, component.version)),
      ),
    );
    const own = new Set(projects.map(project => project.subject.name));
    for (const result of report.Results ?? []) {
      const stated = [
        ...(result.Packages ?? []).map(one => [one.Name, one.Version]),
        ...(result.Vulnerabilities ?? []).map(one => [one.PkgName, one.InstalledVersion]),
      ];
      for (const [found = '', version = ''] of stated) {
        compared++;
        const isPython = result.Type === 'pip';
        if (!ours.has(plain(isPython ? found.toLowerCase() : found, version)) && !own.has(found))
          missing.push(`${artifact}: ${found}@${version}`);
      }
    }
  }
  assert.ok(compared > 40, `${compared} compared`);
  assert.deepEqual(
    missing.filter(line => !OWN_WITHOUT_MANIFEST.test(line)),
    [],
  );
});

/** The project's own entry: its manifest is not in the corpus, so that no other name tells it from a package. */
const OWN_WITHOUT_MANIFEST = /yarn: integration@1\.0\.0$/;

interface Report {
  readonly ArtifactName?: string;
  readonly Results?: readonly {
    readonly Type?: string;
    readonly Packages?: readonly { readonly Name: string; readonly Version: string }[];
    readonly Vulnerabilities?: readonly { readonly PkgName: string; readonly InstalledVersion: string }[];
  }[];
}

function plain(name: string, version: string | null): string {
  return `${name}@${(version ?? '').replace(/^v(?=\d)/, '')}`;
}

test('lockfiles: the whole corpus is scanned without a fault of ours; malformed files say where', {
  skip,
}, async () => {
  const result = await scan(await FolderTree.open(ROOT), { skipInstalled: false, honourIgnore: false });
  assert.ok(result.projects.length > 700, `${result.projects.length} projects`);
  // What no reader foresaw ends here: each is a bug.
  assert.deepEqual(
    result.diagnostics.filter(note => note.message.includes('cannot be understood')),
    [],
  );
  for (const project of result.projects) {
    if (project.completeness === 'complete') continue;
    assert.notEqual(project.reasons.length, 0, project.file);
    for (const { reason } of project.reasons) {
      assert.ok(
        result.diagnostics.some(note => note.code === reason && note.at?.startsWith(`${project.file}:`)),
        `${project.file}: ${reason} has a diagnostic`,
      );
    }
  }
});

async function entriesOf(full: string, as: string): Promise<Entry[]> {
  // Parents and included files lie up to two folders above a fixture.
  const parts = full.split('/');
  const tree = await FolderTree.open(parts.slice(0, -2).join('/'));
  const { projects } = await scan(tree, { file: parts.slice(-2).join('/'), as });
  return projects.flatMap(project =>
    project.components.map((component): Entry => [component.name, component.version ?? '']),
  );
}

function compare(
  ours: readonly Entry[],
  theirs: readonly Entry[],
): { readonly side: 'missing' | 'extra'; readonly entry: Entry }[] {
  const text = ([name, version]: Entry) => `${name}@${version.replace(/^v(?=\d)/, '')}`;
  const here = new Set(ours.map(text));
  const there = new Set(theirs.map(text));
  return [
    ...theirs.filter(entry => !here.has(text(entry))).map(entry => ({ side: 'missing' as const, entry })),
    ...ours.filter(entry => !there.has(text(entry))).map(entry => ({ side: 'extra' as const, entry })),
  ];
}
