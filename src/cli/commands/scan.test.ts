import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { documentInput } from '../../formats/input.ts';
import { formats } from '../../formats/list.ts';
import { readDocument } from '../../ingest/read-document.ts';
import { larder, temporaryFolder } from '../testing.ts';

const FILES = {
  'package.json': JSON.stringify({
    name: 'shop',
    version: '1.0.0',
    license: 'MIT',
    bugs: 'https://example.com/bugs',
    dependencies: { left: '^1.0.0' },
    devDependencies: { tool: '1' },
  }),
  'package-lock.json': JSON.stringify(
    {
      name: 'shop',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': {
          name: 'shop',
          version: '1.0.0',
          dependencies: { left: '^1.0.0' },
          devDependencies: { tool: '1' },
        },
        'node_modules/left': {
          version: '1.3.0',
          license: 'MIT',
          resolved: 'https://example.com/left/-/left-1.3.0.tgz',
          integrity: 'sha1-W9hJMAX0ScWTjnLQZzqYdlP1z3Y=',
          dependencies: { '@s/right': '1' },
        },
        'node_modules/@s/right': { version: '1.0.0', license: 'Apache-2.0' },
        'node_modules/tool': { version: '1.0.0', dev: true },
      },
    },
    null,
    2,
  ),
  'docs/requirements.txt': 'Flask>=2\nclick==8.1.0\n',
};

