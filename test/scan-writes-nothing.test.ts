import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';

/**
 * Node's permission model refuses, in the kernel of the runtime, what a scan must not do: write anywhere, start a process, a worker or an addon. The tree
 * invites it to: with install scripts, build files that are programs, and a package manager's configuration.
 */
test('a scan reads the tree and nothing else: it writes nothing and starts nothing', context => {
  const tree = realpathSync(mkdtempSync(join(tmpdir(), 'larder-scan-')));
  context.after(() => rmSync(tree, { recursive: true, force: true }));
  const bait = `touch ${join(tree, 'was-run')}`;
  const files: Readonly<Record<string, string>> = {
    'package.json': JSON.stringify({
      name: 'bait',
      version: '1.0.0',
      scripts: { preinstall: bait, prepare: bait },
      dependencies: { a: '^1.0.0' },
    }),
    'setup.py': `import os; os.system(${JSON.stringify(bait)})`,
    'requirements.txt': 'a==1.0\n-e .\n',
    'build.gradle': `"${bait}".execute()`,
    'Gemfile.lock': 'GEM\n  specs:\n    a (1.0)\n',
    Gemfile: `\`${bait}\``,
    'mix.lock': '%{\n  "a": {:hex, :a, "1.0.0", "x", [:mix], [], "hexpm", "x"},\n}\n',
    'go.mod': 'module bait\ngo 1.21\nrequire example.com/a v1.0.0\n',
    'pom.xml': '<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version></project>',
    'Cargo.lock': 'version = 3\n',
    'build.rs': 'fn main() {}',
    '.npmrc': 'script-shell=/bin/false\n',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(tree, path), text);
  // The search for a larder upwards would leave the tree before the scan begins; so one is named, and so is a mirror. Decisions are looked for upwards too.
  const before = snapshot(tree);
  const flags = [
    '--permission',
    '--no-warnings',
    `--allow-fs-read=${resolve('.')}/*`,
    `--allow-fs-read=${realpathSync('node_modules')}/*`,
    `--allow-fs-read=${tree}`,
    `--allow-fs-read=${tree}/*`,
    ...foldersAbove(tree).map(folder => `--allow-fs-read=${join(folder, '.larder', 'vex.json')}`),
  ];
  const ran = spawnSync(
    process.execPath,
    [...flags, resolve('src/cli/main.ts'), 'scan', tree, '-o', 'json'],
    {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        LARDER_STORE: join(tree, '.larder'),
        LARDER_MIRROR: join(tree, 'no-mirror'),
      },
    },
  );
  assert.equal(ran.stderr, '');
  assert.equal(ran.status, 0);
  const { projects } = JSON.parse(ran.stdout) as {
    projects: readonly { file: string; completeness: string }[];
  };
  assert.deepEqual(projects.map(project => project.file).sort(), [
    'Cargo.lock',
    'Gemfile.lock',
    'go.mod',
    'mix.lock',
    'package.json',
    'pom.xml',
    'requirements.txt',
  ]);
  assert.ok(projects.every(project => project.completeness !== 'failed'));
  assert.deepEqual(snapshot(tree), before);
});

function snapshot(folder: string): [string, number, string][] {
  return readdirSync(folder)
    .sort()
    .map(name => [name, statSync(join(folder, name)).mtimeMs, readFileSync(join(folder, name), 'utf8')]);
}

function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}
