import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

// Each line is a file of its own: where it stands, what it holds, and the rule that must speak (null: none may).
const cases: readonly (readonly [file: string, code: string, rule: string | null])[] = [
  ['src/model/up.ts', "import { x } from '../store/x.ts';\nx();", 'room-order'],
  ['src/model/up-type.ts', "import type { X } from '../store/x.ts';\nexport type Y = X;", 'room-order'],
  ['src/model/up-lazily.ts', "export const load = () => import('../store/x.ts');", 'room-order'],
  ['src/model/up-export.ts', "export { x } from '../store/x.ts';", 'room-order'],
  ['src/model/out.ts', "import { x } from '../../tools/x.ts';\nx();", 'room-order'],
  ['src/attic/no-room.ts', "import { x } from '../model/x.ts';\nx();", 'room-order'],
  ['src/store/down.ts', "import { x } from '../model/x.ts';\nx();", null],
  ['src/store/deep/down.ts', "import { x } from '../../model/x.ts';\nx();", null],
  ['src/store/same.ts', "import { x } from './x.ts';\nx();", null],
  ['test/any.ts', "import { x } from '../src/cli/x.ts';\nx();", null],
  ['src/io/exec.ts', "import { exec } from 'node:child_process';\nexec('ls');", 'no-shell'],
  ['src/io/all.ts', "import * as child from 'child_process';\nchild.exec('ls');", 'no-shell'],
  [
    'src/io/option.ts',
    "import { spawn } from 'node:child_process';\nspawn('ls', [], { shell: true });",
    'no-shell',
  ],
  ['src/io/fine.ts', "import { execFile } from 'node:child_process';\nexecFile('ls', ['-l']);", null],
  ['src/io/host.ts', `export const a = 'https://registry.${'npmjs'}.org/left-pad';`, 'no-registry-host'],
  [
    'src/io/template.ts',
    `export const a = (x: string) => \`https://${'pypi'}.org/\${x}\`;`,
    'no-registry-host',
  ],
  ['src/io/example.ts', "export const a = 'https://registry.example.com/left-pad';", null],
  ['src/io/nested.ts', 'export const a = /^(?:a+)+$/;', 'linear-regex'],
  ['src/io/deeper.ts', 'export const a = /^((x|y+)z?)*$/;', 'linear-regex'],
  ['src/io/counted.ts', 'export const a = /^(\\w{2,})*$/;', 'linear-regex'],
  ['src/io/separated.ts', 'export const a = /^\\d+(?:\\.\\d+)*$/;', null],
  ['src/io/class.ts', 'export const a = /^(?:[(+]a)+$/;', null],
  ['src/io/single.ts', 'export const a = /^(ab|c)+$/;', null],
];

let folder = '';
const faults = new Map<string, string[]>();

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-lint-'));
  for (const [file, code] of cases) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `${code}\n`);
  }
  const rules = {
    'room-order': 'error',
    'no-shell': 'error',
    'no-registry-host': 'error',
    'linear-regex': 'error',
  };
  const config = {
    jsPlugins: [resolve('tools/lint/plugin.ts')],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(Object.entries(rules).map(([name, level]) => [`larder/${name}`, level])),
  };
  writeFileSync(join(folder, 'oxlint.json'), JSON.stringify(config));
  const bin = resolve('node_modules/oxlint/bin/oxlint');
  const run = spawnSync(process.execPath, [bin, '-c', 'oxlint.json', '-f', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const report: { diagnostics: { code: string; filename: string }[] } = JSON.parse(run.stdout);
  for (const { filename, code } of report.diagnostics) {
    const file = filename.replace(/^\.\//, '');
    faults.set(file, [...(faults.get(file) ?? []), code]);
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

for (const [file, code, rule] of cases) {
  test(`${rule ?? 'nothing'} speaks on ${file}: ${code.split('\n')[0]}`, () => {
    assert.deepEqual([...new Set(faults.get(file))], rule === null ? [] : [`larder(${rule})`]);
  });
}