async function shop(
  context: Parameters<typeof temporaryFolder>[0],
  files: Readonly<Record<string, string>> = FILES,
): Promise<string> {
  const folder = await temporaryFolder(context);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

test('larder scan shows projects, components, gaps, and that vulnerabilities were not checked', async context => {
  const ran = await larder(await shop(context), ['scan', '.']);
  assert.equal(ran.code, 0);
  assert.match(ran.stdout, /^2 projects, 5 components in /);
  assert.match(ran.stdout, /shop +package-lock\.json +npm +3 +2 +1 +complete/);
  assert.match(ran.stdout, /docs +docs\/requirements\.txt +PyPI +2 +2 +0 +partial: unpinned-requirement/);
  assert.match(ran.stdout, /vulnerabilities: not checked/);
});

test('a lockfile of an unknown version is exit 3, never a clean answer; --allow-partial relaxes it', async context => {
  const folder = await shop(context, { 'Cargo.lock': 'version = 99\n' });
  const ran = await larder(folder, ['scan']);
  assert.equal(ran.code, 3);
  assert.match(ran.stdout, /failed: unsupported-lock-version/);
  assert.equal((await larder(folder, ['scan', '--allow-partial'])).code, 0);
});

test('-o json has the documented shape', async context => {
  const folder = await shop(context);
  const ran = await larder(folder, ['scan', 'package-lock.json', '--json']);
  const answer: unknown = JSON.parse(ran.stdout);
  const { Schema } = await import('../schemas/scan.ts');
  const parsed = Schema.parse(answer);
  assert.deepEqual(parsed.projects[0]?.components[0], {
    purl: 'pkg:npm/left@1.3.0',
    name: 'left',
    version: '1.3.0',
    range: null,
    scope: 'prod',
    scopes: ['prod'],
    direct: true,
    locations: [{ file: 'package-lock.json', line: 16 }],
    licenses: ['MIT'],
    digests: ['sha1:5bd8493005f449c5938e72d0673a987653f5cf76'],
    source: 'https://example.com/left/-/left-1.3.0.tgz',
  });
  assert.deepEqual(parsed.projects[0]?.dependencies.flat(), [-1, 0, -1, 2, 0, 1]);
});

test('several outputs at once; equal trees give equal bytes; every document is valid and reads back the same', async context => {
  const folder = await shop(context);
  const names = { cyclonedx: 'bom.cdx.json', spdx: 'bom.spdx.json', spdx3: 'bom.spdx3.json' };
  const outputs = Object.entries(names).flatMap(([format, file]) => ['-o', `${format}=out/${file}`]);
  await mkdir(join(folder, 'out'));
  const bytes: string[][] = [];
  for (let run = 0; run < 2; run++) {
    assert.equal((await larder(folder, ['scan', '.', ...outputs])).code, 0);
    bytes.push(
      await Promise.all(Object.values(names).map(file => readFile(join(folder, 'out', file), 'utf8'))),
    );
  }
  assert.deepEqual(bytes[0], bytes[1]);
  const known = await formats();
  for (const [format, file] of Object.entries(names)) {
    const text = await readFile(join(folder, 'out', file));
    const judge = known.find(one => one.id === format)?.validate;
    if (judge)
      assert.deepEqual(
        (await judge(documentInput(text, file))).faults.filter(fault => fault.severity === 'error'),
        [],
        file,
      );
    const { status, bom } = await readDocument(text, file);
    assert.equal(status, 'accepted', file);
    const packages = bom?.components.filter(component =>
      component.purls.some(purl => /left|right|tool|flask|click/.test(purl)),
    );
    assert.deepEqual(
      packages?.map(component => component.purls[0]).sort(),
      [
        'pkg:npm/%40s/right@1.0.0',
        'pkg:npm/left@1.3.0',
        'pkg:npm/tool@1.0.0',
        'pkg:pypi/click@8.1.0',
        'pkg:pypi/flask',
      ],
      file,
    );
    const left = packages?.find(component => component.name.endsWith('left'));
    assert.deepEqual(
      left?.digests,
      [{ algorithm: 'sha1', value: '5bd8493005f449c5938e72d0673a987653f5cf76' }],
      file,
    );
    assert.ok(
      [...(left?.licences.declared ?? []), ...(left?.licences.concluded ?? [])].includes('MIT'),
      file,
    );
    const right = bom?.components.findIndex(component => component.purls[0] === 'pkg:npm/%40s/right@1.0.0');
    const from = bom?.components.findIndex(component => component.purls[0] === 'pkg:npm/left@1.3.0');
    assert.ok(
      bom?.relations.some(relation => relation.from === from && relation.to === right),
      `${file} keeps the edge`,
    );
  }
});

test('SOURCE_DATE_EPOCH is the time of the document', async context => {
  const folder = await shop(context);
  const ran = await larder(folder, ['scan', '.', '-o', 'cyclonedx'], {
    env: { SOURCE_DATE_EPOCH: '1000000000' },
  });
  assert.match(ran.stdout, /"timestamp": "2001-09-09T01:46:40Z"/);
  assert.equal(
    (await larder(folder, ['scan', '.', '-o', 'cyclonedx'], { env: { SOURCE_DATE_EPOCH: 'now' } })).code,
    2,
  );
});

test('--against tells what a BOM leaves out, makes up and has wrong; its own agrees', async context => {
  const folder = await shop(context);
  await larder(folder, ['scan', 'package-lock.json', '-o', 'cyclonedx=own.json']);
  const same = await larder(folder, ['scan', 'package-lock.json', '--against', 'own.json']);
  assert.deepEqual([same.code, /the BOM agrees: 3 packages alike/.test(same.stdout)], [0, true]);
  const given = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [
      {
        type: 'library',
        name: 'left',
        version: '1.3.0',
        purl: 'pkg:npm/left@1.3.0',
        hashes: [{ alg: 'SHA-1', content: 'a'.repeat(40) }],
      },
      { type: 'library', group: '@s', name: 'right', version: '2.0.0', purl: 'pkg:npm/%40s/right@2.0.0' },
      { type: 'library', name: 'ghost', version: '1.0.0', purl: 'pkg:npm/ghost@1.0.0' },
    ],
  };
  await writeFile(join(folder, 'given.json'), JSON.stringify(given));
  const ran = await larder(folder, ['scan', 'package-lock.json', '--against', 'given.json', '--json']);
  assert.equal(ran.code, 1);
  const { against } = JSON.parse(ran.stdout) as {
    against: { differences: { kind: string; name: string; tree: string[]; bom: string[] }[] };
  };
  assert.deepEqual(
    against.differences.map(one => [
      one.kind,
      one.name,
      one.tree[0]?.slice(0, 5) ?? null,
      one.bom[0]?.slice(0, 5) ?? null,
    ]),
    [
      ['version', '@s/right', '1.0.0', '2.0.0'],
      ['extra', 'ghost', null, '1.0.0'],
      ['digest', 'left', 'sha1:', 'sha1:'],
      ['missing', 'tool', '1.0.0', null],
    ],
  );
});

test('--add puts the bill of materials into the larder', async context => {
  const folder = await shop(context);
  const added = await larder(folder, ['scan', '.', '--add', '--store', join(folder, '.larder')]);
  assert.match(added.stdout, /added: document [0-9a-f]{8} \(accepted\)/);
  const where = await larder(folder, ['where', 'left', '--store', join(folder, '.larder')]);
  assert.match(where.stdout, /shop/);
});

test('--project and --scope narrow; what is not there is said', async context => {
  const folder = await shop(context);
  const docs = await larder(folder, ['scan', '.', '--project', 'docs']);
  assert.match(docs.stdout, /^1 project, 2 components/);
  const prod = await larder(folder, ['scan', '.', '--project', 'shop', '--scope', 'prod']);
  assert.match(prod.stdout, /^1 project, 2 components/);
  const none = await larder(folder, ['scan', '.', '--project', 'nowhere']);
  assert.deepEqual(
    [
      none.code,
      /has no project nowhere; there are docs, \./.test(none.stderr) ||
        /there are \., docs/.test(none.stderr),
    ],
    [3, true],
  );
});

test('larder.toml: exclusions and scopes count; a misspelt setting is refused', async context => {
  const folder = await shop(context, {
    ...FILES,
    'larder.toml': '[scan]\nexclude = ["docs/"]\nscopes = ["prod"]\n',
  });
  assert.match((await larder(folder, ['scan'])).stdout, /^1 project, 2 components/);
  await writeFile(join(folder, 'larder.toml'), '[scan]\nexcludes = ["docs/"]\n');
  const ran = await larder(folder, ['scan']);
  assert.deepEqual(
    [ran.code, ran.stderr],
    [3, 'larder: larder.toml has no setting excludes; [scan] has exclude, scopes, fail-on.\n'],
  );
});

test('a file of another name is read with --as; without it the error says so', async context => {
  const folder = await shop(context, { 'odd.json': FILES['package-lock.json'] });
  const without = await larder(folder, ['scan', 'odd.json']);
  assert.deepEqual([without.code, /say what it is with --as/.test(without.stderr)], [3, true]);
  assert.match(
    (await larder(folder, ['scan', 'odd.json', '--as', 'npm-package-lock'])).stdout,
    /^1 project, 3 components/,
  );
});

test('larder init writes settings that change nothing and a workflow whose command runs', async context => {
  const folder = await shop(context);
  assert.match((await larder(folder, ['init'])).stdout, /wrote .*larder\.toml/);
  assert.match((await larder(folder, ['init'])).stdout, /kept .*larder\.toml/);
  const { parse } = await import('yaml');
  const workflow = parse(await readFile(join(folder, '.github/workflows/larder.yml'), 'utf8')) as {
    jobs: { scan: { steps: { uses?: string; run?: string }[] } };
  };
  const { steps } = workflow.jobs.scan;
  for (const { uses } of steps) if (uses !== undefined) assert.match(uses, /@[0-9a-f]{40}$/);
  const line = steps.find(step => step.run !== undefined)?.run?.split(' ') ?? [];
  const ran = await larder(folder, line.slice(line.indexOf('larder') + 1));
  assert.equal(ran.code, 0);
  assert.match(ran.stdout, /GitHub Actions +3/);
  assert.match(await readFile(join(folder, 'bom.cdx.json'), 'utf8'), /"bomFormat": "CycloneDX"/);
});
